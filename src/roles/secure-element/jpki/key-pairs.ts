// The holder's key pairs: made here, or brought in inside both encryption layers (seed 4 別紙3). Either way the card
// proves that it has the key. One that follows a certified one waits until its own certificate comes: then it takes the
// place of key and certificate before it, all at once, so that the holder is never without.

import { type Bytes, equal, hex, NO_BYTES, u16 } from '../../../base/bytes.ts'
import { type KeyPair, keyFacts, type PrivateKey, privateKey, publicKeyOf, sign } from '../../../base/crypto.ts'
import { SW } from '../../../codec/sw.ts'
import type { KEYS, KeyKind } from '../../../protocol/jpki-ap/files.ts'
import { ALGORITHMS, possessionMessage, REQUEST_ID_LENGTH } from '../../../protocol/personalisation/layout.ts'
import { RECORD } from '../jicsap/table.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'
import type { JpkiContext } from './content.ts'
import { algorithmOf } from './sign.ts'

/** Where a key pair lies, by the key's EF: the one in use, and the one that is to follow it. */
const recordsOf = (key: number, next = '') => {
  const at = (name: string) => `${next}${name}/${hex(u16(key))}`
  return { publicKey: at('public-key'), proof: at('proof'), requestId: at('request-id') }
}
const inUse = (key: number) => ({ privateKey: RECORD.key(key), ...recordsOf(key) })
const toFollow = (key: number) => ({ privateKey: `next-${RECORD.key(key)}`, ...recordsOf(key, 'next-') })

type Places = ReturnType<typeof inUse>

/** Of the key pair that was made last. */
export const lastMade = (records: RecordStore, key: number): Places =>
  records.get(toFollow(key).requestId) ? toFollow(key) : inUse(key)

type KeyEntry = (typeof KEYS)[KeyKind]

/** The private key is made here and never leaves. The same request id again changes nothing. */
export function makeKeyPair({ records, keyPairs, profile }: JpkiContext, entry: KeyEntry, value: Bytes): void {
  const algorithm = ALGORITHMS[value[0] ?? -1]
  const requestId = value.slice(1)
  if (!algorithm || !profile.algorithms.includes(algorithm)) throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
  if (isNew(records, entry, requestId)) keep(records, entry, requestId, keyPairs(algorithm))
}

/** The same request id again changes nothing, also with another key. */
export function importKeyPair({ records, profile }: JpkiContext, entry: KeyEntry, value: Bytes): void {
  const requestId = value.slice(0, REQUEST_ID_LENGTH)
  if (!isNew(records, entry, requestId)) return
  const pkcs8 = value.slice(REQUEST_ID_LENGTH)
  const key = parsed(pkcs8)
  const algorithm = nameOf(key)
  if (!algorithm || !profile.algorithms.includes(algorithm)) throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
  keep(records, entry, requestId, { privateKey: pkcs8, publicKey: publicKeyOf(key) })
}

/** Asked for the key pair in use, the card forgets the one that was to follow it. */
function isNew(records: RecordStore, { key }: KeyEntry, requestId: Bytes): boolean {
  if (requestId.length !== REQUEST_ID_LENGTH) throw new StatusError(SW.WRONG_DATA)
  const is = ({ requestId: place }: Places) => equal(records.get(place) ?? NO_BYTES, requestId)
  if (is(toFollow(key))) return false
  if (!is(inUse(key))) return true
  for (const place of Object.values(toFollow(key))) records.delete(place)
  return false
}

function parsed(pkcs8: Bytes): PrivateKey {
  try {
    return privateKey(pkcs8)
  } catch {
    throw new StatusError(SW.WRONG_DATA)
  }
}

const CURVES: Readonly<Record<string, (typeof ALGORITHMS)[number]>> = { prime256v1: 'P-256', secp384r1: 'P-384' }

function nameOf(key: PrivateKey): (typeof ALGORITHMS)[number] | undefined {
  const { type, bits, exponent, curve } = keyFacts(key)
  if (type === 'rsa') return bits === 2048 && exponent === 65537n ? 'RSA-2048' : undefined
  return curve === undefined ? undefined : CURVES[curve]
}

function keep(records: RecordStore, { key, certificate }: KeyEntry, requestId: Bytes, pair: KeyPair): void {
  const places = records.get(RECORD.file(certificate)) ? toFollow(key) : inUse(key)
  const signer = privateKey(pair.privateKey)
  records.set(places.privateKey, pair.privateKey)
  records.set(places.publicKey, pair.publicKey)
  records.set(places.proof, sign(algorithmOf(signer), signer, possessionMessage(requestId, pair.publicKey)))
  records.set(places.requestId, requestId)
}

/** Only a certificate for a key that is here; that of the key that is to follow brings it into use. */
export function takeCertificate(records: RecordStore, { key, certificate: file }: KeyEntry, certificate: Bytes): void {
  if (!records.get(lastMade(records, key).publicKey)) throw new StatusError(SW.CONDITIONS)
  const certifies = ({ publicKey }: Places) => {
    const spki = records.get(publicKey)
    return spki !== undefined && hex(certificate).includes(hex(spki))
  }
  if (certifies(toFollow(key))) follow(records, key)
  else if (!certifies(inUse(key))) throw new StatusError(SW.WRONG_DATA)
  records.set(RECORD.file(file), certificate)
}

function follow(records: RecordStore, key: number): void {
  const [from, to] = [toFollow(key), inUse(key)]
  for (const name of Object.keys(from) as (keyof Places)[]) {
    records.set(to[name], records.get(from[name])!)
    records.delete(from[name])
  }
}
