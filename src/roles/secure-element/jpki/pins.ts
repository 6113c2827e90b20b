// VERIFY and CHANGE REFERENCE DATA of the JPKI application, and who has been verified since SELECT.
// Observed: myna-card, OpenSC (63Cx also when blocked; 6984 instead of 6983).

import type { Bytes } from '../../../base/bytes.ts'
import { equalSecret } from '../../../base/crypto.ts'
import { type Response, response } from '../../../codec/apdu.ts'
import { SW, triesLeftWord } from '../../../codec/sw.ts'
import { KEYS, type KeyKind } from '../../../protocol/jpki-ap/files.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'
import { decodePin, encodePin, type PinRecord } from './pin-record.ts'

const LENGTHS = { auth: [4, 4], sign: [6, 16] } as const satisfies Record<KeyKind, readonly [number, number]>

export class Pins {
  readonly #records: RecordStore
  readonly #verified = new Set<KeyKind>()

  constructor(records: RecordStore) {
    this.#records = records
  }

  record(kind: KeyKind): PinRecord | undefined {
    const record = this.#records.get(`pin/${kind}`)
    return record && decodePin(record)
  }

  #put(kind: KeyKind, pin: PinRecord): void {
    this.#records.set(`pin/${kind}`, encodePin(pin))
  }

  /** The tries left; a PIN that was never set has none. Always 63Cx: OpenSC drops the token otherwise. */
  query(kind: KeyKind): Response {
    return response(triesLeftWord(this.record(kind)?.tries ?? 0))
  }

  /** Writes the counter whatever the outcome, so that not even the existence of a write tells it. */
  verify(kind: KeyKind, given: Bytes): Response {
    this.#verified.delete(kind)
    const pin = this.record(kind)
    if (!pin || pin.tries === 0) throw new StatusError(SW.PIN_BLOCKED)
    const [shortest, longest] = LENGTHS[kind]
    if (given.length < shortest || given.length > longest) throw new StatusError(SW.WRONG_LENGTH)
    const right = equalSecret(given, pin.secret)
    const tries = right ? KEYS[kind].tries : pin.tries - 1
    this.#put(kind, { ...pin, tries })
    if (!right) return response(triesLeftWord(tries))
    this.#verified.add(kind)
    return response(SW.OK.sw)
  }

  /** The holder's own PIN for the verified one. In the transport state it must differ: the issuer knows that one. */
  change(kind: KeyKind, secret: Bytes): Response {
    const pin = this.record(kind)
    if (!pin || !this.#verified.has(kind)) throw new StatusError(SW.SECURITY_STATUS)
    const right = KEYS[kind].pinFormat.test(String.fromCharCode(...secret))
    if (!right || (pin.state === 'transport' && equalSecret(secret, pin.secret))) throw new StatusError(SW.WRONG_DATA)
    this.#put(kind, { state: 'own', tries: KEYS[kind].tries, secret })
    return response(SW.OK.sw)
  }

  /** Issuer: four digits, full tries, to be changed before use. */
  setTransport(kind: KeyKind, secret: Bytes): void {
    this.#verified.delete(kind)
    this.#put(kind, { state: 'transport', tries: KEYS[kind].tries, secret })
  }

  /** Throws unless the holder has verified a PIN of his own. */
  demand(kind: KeyKind): void {
    if (!this.#verified.has(kind)) throw new StatusError(SW.SECURITY_STATUS)
    if (this.record(kind)?.state !== 'own') throw new StatusError(SW.CONDITIONS)
  }
}
