// What waits to be signed, and the reports that were kept.

import type { Kysely } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import { ACR } from '../model.ts'
import { endedAndNoted } from '../own/store.ts'
import type { RecordedState, SignatureEnd, SignatureRecord } from './model.ts'

export interface RequestTables {
  signature_request: {
    request_id: string
    client_id: string
    client_name: string
    sealed_title: Bytes
    format: SignatureRecord['format']
    level: SignatureRecord['level']
    code: string
    asked_at: Date
    state: RecordedState
    sealed: Bytes
    report_id: string | null
  }
  signature_report: { report_id: string; made_at: Date; sealed: Bytes }
}

export const requestMigrations = {
  '010-signature-requests': `
    create table signature_request (
      request_id text primary key, client_id text not null, client_name text not null, title text not null,
      format text not null, level text not null, code text not null, asked_at timestamptz not null, state text not null,
      sealed bytea not null, report_id text);
    create index signature_request_age on signature_request (asked_at);
    create table signature_report (report_id text primary key, made_at timestamptz not null, report jsonb not null);
    create index signature_report_age on signature_report (made_at);`,
} as const

export const requestStore = (db: Kysely<RequestTables>) => ({
  async add(record: SignatureRecord): Promise<void> {
    const { requestId, clientId, clientName, askedAt, recorded, reportId, sealedTitle, ...same } = record
    const named = { request_id: requestId, client_id: clientId, client_name: clientName, sealed_title: sealedTitle }
    await db
      .insertInto('signature_request')
      .values({ ...same, ...named, asked_at: askedAt, state: recorded, report_id: reportId })
      .execute()
  },

  async find(requestId: string): Promise<SignatureRecord | undefined> {
    const row = await db
      .selectFrom('signature_request')
      .selectAll()
      .where('request_id', '=', requestId)
      .executeTakeFirst()
    if (!row) return undefined
    const {
      request_id,
      client_id: clientId,
      client_name: clientName,
      asked_at: askedAt,
      state,
      report_id,
      sealed_title: sealedTitle,
      ...same
    } = row
    return {
      ...same,
      sealedTitle,
      requestId: request_id,
      clientId,
      clientName,
      askedAt,
      recorded: state,
      reportId: report_id,
    }
  },

  /** False when somebody else was first. */
  async end(requestId: string, { state, sealed, reportId, by }: SignatureEnd, now: Date): Promise<boolean> {
    const ending = db
      .updateTable('signature_request')
      .set({ state, ...(sealed && { sealed }), ...(reportId && { report_id: reportId }) })
      .where('request_id', '=', requestId)
      .where('state', '=', 'waiting')
      .returning('client_id')
    const use = { kind: 'signature', outcome: 'done', acr: ACR.card } as const
    const ended = by ? endedAndNoted(db as never, ending as never, { ...use, ...by }, now) : ending.executeTakeFirst()
    return (await ended) !== undefined
  },

  async keepReport(reportId: string, sealed: Bytes, madeAt: Date): Promise<void> {
    await db.insertInto('signature_report').values({ report_id: reportId, made_at: madeAt, sealed }).execute()
  },

  async report(reportId: string): Promise<Bytes | undefined> {
    const row = await db
      .selectFrom('signature_report')
      .select('sealed')
      .where('report_id', '=', reportId)
      .executeTakeFirst()
    return row?.sealed
  },
})
