// How a secret (PIN, password, 照合番号) and its counter lie in the card's memory: state, tries left, value.

import { type Bytes, bytes, concat } from '../../../base/bytes.ts'

/** transport: set by the issuer; the holder must change it before anything works. */
export type SecretState = 'transport' | 'own'

export interface SecretRecord {
  readonly state: SecretState
  readonly tries: number
  readonly value: Bytes
}

export const encodeSecret = ({ state, tries, value }: SecretRecord): Bytes =>
  concat(bytes(state === 'transport' ? 1 : 2, tries), value)

export const decodeSecret = (record: Bytes): SecretRecord => ({
  state: record[0] === 1 ? 'transport' : 'own',
  tries: record[1] ?? 0,
  value: record.slice(2),
})
