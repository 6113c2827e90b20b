// The factory: writes the first image of a card into its memory, in one commit.

import { type Bytes, bytes, fromHex, NO_BYTES, utf8 } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'
import type { ReferencedRule } from '../../codec/access-rules.ts'
import { ARA_M } from '../../protocol/access-rules/dialogues.ts'
import { type KeySet, SECRET_KEY_TYPE, type SecretKeyType } from '../../protocol/globalplatform/key-set.ts'
import { AID, ISD_PRIVILEGES, LIFE_CYCLE } from '../../protocol/globalplatform/registry.ts'
import { JPKI, KEYS, type KeyKind } from '../../protocol/jpki-ap/files.ts'
import { writeRules } from './access-rules/rule-store.ts'
import { type CardProfile, DEFAULT_PROFILE, encodeProfile } from './card-profile.ts'
import { encodePin } from './jpki/pin-record.ts'
import { ACCESS_RULES_NATIVE, appletScope, JPKI_NATIVE } from './native.ts'
import { type RecordStore, Records } from './records.ts'
import { Registry } from './registry.ts'

export interface JpkiKeyImage {
  /** DER PrivateKeyInfo, RSA-2048. */
  readonly privateKey: Bytes
  /** DER certificate. */
  readonly certificate: Bytes
  readonly caCertificate: Bytes
  readonly pin: string
}

/** The plastic card's JPKI application. */
export interface JpkiImage {
  readonly keys: Partial<Record<KeyKind, JpkiKeyImage>>
  /** EF 0006. */
  readonly tokenInfo: Bytes
  /** EF 0016: key id (16 bytes) || key in CVC form. */
  readonly terminalCaKey?: Bytes
}

export interface CardImage {
  /** Default: T=1 alone, which all GlobalPlatform clients drive. */
  readonly atr?: Bytes
  /** Card production: ten bytes by which the issuer finds the keys. */
  readonly diversificationData?: Bytes
  /** AES keys if no type is given. */
  readonly isdKeys?: { readonly version: number; readonly type?: SecretKeyType; readonly keys: KeySet }
  /** Over `DEFAULT_PROFILE`. */
  readonly profile?: Partial<CardProfile>
  /** Data objects of the issuer security domain, by tag. */
  readonly objects?: Readonly<Record<number, Bytes>>
  readonly jpki?: JpkiImage
  /** Installs the access rule application with these. Without it a handset lets no app reach the card. */
  readonly accessRules?: readonly ReferencedRule[]
}

const T1_ONLY = fromHex('3b800181')

/** Writes a new card. Whatever the memory held is erased. */
export function manufactureCard(memory: Memory, image: CardImage): void {
  const records = new Records(memory)
  for (const name of records.names('')) records.delete(name)
  records.set('card/atr', image.atr ?? T1_ONLY)
  records.set('card/diversification', image.diversificationData ?? new Uint8Array(10))
  records.set('card/profile', encodeProfile({ ...DEFAULT_PROFILE, ...image.profile }))
  writeIsd(new Registry(records), image)
  if (image.jpki) writeJpki(records, image.jpki)
  if (image.accessRules) writeAccessRules(records, image.accessRules)
  records.commit()
}

function writeIsd(registry: Registry, { isdKeys, objects = {} }: CardImage): void {
  registry.putApplication({
    aid: AID.isd,
    lifeCycle: LIFE_CYCLE.secured,
    privileges: ISD_PRIVILEGES,
    loadFile: NO_BYTES,
    module: NO_BYTES,
    securityDomain: AID.isd,
  })
  if (isdKeys) {
    const { version, type = SECRET_KEY_TYPE.aes, keys } = isdKeys
    for (const [i, key] of [keys.enc, keys.mac, keys.dek].entries()) {
      registry.putKey(AID.isd, { version, id: i + 1, type, key })
    }
    registry.putLoadFile({
      aid: AID.ssdPackage,
      version: bytes(1, 0),
      securityDomain: AID.isd,
      modules: [AID.ssdModule],
    })
  }
  for (const [tag, value] of Object.entries(objects)) registry.putObject(AID.isd, Number(tag), value)
}

function writeJpki(records: Records, { keys, tokenInfo, terminalCaKey }: JpkiImage): void {
  const applet = installBuiltIn(records, { ...JPKI, native: JPKI_NATIVE.card })
  applet.set('ef/0006', tokenInfo)
  if (terminalCaKey) applet.set('ef/0016', terminalCaKey)
  for (const kind of ['auth', 'sign'] as const) {
    const image = keys[kind]
    if (!image) continue
    if (!KEYS[kind].pinFormat.test(image.pin)) throw new RangeError(`not a PIN of the ${kind} key`)
    applet.set(`key/${kind}`, image.privateKey)
    applet.set(`ef/${kind === 'auth' ? '000a' : '0001'}`, image.certificate)
    applet.set(`ef/${kind === 'auth' ? '000b' : '0002'}`, image.caCertificate)
    applet.set(`pin/${kind}`, encodePin({ state: 'own', tries: KEYS[kind].tries, secret: utf8(image.pin) }))
  }
}

interface BuiltIn {
  readonly loadFile: Bytes
  readonly module: Bytes
  readonly aid: Bytes
  readonly native: string
}

/** An application that is there when the card leaves the factory, under the issuer's domain; its records. */
function installBuiltIn(records: Records, { loadFile, module, aid, native }: BuiltIn): RecordStore {
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
