// What the platform keeps of decoupled approvals: who receives them where, each request with its answer, and how often whom
// was asked. An answer, its note for the person's own page and the pace are one transaction.

import type { Kysely } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import { evidenceRow, keepIn } from '../evidence/store.ts'
import { endedAndNoted } from '../own/store.ts'
import { kept } from '../told-words.ts'
import {
  type ApprovalRecord,
  type ApprovalState,
  PACE,
  type Paced,
  type PaceRecord,
  PING,
  paced,
  rebuffed,
} from './model.ts'
import { ALL, type ApprovalTables, approvalOf, columnsOf, paceOf } from './tables/store.ts'

export { approvalMigrations } from './tables/store.ts'

export const approvalStore = (db: Kysely<ApprovalTables>) => ({
  ...inboxes(db),
  ...asking(db),
  ...answers(db),
  ...pings(db),
})

export interface Inbox {
  readonly personId: string
  readonly salt: Bytes | null
  readonly userCode: Bytes | null
}

const inboxes = (db: Kysely<ApprovalTables>) => ({
  /** In place of the person's other phone. */
  async saveInbox(token: Bytes, { personId, salt, userCode }: Inbox, since: Date): Promise<void> {
    const row = { token, salt, user_code: userCode, since }
    await db
      .insertInto('approval_inbox')
      .values({ person_id: personId, ...row })
      .onConflict((c) => c.column('person_id').doUpdateSet(row))
      .execute()
  },

  async removeInbox(token: Bytes): Promise<void> {
    await db.deleteFrom('approval_inbox').where('token', '=', token).execute()
  },

  async inbox(key: { readonly token: Bytes } | { readonly personId: string }): Promise<Inbox | undefined> {
    const rows = db.selectFrom('approval_inbox').selectAll()
    const found = 'token' in key ? rows.where('token', '=', key.token) : rows.where('person_id', '=', key.personId)
    const row = await found.executeTakeFirst()
    return row && { personId: row.person_id, salt: row.salt, userCode: row.user_code }
  },

  async personOfSubject(subject: string): Promise<string | undefined> {
    const found = db.selectFrom('pairwise_subject').select('person_id').where('subject', '=', subject).limit(1)
    return (await found.executeTakeFirst())?.person_id
  },
})

/** The row, locked until the end of the transaction: of two that ask at once, one asks after the other. */
async function lockedPace(tx: Kysely<ApprovalTables>, clientId: string, personId: string, now: Date) {
  return tx
    .insertInto('approval_pace')
    .values({ client_id: clientId, person_id: personId, since: now, asked: 0, unanswered: 0, wrong_codes: 0 })
    .onConflict((c) => c.columns(['client_id', 'person_id']).doUpdateSet({ client_id: clientId }))
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function savePace(tx: Kysely<ApprovalTables>, clientId: string, personId: string, pace: PaceRecord) {
  await tx
    .updateTable('approval_pace')
    .set(columnsOf(pace))
    .where('client_id', '=', clientId)
    .where('person_id', '=', personId)
    .execute()
}

const asking = (db: Kysely<ApprovalTables>) => ({
  /** Counts a try of a user code before it is judged; false when there were too many. */
  async spendCodeTry(clientId: string, personId: string, now: Date): Promise<boolean> {
    return db.transaction().execute(async (tx) => {
      const { codes_from, wrong_codes } = await lockedPace(tx, clientId, personId, now)
      const old = !codes_from || now.getTime() - codes_from.getTime() >= PACE.windowMs
      if (!old && wrong_codes >= PACE.wrongCodes) return false
      await tx
        .updateTable('approval_pace')
        .set(old ? { codes_from: now, wrong_codes: 1 } : { wrong_codes: wrong_codes + 1 })
        .where('client_id', '=', clientId)
        .where('person_id', '=', personId)
        .execute()
      return true
    })
  },

  async forgetCodeTries(clientId: string, personId: string): Promise<void> {
    await db
      .updateTable('approval_pace')
      .set({ wrong_codes: 0, codes_from: null })
      .where('client_id', '=', clientId)
      .where('person_id', '=', personId)
      .execute()
  },

  /** Records the request, or says why the service may not ask this person now. */
  async ask(
    authReqId: string,
    record: ApprovalRecord,
  ): Promise<Exclude<Paced, { next: unknown }>['refused'] | undefined> {
    const { clientId, personId, askedAt, expiresAt } = record
    return db.transaction().execute(async (tx) => {
      const own = paced(paceOf(await lockedPace(tx, clientId, personId, askedAt)), askedAt, expiresAt, PACE.perService)
      if ('refused' in own) return own.refused
      await savePace(tx, clientId, personId, own.next)
      const all = { ...paceOf(await lockedPace(tx, ALL, personId, askedAt)), openUntil: null }
      const together = paced(all, askedAt, expiresAt, PACE.perPerson)
      const shown = 'next' in together
      if (shown) await savePace(tx, ALL, personId, { ...together.next, openUntil: null })
      await tx
        .insertInto('approval')
        .values({
          ...{ request_id: record.requestId, auth_req_id: kept(authReqId), client_id: clientId },
          ...{ client_name: record.clientName, person_id: personId, procedure: record.procedure },
          ...{ channel: record.channel, caller: record.caller, code: record.code },
          ...{ choices: JSON.stringify(record.choices), nonce: record.nonce, asked_at: askedAt },
          ...{ expires_at: expiresAt, shown, state: record.recorded, ping: record.ping, pings: 0 },
          acr_values: JSON.stringify(record.acrValues),
        })
        .execute()
      return undefined
    })
  },

  async approvalOf(authReqId: string): Promise<ApprovalRecord | undefined> {
    const row = await db
      .selectFrom('approval')
      .selectAll()
      .where('auth_req_id', '=', kept(authReqId))
      .executeTakeFirst()
    return row && approvalOf(row)
  },

  async approval(requestId: string): Promise<ApprovalRecord | undefined> {
    const row = await db.selectFrom('approval').selectAll().where('request_id', '=', requestId).executeTakeFirst()
    return row && approvalOf(row)
  },

  /** The newest first. */
  async approvalsOf(personId: string, since: Date): Promise<ApprovalRecord[]> {
    const rows = db.selectFrom('approval').selectAll().where('person_id', '=', personId).where('shown', '=', true)
    const newest = rows.where('asked_at', '>', since).orderBy('asked_at', 'desc').limit(20)
    return (await newest.execute()).map(approvalOf)
  },
})

export interface Answer {
  readonly state: Exclude<ApprovalState, 'waiting' | 'expired'>
  /** Of an approval: how, by which certificate, and by which name the service knows the person. */
  readonly acr?: string
  readonly serial?: bigint
  readonly subject?: string
  readonly statusAt?: Date
  readonly unexpected?: boolean
  /** The service is to be told. */
  readonly ping?: boolean
}

const OUTCOMES = { approved: 'done', declined: 'declined', refused: 'refused' } as const

const answers = (db: Kysely<ApprovalTables>) => ({
  /** False when another answer, or the end of its time, came first. */
  async answerApproval(
    { requestId, personId, channel }: Pick<ApprovalRecord, 'requestId' | 'personId' | 'channel'>,
    answer: Answer,
    now: Date,
  ): Promise<boolean> {
    const { state, acr, serial, subject, statusAt, unexpected, ping } = answer
    return db.transaction().execute(async (tx) => {
      const ending = tx
        .updateTable('approval')
        .set({ state, acr: acr ?? null, answered_at: now, status_at: statusAt ?? null, ping_at: ping ? now : null })
        .where('request_id', '=', requestId)
        .where('state', '=', 'waiting')
        .where('expires_at', '>', now)
        .returning('client_id')
      const use = { personId, kind: 'approval', outcome: OUTCOMES[state], acr, ...(serial && { serial }) } as const
      const row = await endedAndNoted(tx as never, ending as never, { ...use, ...(subject && { subject }) }, now)
      if (!row) return false
      const record = { kind: 'approval', approval: requestId, channel, outcome: state }
      await keepIn(tx, [evidenceRow(row.client_id, now, record)])
      const pace = paceOf(await lockedPace(tx, row.client_id, personId, now))
      const next =
        state === 'approved' ? { ...pace, unanswered: 0, openUntil: null } : rebuffed(pace, now, unexpected ?? false)
      await savePace(tx, row.client_id, personId, next)
      return true
    })
  },

  /** Once, by the service that asked, for what was approved. */
  async reportOutcome(requestId: string, { outcome, text }: NonNullable<ApprovalRecord['result']>): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('approval')
      .set({ outcome, outcome_text: text })
      .where('request_id', '=', requestId)
      .where('state', '=', 'approved')
      .where('outcome', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },
})

const pings = (db: Kysely<ApprovalTables>) => ({
  /** Those of which services must be told now; nobody else gets them until the lease ends. */
  async claimPings(now: Date, limit: number): Promise<{ approval: ApprovalRecord; pings: number }[]> {
    const due = db
      .selectFrom('approval')
      .select('request_id')
      .where('ping_at', '<=', now)
      .orderBy('ping_at')
      .limit(limit)
      .forUpdate()
      .skipLocked()
    const rows = await db
      .updateTable('approval')
      .set((eb) => ({ ping_at: new Date(now.getTime() + PING.leaseMs), pings: eb('pings', '+', 1) }))
      .where('request_id', 'in', due)
      .returningAll()
      .execute()
    return rows.map((row) => ({ approval: approvalOf(row), pings: row.pings }))
  },

  /** Told, or given up; or when it must be tried again. */
  async pingAgain(requestId: string, at: Date | null): Promise<void> {
    await db.updateTable('approval').set({ ping_at: at }).where('request_id', '=', requestId).execute()
  },
})
