// Specimens for delegated management and DAP: keys that sign, a SIM with a domain, INSTALL with tokens. For tests.

import { type Bytes, bytes, concat, equal, fromHex, hex, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { cmac, generateKeyPair, privateKey, seededEntropy, sha256, sign, signPss } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { modulusOfSpki } from '../../codec/cvc.ts'
import { lv, tlv } from '../../codec/tlv.ts'
import { decodeConfirmation, receiptInput, tokenInput } from '../../protocol/globalplatform/delegated-management.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { dekEncrypt } from '../../protocol/globalplatform/scp03-keys.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import type { SecureElement } from './contract.ts'
import { DELEGATION_VECTORS as V } from './delegation-vectors.ts'
import { asIssuer, ISD_KEYS, pair, scp03Keys, specimenSim } from './specimen.ts'

const entropy = seededEntropy(utf8('off-card'))

export const DOMAIN = fromHex(V.securityDomain)
export const RECEIPT_KEY = fromHex(V.receiptKey)
const ec = generateKeyPair('P-256')
export const ecPoint = ec.publicKey.slice(-65)
const rsa = pair('token')
const aes = sha256(utf8('token key')).slice(0, 16)

/** Keys as PUT KEY takes them, and what signs under them. */
export const SCHEMES = {
  'ECDSA P-256': {
    field: () => concat(tlv(0xb0, ecPoint), fromHex('f00100'), bytes(0)),
    sign: (message: Bytes): Bytes => gp.plainEcdsa(sign('ECDSA-P256-SHA256', privateKey(ec.privateKey), message)),
  },
  'RSA-2048 PSS': {
    field: () => concat(tlv(0xa1, modulusOfSpki(rsa.publicKey)), tlv(0xa0, fromHex('010001')), bytes(0)),
    sign: (message: Bytes): Bytes => signPss(privateKey(rsa.privateKey), message),
  },
  'AES-128 CMAC': { field: undefined, sign: (message: Bytes): Bytes => cmac(aes, message) },
} as const
export interface Scheme {
  readonly field: (() => Bytes) | undefined
  readonly sign: (message: Bytes) => Bytes
}

export const putRaw = (version: number, field: Bytes) =>
  ask(command(0x80, 0xd8, 0x00, 0x01, concat(bytes(version), field), 256), 'PUT KEY')

const aesField = (dek: Bytes, key: Bytes) => concat(bytes(0x88), lv(dekEncrypt(dek, key)), lv(gp.keyCheckValue(key)))

export function* inDomain<T>(inner: (channel: gp.SecureChannel) => Dialogue<T>): Dialogue<T> {
  yield* gp.select(DOMAIN)
  const channel = yield* gp.openScp03({ keys: scp03Keys('own'), entropy, aid: DOMAIN })
  return yield* gp.secured(channel, inner(channel))
}

/** The issuer's token and receipt keys, and a security domain of these privileges. */
export const makeDomain = (scheme: Scheme, privileges: number): Dialogue<void> =>
  asIssuer(function* (channel) {
    yield* putRaw(0x70, scheme.field?.() ?? aesField(channel.dek, aes))
    yield* putRaw(0x71, aesField(channel.dek, RECEIPT_KEY))
    yield* gp.storeData(concat(tlv(0x42, fromHex('01020304')), tlv(0x45, fromHex('05060708'))), 0x10)
    const ssd = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: DOMAIN }
    yield* gp.installForInstallAndMakeSelectable({ ...ssd, privileges })
  })

/** Gives the domain keys of its own. */
export function* personaliseDomain(): Dialogue<void> {
  yield* gp.select(DOMAIN)
  const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy, aid: DOMAIN })
  yield* gp.secured(channel, gp.putKeySet(channel, 0x31, scp03Keys('own')))
}

/** A SIM with a security domain of these privileges, personalised, and the issuer's token and receipt keys. */
export async function simWithDomain(scheme: Scheme, privileges: number): Promise<SecureElement> {
  const card = specimenSim()
  await run(card.link(), makeDomain(scheme, privileges))
  await run(card.link(), personaliseDomain())
  return card
}

export type Sign = (message: Bytes) => Bytes

/** INSTALL with a token over what is sent. */
export function* install(p1: number, p2: number, fields: readonly Bytes[], sign: Sign | undefined, before = NO_BYTES) {
  const signed = concat(...fields.map(lv))
  const token = sign ? sign(concat(before, tokenInput(p1, p2, signed))) : NO_BYTES
  return yield* ask(command(0x80, 0xe6, p1, p2, concat(signed, lv(token)), 256), 'INSTALL')
}

/** LOAD of a whole load file; the last answer. */
export function* loadFile(file: Bytes): Dialogue<Bytes> {
  let answer = NO_BYTES
  for (let at = 0, block = 0; at < file.length; at += 200, block++) {
    const last = at + 200 >= file.length ? 0x80 : 0
    answer = yield* ask(command(0x80, 0xe8, last, block, file.slice(at, at + 200), 256), 'LOAD')
  }
  return answer
}

export const dataBlock = jpkiLoadFile()
export const loadFields = [JPKI.loadFile, DOMAIN, sha256(dataBlock), NO_BYTES]
export const installFields = [JPKI.loadFile, JPKI.module, JPKI.aid, bytes(0), fromHex('c900')]
export const DM = 0xa08000

/** Counter of a receipt that is over these fields; undefined when it is none or not over them. */
export function receiptCounter(answer: Bytes, fields: readonly Bytes[]): number | undefined {
  const confirmation = decodeConfirmation(answer)
  const expected = confirmation && cmac(RECEIPT_KEY, receiptInput(confirmation, fields))
  const right = expected && equal(expected, confirmation.receipt)
  return right && hex(confirmation.domainData) === '0102030405060708' ? confirmation.counter : undefined
}
