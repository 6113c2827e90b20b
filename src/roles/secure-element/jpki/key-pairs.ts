// The holder's key pairs: made here, or brought in inside both encryption layers (seed 4 別紙3). Either way the card
// proves that it has the key, and the old certificate goes with the old key.

import { type Bytes, equal, hex, u16 } from '../../../base/bytes.ts'
import { type KeyPair, keyFacts, type PrivateKey, privateKey, publicKeyOf, sign } from '../../../base/crypto.ts'
import { SW } from '../../../codec/sw.ts'
import type { KEYS, KeyKind } from '../../../protocol/jpki-ap/files.ts'
import { ALGORITHMS, possessionMessage, REQUEST_ID_LENGTH } from '../../../protocol/personalisation/layout.ts'
import { RECORD } from '../jicsap/table.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'
import type { JpkiContext } from './content.ts'
import { algorithmOf } from './sign.ts'

/** Where the public face of a key pair lies, by the key's EF. */
export const keyPairRecords = (key: number) => {
  const at = (name: string) => `${name}/${hex(u16(key))}`
  return { publicKey: at('public-key'), proof: at('proof'), requestId: at('request-id') }
}

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

function isNew(records: RecordStore, { key }: KeyEntry, requestId: Bytes): boolean {
  if (requestId.length !== REQUEST_ID_LENGTH) throw new StatusError(SW.WRONG_DATA)
  const before = records.get(keyPairRecords(key).requestId)
  return !before || !equal(before, requestId)
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
  const names = keyPairRecords(key)
  const signer = privateKey(pair.privateKey)
  records.set(RECORD.key(key), pair.privateKey)
  records.set(names.publicKey, pair.publicKey)
  records.set(names.proof, sign(algorithmOf(signer), signer, possessionMessage(requestId, pair.publicKey)))
  records.set(names.requestId, requestId)
  records.delete(RECORD.file(certificate))
}
