// The factory: writes the first image of a card into its memory, in one commit.

import { type Bytes, bytes, concat, fromHex, NO_BYTES, utf8 } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'
import type { ReferencedRule } from '../../codec/access-rules.ts'
import { ARA_M } from '../../protocol/access-rules/dialogues.ts'
import { type KeySet, SECRET_KEY_TYPE, type SecretKeyType } from '../../protocol/globalplatform/key-set.ts'
import { AID, ISD_PRIVILEGES, LIFE_CYCLE } from '../../protocol/globalplatform/registry.ts'
import { writeRules } from './access-rules/rule-store.ts'
import { type CardProfile, DEFAULT_PROFILE, encodeProfile } from './card-profile.ts'
import { encodeSecret } from './jicsap/secret-record.ts'
import { RECORD } from './jicsap/table.ts'
import { ACCESS_RULES_NATIVE, appletScope, BUILT_IN, type BuiltIn } from './native.ts'
import { type RecordStore, Records } from './records.ts'
import { Registry, type StoredKey } from './registry.ts'

/** An application of the plastic card, as it is written at the factory. All by EF identifier. */
export interface ApplicationImage {
  readonly application: BuiltIn
  readonly files?: Readonly<Record<number, Bytes>>
  /** What the application keeps as a key: DER PrivateKeyInfo, or key id || key in CVC form. */
  readonly keys?: Readonly<Record<number, Bytes>>
  /** The holder's own from the beginning. */
  readonly secrets?: Readonly<Record<number, string>>
  /** Answered by GET DATA inside the application. */
  readonly objects?: Readonly<Record<number, Bytes>>
}

export type CardLifeCycle = 'opReady' | 'initialized' | 'secured'

export interface CardImage {
  /** Default: T=1 alone, which all GlobalPlatform clients drive. */
  readonly atr?: Bytes
  /** Card production: ten bytes by which the issuer finds the keys. */
  readonly diversificationData?: Bytes
  /** AES keys if no type is given. */
  readonly isdKeys?: { readonly version: number; readonly type?: SecretKeyType; readonly keys: KeySet }
  /** Over `DEFAULT_PROFILE`. */
  readonly profile?: Partial<CardProfile>
  /** Keys of the issuer's domain beside that set: for secured packets (01 to 0F), for TLS (40 to 4F). */
  readonly furtherKeys?: readonly StoredKey[]
  /** True for a card that a terminal drives as a toolkit and that takes short messages. */
  readonly toolkit?: boolean
  /** Life cycle of the card: SECURED if absent. */
  readonly lifeCycle?: CardLifeCycle
  /** Data objects of the issuer security domain, by tag. */
  readonly objects?: Readonly<Record<number, Bytes>>
  readonly applications?: readonly ApplicationImage[]
  /** Installs the access rule application with these. Without it a handset lets no app reach the card. */
  readonly accessRules?: readonly ReferencedRule[]
}

const T1_ONLY = fromHex('3b800181')
/** After the application's name: the load file of the plastic card's built-in code. Ours: docs/profile.md#aids. */
const LOAD_FILE = 0x4c

/** Writes a new card. Whatever the memory held is erased. */
export function manufactureCard(memory: Memory, image: CardImage): void {
  const records = new Records(memory)
  for (const name of records.names('')) records.delete(name)
  records.set('card/atr', image.atr ?? T1_ONLY)
  records.set('card/diversification', image.diversificationData ?? new Uint8Array(10))
  records.set('card/profile', encodeProfile({ ...DEFAULT_PROFILE, ...image.profile }))
  if (image.toolkit) records.set('card/toolkit', bytes(1))
  writeIsd(new Registry(records), image)
  for (const application of image.applications ?? []) writeApplication(records, application)
  if (image.accessRules) writeAccessRules(records, image.accessRules)
  records.commit()
}

function writeIsd(
  registry: Registry,
  { isdKeys, furtherKeys = [], objects = {}, lifeCycle = 'secured' }: CardImage,
): void {
  registry.putApplication({
    aid: AID.isd,
    lifeCycle: LIFE_CYCLE[lifeCycle],
    privileges: ISD_PRIVILEGES,
    loadFile: NO_BYTES,
    module: NO_BYTES,
    securityDomain: AID.isd,
  })
  if (isdKeys) {
    const { version, type = SECRET_KEY_TYPE.aes, keys } = isdKeys
    for (const [i, key] of [keys.enc, keys.mac, keys.dek].entries()) {
      registry.putKey(AID.isd, { version, id: i + 1, components: [{ tag: type, value: key }] })
    }
    registry.putLoadFile({
      aid: AID.ssdPackage,
      version: bytes(1, 0),
      securityDomain: AID.isd,
      modules: [AID.ssdModule],
    })
  }
  for (const key of furtherKeys) registry.putKey(AID.isd, key)
  for (const [tag, value] of Object.entries(objects)) registry.putObject(AID.isd, Number(tag), value)
}

function writeApplication(records: Records, image: ApplicationImage): void {
  const { aid, native, table } = BUILT_IN[image.application]
  const applet = installBuiltIn(records, { loadFile: concat(aid, bytes(LOAD_FILE)), module: aid, aid, native })
  const { files = {}, keys = {}, secrets = {}, objects = {} } = image
  for (const [ef, content] of Object.entries(files)) applet.set(RECORD.file(Number(ef)), content)
  for (const [ef, key] of Object.entries(keys)) applet.set(RECORD.key(Number(ef)), key)
  for (const [tag, object] of Object.entries(objects)) applet.set(RECORD.object(Number(tag)), object)
  for (const [ef, value] of Object.entries(secrets)) {
    const rule = table.secrets[Number(ef)]
    if (!rule?.format.test(value)) throw new RangeError('not a secret of this form')
    applet.set(RECORD.secret(Number(ef)), encodeSecret({ state: 'own', tries: rule.tries, value: utf8(value) }))
  }
}

interface Factory {
  readonly loadFile: Bytes
  readonly module: Bytes
  readonly aid: Bytes
  readonly native: string
}

/** An application that is there when the card leaves the factory, under the issuer's domain; its records. */
function installBuiltIn(records: Records, { loadFile, module, aid, native }: Factory): RecordStore {
  const registry = new Registry(records)
  const securityDomain = AID.isd
  registry.putLoadFile({ aid: loadFile, version: bytes(1, 0), securityDomain, modules: [module], native })
  registry.putApplication({
    aid,
    lifeCycle: LIFE_CYCLE.selectable,
    privileges: 0,
    loadFile,
    module,
    securityDomain,
  })
  return records.scoped(appletScope(aid))
}

/** Load file: ours, docs/profile.md#access-rules. */
const ACCESS_RULES = { loadFile: ARA_M.slice(0, 8), module: ARA_M, aid: ARA_M, native: ACCESS_RULES_NATIVE }

function writeAccessRules(records: Records, rules: readonly ReferencedRule[]): void {
  writeRules(installBuiltIn(records, ACCESS_RULES), rules)
}
