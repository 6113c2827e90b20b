// Errors of the database that are no bugs of ours: refusals that say what is wrong, and whether anything was done.

import type pg from 'pg'
import { no } from './refusals.ts'

/**
 * By SQLSTATE. PostgreSQL 15, appendix A: disk_full; serialization_failure, deadlock_detected, lock_not_available, query_canceled;
 * character_not_in_repertoire, untranslatable_character.
 */
const REFUSALS = new Map([
  ['53100', no.full],
  ...(['40001', '40P01', '55P03', '57014'] as const).map((state) => [state, no.busy] as const),
  ['22021', no.text],
  ['22P05', no.text],
])

/** Of a session that the server has ended, and what a broken connection says, or one to a server that is gone without a word. */
const BROKEN = /^(57P01|57P02|57P03|08...|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/
const ENDED = /^(Connection terminated|Client has encountered a connection error)/

export function clear(error: unknown): never {
  const { code = '', message } = error as { code?: string; message: string }
  const refusal = REFUSALS.get(code) ?? (BROKEN.test(code) || ENDED.test(message) ? no.broken : undefined)
  throw refusal?.({}, error) ?? error
}

export type Query = (query: unknown, values?: unknown[], callback?: unknown) => unknown

/** What is answered as a promise; with a callback an error stays the driver's own. */
export const cleared = (asked: unknown): unknown => (asked instanceof Promise ? asked.catch(clear) : asked)

export const clearing = (asking: Query): pg.Client['query'] =>
  ((...asked: Parameters<Query>) => cleared(asking(...asked))) as Query as pg.Client['query']
