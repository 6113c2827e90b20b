// How a PIN and its counter lie in the card's memory: state, tries left, secret.

import { type Bytes, bytes, concat } from '../../../base/bytes.ts'

/** transport: set by the issuer; the holder must change it before anything works. */
export type PinRecordState = 'transport' | 'own'

export interface PinRecord {
  readonly state: PinRecordState
  readonly tries: number
  readonly secret: Bytes
}

export const encodePin = ({ state, tries, secret }: PinRecord): Bytes =>
  concat(bytes(state === 'transport' ? 1 : 2, tries), secret)

export const decodePin = (record: Bytes): PinRecord => ({
  state: record[0] === 1 ? 'transport' : 'own',
  tries: record[1] ?? 0,
  secret: record.slice(2),
})
