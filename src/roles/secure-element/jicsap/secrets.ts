// VERIFY and the changing of secrets, and which of them have been verified since SELECT.
// Observed: myna-card, OpenSC (63Cx also when blocked; 6984 instead of 6983).

import type { Bytes } from '../../../base/bytes.ts'
import { equalSecret } from '../../../base/crypto.ts'
import { type Response, response } from '../../../codec/apdu.ts'
import { SW, triesLeftWord } from '../../../codec/sw.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'
import { decodeSecret, encodeSecret, type SecretRecord } from './secret-record.ts'
import { type Access, type ApplicationTable, RECORD, type SecretRule } from './table.ts'

export class Secrets {
  readonly #records: RecordStore
  readonly #rules: ApplicationTable['secrets']
  readonly #verified = new Set<number>()

  constructor(records: RecordStore, rules: ApplicationTable['secrets']) {
    this.#records = records
    this.#rules = rules
  }

  record(id: number): SecretRecord | undefined {
    const record = this.#records.get(RECORD.secret(id))
    return record && decodeSecret(record)
  }

  #put(id: number, secret: SecretRecord): void {
    this.#records.set(RECORD.secret(id), encodeSecret(secret))
  }

  #rule(id: number): SecretRule {
    const rule = this.#rules[id]
    if (!rule) throw new StatusError(SW.WRONG_FILE_KIND)
    return rule
  }

  /** The tries left; a secret that was never set has none. Always 63Cx: OpenSC drops the token otherwise. */
  query(id: number): Response {
    this.#rule(id)
    return response(triesLeftWord(this.record(id)?.tries ?? 0))
  }

  /** Writes the counter whatever the outcome, so that not even the existence of a write tells it. */
  verify(id: number, given: Bytes): Response {
    const rule = this.#rule(id)
    this.#verified.delete(id)
    const secret = this.record(id)
    if (!secret || secret.tries === 0) throw new StatusError(SW.PIN_BLOCKED)
    const [shortest, longest] = rule.length
    if (given.length < shortest || given.length > longest) throw new StatusError(SW.WRONG_LENGTH)
    const right = equalSecret(given, secret.value)
    const tries = right ? rule.tries : secret.tries - 1
    this.#put(id, { ...secret, tries })
    if (!right) return response(triesLeftWord(tries))
    this.#verified.add(id)
    return response(SW.OK.sw)
  }

  /** The holder's own value for the verified one. In the transport state it must differ: the issuer knows that one. */
  change(id: number, command: NonNullable<SecretRule['changedBy']>, value: Bytes): Response {
    const rule = this.#rule(id)
    const secret = this.record(id)
    if (!secret || rule.changedBy !== command || !this.#verified.has(id)) throw new StatusError(SW.SECURITY_STATUS)
    const issuers = secret.state === 'transport' && equalSecret(value, secret.value)
    if (!hasFormat(rule, value) || issuers) throw new StatusError(SW.WRONG_DATA)
    this.#put(id, { state: 'own', tries: rule.tries, value })
    return response(SW.OK.sw)
  }

  /** Issuer: a new value with full tries, to be changed by the holder before use. */
  setTransport(id: number, value: Bytes): void {
    const rule = this.#rule(id)
    if (!hasFormat(rule, value)) throw new StatusError(SW.WRONG_DATA)
    this.#verified.delete(id)
    this.#put(id, { state: 'transport', tries: rule.tries, value })
  }

  /** Issuer: full tries for the value that is there. */
  unblock(id: number): void {
    const secret = this.record(id)
    if (!secret) throw new StatusError(SW.CONDITIONS)
    this.#put(id, { ...secret, tries: this.#rule(id).tries })
  }

  /** Throws unless the access is free or the holder has verified one of its secrets, his own. */
  demand(access: Access): void {
    if (access === 'free') return
    const verified = access === 'never' ? [] : access.filter((id) => this.#verified.has(id))
    if (verified.length === 0) throw new StatusError(SW.SECURITY_STATUS)
    if (!verified.some((id) => this.record(id)?.state === 'own')) throw new StatusError(SW.CONDITIONS)
  }
}

const hasFormat = ({ format }: SecretRule, value: Bytes): boolean => format.test(String.fromCharCode(...value))
