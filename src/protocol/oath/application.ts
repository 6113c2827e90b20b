// A partner's application in the SIM: one-time passwords with a key of the partner's own. AIDs follow from the partner's
// name, so that several live beside each other. Ours: docs/profile.md#third-parties.

import { type Bytes, bytes, concat, fromHex, fromUtf8, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import { command } from '../../codec/apdu.ts'
import { encodeCap } from '../../codec/cap.ts'
import { dgi } from '../../codec/dgi.ts'
import type { ReferencedRule } from '../access-rules/index.ts'
import {
  installForPersonalization,
  keyCheckValue,
  openScp03,
  putKeySet,
  type Scp03Keys,
  STORE_DATA,
  secured,
  select,
  storeData,
} from '../globalplatform/index.ts'
import { dekEncrypt } from '../globalplatform/scp03-keys.ts'
import { ask, type Dialogue } from '../iso7816/dialogue.ts'

/** Proprietary, without a registered provider. ISO 7816-4 §12.2.3.4. */
const FAMILY = fromHex('f04b415a415355')
const named = (partner: string, what: number): Bytes =>
  concat(FAMILY, sha256(utf8(`partner ${partner}`)).slice(0, 4), bytes(what))

export const partnerAids = (partner: string) => ({
  loadFile: named(partner, 0x00),
  aid: named(partner, 0x01),
  securityDomain: named(partner, 0x53),
})

export const OATH_NATIVE = 'native: oath-hotp 1'

/** Its code is the card's own; the block names it. Ours: docs/divergences.md#no-bytecode. */
export function partnerLoadFile(partner: string): Bytes {
  const { loadFile, aid } = partnerAids(partner)
  const applets = [{ aid, installMethodOffset: 0 }]
  return encodeCap({ aid: loadFile, major: 1, minor: 0, applets, method: utf8(OATH_NATIVE) })
}

/** CLA and INS of the one question, the next password: none of those that a SIM has for its toolkit. */
export const NEXT = { cla: 0x80, ins: 0xa2 } as const
/** Key, encrypted by the DEK of the domain, and its check value. */
export const KEY_GROUP = 0x0e01
export const KEY_LENGTH = 32

/** The partner's app may select and ask; nobody else may anything, and no tap reaches it. */
export const partnerAppRule = (partner: string, app: Bytes): ReferencedRule => ({
  reference: { application: partnerAids(partner).aid, caller: app },
  rule: {
    apdu: [
      { header: bytes(0x00, 0xa4, 0, 0), mask: bytes(0xff, 0xff, 0, 0) },
      { header: bytes(NEXT.cla, NEXT.ins, 0, 0), mask: bytes(0xff, 0xff, 0xff, 0xff) },
    ],
    nfc: 'never',
  },
})

/** The next password; it counts also when the answer is lost. */
export function* nextPassword(): Dialogue<string> {
  return fromUtf8(yield* ask(command(NEXT.cla, NEXT.ins, 0, 0, NO_BYTES, 256), 'next password'))
}

export interface Enrolment {
  readonly partner: string
  /** What the carrier handed over. */
  readonly first: { readonly keyVersion: number; readonly keys: Scp03Keys }
  /** The partner's own, of another version. */
  readonly own: { readonly keyVersion: number; readonly keys: Scp03Keys }
  readonly key: Bytes
  readonly entropy: Entropy
}

/** The domain by the partner's own keys, then the key of the passwords. May be repeated: the same key keeps its count. */
export function* enrol({ partner, first, own, key, entropy }: Enrolment): Dialogue<void> {
  const { securityDomain, aid } = partnerAids(partner)
  yield* select(securityDomain)
  const opened = yield* openScp03({ ...first, entropy, aid: securityDomain })
  yield* secured(opened, putKeySet(opened, own.keyVersion, own.keys, first.keyVersion))
  yield* select(securityDomain)
  const channel = yield* openScp03({ ...own, entropy, aid: securityDomain })
  yield* secured(channel, setKey(channel.dek, aid, key))
}

function* setKey(dek: Bytes, aid: Bytes, key: Bytes): Dialogue<void> {
  yield* installForPersonalization(aid)
  const group = dgi(KEY_GROUP, dekEncrypt(dek, key), keyCheckValue(key))
  yield* storeData(group, STORE_DATA.dgi | STORE_DATA.encrypted)
}
