// Applications and their evidence. Evidence rows are added and never changed; each is linked to the one before it.

import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import type { DeliveryWay } from '../../../base/ports.ts'
import type { Outcome } from '../../../base/verdict.ts'
import type { SpTsmTables } from '../store.ts'
import type { EvidenceKind, Way } from './model.ts'

export const applicationMigration = `
  create table application (
    order_id text primary key references order_ (order_id),
    reference text not null unique,
    way text not null,
    due text not null,
    petition bytea,
    code_hash bytea,
    code_expires_at timestamptz,
    tries integer not null,
    sendings integer not null,
    open_until timestamptz not null,
    evidence_count integer not null,
    evidence_link bytea not null
  );
  create index application_open on application (open_until);
  create table evidence (
    order_id text not null references application (order_id),
    number integer not null,
    at timestamptz not null,
    kind text not null,
    outcome text not null,
    checks text not null,
    detail bytea,
    link bytea not null,
    primary key (order_id, number)
  )`

export const UNPOSTED_MIGRATION = 'alter table application add column code_sealed bytea'

export interface ApplicationTable {
  order_id: string
  /** What operators and others know it by; it does not lead to the order id. */
  reference: string
  way: Way
  /** Codes that are due, the next first, with commas between. */
  due: string
  /** Sealed: line, SIM, phone, and what of the four facts is still needed. Null once the installation began or it ended. */
  petition: Bytes | null
  code_hash: Bytes | null
  code_expires_at: Date | null
  /** Sealed: a code that is recorded and that nobody is known to have taken to be delivered. */
  code_sealed: Bytes | null
  /** Wrong codes of the kind that is due. */
  tries: number
  /** Codes of this kind that were sent. */
  sendings: number
  open_until: Date
  evidence_count: number
  evidence_link: Bytes
}
export type ApplicationRow = Selectable<ApplicationTable>

export interface EvidenceTable {
  order_id: string
  number: number
  at: Date
  kind: EvidenceKind
  outcome: Outcome
  /** JSON: names, citations and outcomes of checks, without what was found. */
  checks: string
  /** Sealed, of this application. */
  detail: Bytes | null
  link: Bytes
}
export type EvidenceRow = Selectable<EvidenceTable>

export type NewApplication = Omit<ApplicationRow, 'evidence_count' | 'evidence_link'>
export type NewEvidence = Omit<EvidenceRow, 'order_id' | 'number' | 'link'>
/** The link of this row, given its number and the link before it. */
export type Linking = (row: Omit<EvidenceRow, 'link'>, before: Bytes) => Bytes

export interface ApplicationStore {
  application(orderId: string): Promise<ApplicationRow | undefined>
  applicationByReference(reference: string): Promise<ApplicationRow | undefined>
  changeApplication(orderId: string, patch: Partial<ApplicationRow>): Promise<void>
  /** Counts before it is known whether the code is right: many at once gain nothing. False when none is left. */
  spendTry(orderId: string, most: number): Promise<boolean>
  /** The next code; false when too many were sent, or when another request was faster. */
  spendSending(
    orderId: string,
    sent: number,
    code: Pick<ApplicationRow, 'code_hash' | 'code_expires_at' | 'code_sealed'>,
  ): Promise<boolean>
  /** The code of this sending was taken to be delivered. */
  notePosted(orderId: string, sendings: number): Promise<void>
  /** Applications with a code that nobody is known to have taken, and that is still good. */
  unposted(now: Date): Promise<ApplicationRow[]>
  /** The code was right: once, whoever asks at the same time; what is due then, and the evidence, with it. */
  takeCode(orderId: string, hash: Bytes, due: string, evidence: NewEvidence, linking: Linking): Promise<boolean>
  addEvidence(orderId: string, rows: readonly NewEvidence[], linking: Linking): Promise<void>
  evidence(orderId: string): Promise<EvidenceRow[]>
  /** Those whose orders wait for their applicant for too long. */
  openPast(now: Date): Promise<ApplicationRow[]>
  /** Erases what is sealed of applications whose orders wait for nobody any more. */
  forgetPetitions(): Promise<void>
}

const WAITING = ['applied', 'accepted'] as const

export const applicationStore = (db: Kysely<SpTsmTables>): ApplicationStore => ({
  application: (orderId) => db.selectFrom('application').selectAll().where('order_id', '=', orderId).executeTakeFirst(),
  applicationByReference: (reference) =>
    db.selectFrom('application').selectAll().where('reference', '=', reference).executeTakeFirst(),
  changeApplication: async (orderId, patch) => {
    await db.updateTable('application').set(patch).where('order_id', '=', orderId).execute()
  },
  spendTry: async (orderId, most) => {
    const spent = db
      .updateTable('application')
      .set((set) => ({ tries: set('tries', '+', 1) }))
      .where('order_id', '=', orderId)
      .where('tries', '<', most)
    return (await spent.returning('order_id').executeTakeFirst()) !== undefined
  },
  spendSending: async (orderId, sent, code) => {
    const spent = db
      .updateTable('application')
      .set({ ...code, sendings: sent + 1 })
      .where('order_id', '=', orderId)
      .where('sendings', '=', sent)
    return (await spent.returning('order_id').executeTakeFirst()) !== undefined
  },
  notePosted: async (orderId, sendings) => {
    await db
      .updateTable('application')
      .set({ code_sealed: null })
      .where('order_id', '=', orderId)
      .where('sendings', '=', sendings)
      .execute()
  },
  unposted: (now) =>
    db
      .selectFrom('application')
      .selectAll()
      .where('code_sealed', 'is not', null)
      .where('code_expires_at', '>', now)
      .execute(),
  takeCode: (orderId, hash, due, evidence, linking) =>
    db.transaction().execute(async (tx) => {
      const taken = tx
        .updateTable('application')
        .set({ code_hash: null, code_expires_at: null, code_sealed: null, tries: 0, sendings: 0, due })
        .where('order_id', '=', orderId)
        .where('code_hash', '=', hash)
      if (!(await taken.returning('order_id').executeTakeFirst())) return false
      await append(tx, orderId, [evidence], linking)
      return true
    }),
  addEvidence: (orderId, rows, linking) => db.transaction().execute((tx) => append(tx, orderId, rows, linking)),
  evidence: (orderId) =>
    db.selectFrom('evidence').selectAll().where('order_id', '=', orderId).orderBy('number').execute(),
  openPast: async (now) => {
    const rows = db
      .selectFrom('application')
      .innerJoin('order_', 'order_.order_id', 'application.order_id')
      .selectAll('application')
      .where('open_until', '<', now)
      .where('order_.state', 'in', WAITING)
    return rows.execute()
  },
  forgetPetitions: async () => {
    const waiting = db.selectFrom('order_').select('order_id').where('state', 'in', WAITING)
    await db
      .updateTable('application')
      .set({ petition: null, code_hash: null, code_sealed: null })
      .where('petition', 'is not', null)
      .where('order_id', 'not in', waiting)
      .execute()
  },
})

export async function enterApplication(tx: Transaction<SpTsmTables>, row: NewApplication, first: Bytes): Promise<void> {
  await tx
    .insertInto('application')
    .values({ ...row, evidence_count: 0, evidence_link: first })
    .execute()
}

/** Number and link come from the application's row, which is locked until the commit. */
export async function append(
  tx: Transaction<SpTsmTables>,
  order_id: string,
  rows: readonly NewEvidence[],
  linking: Linking,
): Promise<void> {
  const head = await tx
    .selectFrom('application')
    .select(['evidence_count', 'evidence_link'])
    .where('order_id', '=', order_id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  let { evidence_count: number, evidence_link: link } = head
  for (const row of rows) {
    number += 1
    link = linking({ ...row, order_id, number }, link)
    await tx
      .insertInto('evidence')
      .values({ ...row, order_id, number, link })
      .execute()
  }
  await tx
    .updateTable('application')
    .set({ evidence_count: number, evidence_link: link })
    .where('order_id', '=', order_id)
    .execute()
}

export const dueOf = ({ due }: Pick<ApplicationRow, 'due'>): DeliveryWay[] =>
  due === '' ? [] : (due.split(',') as DeliveryWay[])
