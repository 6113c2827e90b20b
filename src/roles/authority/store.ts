// The register of certificates of both authorities, the cursor into the resident register, and terminals.
// Locks are taken in one order: resident, certificate of the card, certificate of the phone, number of the last status change.

import type { Generated, Insertable, Kysely, Selectable, Transaction } from 'kysely'
import { NO_BYTES } from '../../base/bytes.ts'
import type { LogEntry } from '../../protocol/merkle-log/index.ts'
import type { Municipality, RegisterEvent } from '../resident-register/contract.ts'
import { type AuditStore, auditStore } from './audit/store.ts'
import type { CertificateKind, RevocationReason } from './contract.ts'
import { type CrlStore, crlStore, type PartitionRow } from './crl/store.ts'
import { type FilterColumns, type FilterStore, filterStore } from './filter/store.ts'
import { completing, findingRequests, preparing } from './issuing/store.ts'
import { type KeyPoolStore, type KeyPoolTables, keyPoolStore } from './key-pool/store.ts'
import { appendEntries, type LogStore, type LogTables, logStore } from './log/store.ts'
import { type Medium, PLACES, type Place, type Status } from './model.ts'
import { type AnswerColumns, type AnswerStore, answerStore } from './ocsp/store.ts'
import { type OverviewStore, overviewStore } from './overview/store.ts'
import { type PartyStore, type PartyTables, partyStore } from './parties/store.ts'
import {
  byId,
  follow,
  type Resumed,
  resume,
  revokeAll,
  type StatusChangeColumns,
  type StatusChangeRow,
} from './revocation/store.ts'
import { type TerminalStore, type TerminalTables, terminalStore } from './terminals/store.ts'

interface CertificateColumns {
  kind: CertificateKind
  serial: bigint
  /** Of the CA key that signs it. */
  generation: Generated<number>
  medium: Medium
  request_key: string | null
  resident_id: string | null
  municipality_code: string | null
  /** SHA-256 of the SubjectPublicKeyInfo. */
  public_key_hash: Uint8Array
  /** Of a card's 署名用 and of a phone's certificate: the 利用者証明用 certificate of the card it belongs to. */
  card_auth_serial: bigint | null
  /** Of a phone: a certificate that takes its place was issued, and it is not revoked yet. */
  giving_way: Generated<boolean>
  /** The last event of the resident that the facts include. */
  facts_sequence: number | null
  not_before: Date
  not_after: Date
  /** What is to be signed; empty when it is in the certificate. */
  tbs: Uint8Array
  certificate: Uint8Array | null
  status: Status
  reason: RevocationReason | null
  revoked_at: Date | null
  revoked_by: string | null
}

export interface AuthorityTables extends LogTables, KeyPoolTables, PartyTables, TerminalTables {
  certificate: CertificateColumns
  crl_partition: PartitionRow
  status_change: StatusChangeColumns
  ocsp_answer: AnswerColumns
  revocation_filter: FilterColumns
  last_status_change: { id: number; sequence: number }
  register_cursor: { id: number; sequence: number }
  resident_seen: { resident_id: string; sequence: number }
}

export type CertificateRow = Selectable<CertificateColumns>
export type Tx = Transaction<AuthorityTables>

/** What is known of a certificate before it has a serial number. */
export interface Draft {
  readonly place: Place
  readonly requestKey: string
  readonly residentId: string
  readonly municipality: Municipality
  readonly publicKeyHash: Uint8Array
  /** Of a phone: the certificate of the card. */
  readonly cardAuthSerial?: bigint
  /** Of a phone: the certificate whose place it takes. */
  readonly replaces?: bigint
  /** The last event of the resident that the facts include. */
  readonly factsSequence: number
  readonly now: Date
}

export interface Tbs {
  readonly serial: bigint
  readonly generation: number
  readonly notBefore: Date
  readonly notAfter: Date
  readonly tbs: Uint8Array
  /** That `tbs` will be signed. */
  readonly logged: LogEntry
}

/** A new serial number and the octets to sign; `notBeyond` is the end of the card's 利用者証明用 certificate. */
export type MakeTbs = (rule: { readonly notBeyond: Date | undefined; readonly renewal: boolean }) => Tbs

export type Prepared = CertificateRow | 'factsAreOld' | 'cardNotValid' | 'keyCertified' | 'certificateExists'

export interface Revocation {
  readonly reason: RevocationReason
  readonly at: Date
  readonly by: string
}

export interface Change {
  readonly sequence: number
  readonly residentId: string
  readonly event: RegisterEvent
}

export interface AuthorityStore extends TerminalStore {
  readonly log: LogStore
  readonly audit: AuditStore
  readonly keyPool: KeyPoolStore
  readonly crl: CrlStore
  readonly answers: AnswerStore
  readonly filters: FilterStore
  readonly parties: PartyStore
  readonly overview: OverviewStore
  find(kind: CertificateKind, serial: bigint): Promise<CertificateRow | undefined>
  findRequest(requestKey: string): Promise<CertificateRow | undefined>
  /** The certificates of an authority itself, or of its OCSP responders, the newest first. */
  own(kind: CertificateKind, medium: 'ca' | 'ocsp'): Promise<CertificateRow[]>
  /** A certificate of the authority's own; false when the serial number or the generation is taken. */
  addOwn(row: Insertable<CertificateColumns>, entry: LogEntry): Promise<boolean>
  completeOwn(kind: CertificateKind, serial: bigint, certificate: Uint8Array): Promise<void>
  /** Stores `pending` what will be signed, or says why not. A request key that is known gives its row. */
  prepare(draft: Draft, makeTbs: MakeTbs): Promise<Prepared>
  /** Once it is signed, `pending` becomes `valid`. False when it was revoked meanwhile. */
  complete(kind: CertificateKind, serial: bigint, signing: Promise<Uint8Array>): Promise<boolean>
  /** Revokes and drags along what hangs on it; the row as it is afterwards. */
  revoke(kind: CertificateKind, serial: bigint, revocation: Revocation): Promise<CertificateRow | undefined>
  /** Ends the hold of a phone's certificate, or says why not. */
  resume(row: CertificateRow, at: Date, by: string): Promise<Resumed>
  /** Changes of status after this number, in order, and the number of the last one. */
  statusChanges(after: number, limit: number): Promise<{ changes: StatusChangeRow[]; last: number }>
  /** The valid certificate in this place that belongs to this 利用者証明用 certificate of a card. */
  linked(place: Place, cardAuthSerial: bigint, now: Date): Promise<bigint | undefined>
  /** All certificates of this person in one place, oldest first. */
  inPlace(kind: CertificateKind, medium: Medium, residentId: string): Promise<CertificateRow[]>
  /** The valid one of them. */
  current(kind: CertificateKind, medium: Medium, residentId: string, now: Date): Promise<CertificateRow | undefined>
  cursor(): Promise<number>
  /** Takes over one change of the resident register together with the cursor; undefined when it was taken already. */
  follow(change: Change, at: Date): Promise<number | undefined>
}

export const authorityStore = (db: Kysely<AuthorityTables>): AuthorityStore => ({
  log: logStore(db),
  audit: auditStore(db),
  keyPool: keyPoolStore(db),
  crl: crlStore(db),
  answers: answerStore(db),
  filters: filterStore(db),
  overview: overviewStore(db),
  parties: partyStore(db as unknown as Kysely<PartyTables>),
  find: (kind, serial) => byId(db, kind, serial).where('medium', 'in', ['card', 'phone']).executeTakeFirst(),
  findRequest: findingRequests(db),
  own: (kind, medium) =>
    db
      .selectFrom('certificate')
      .selectAll()
      .where((where) => where.and({ kind, medium }))
      .orderBy('generation', 'desc')
      .orderBy('not_after', 'desc')
      .execute(),
  addOwn: (row, entry) =>
    db.transaction().execute(async (tx) => {
      const added = tx
        .insertInto('certificate')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
      if (!(await added.returning('serial').executeTakeFirst())) return false
      await appendEntries(tx, [entry])
      return true
    }),
  completeOwn: async (kind, serial, certificate) => {
    const row = db.updateTable('certificate').set({ certificate, tbs: NO_BYTES, status: 'valid' })
    await row.where((where) => where.and({ kind, serial, status: 'pending' as const })).execute()
  },
  prepare: preparing(db),
  complete: completing(db),
  revoke: (kind, serial, revocation) =>
    db.transaction().execute(async (tx) => {
      const row = await byId(tx, kind, serial).forUpdate().executeTakeFirst()
      if (row) await revokeAll(tx, [row], revocation)
      return row && byId(tx, kind, serial).executeTakeFirst()
    }),
  resume: (row, at, by) => db.transaction().execute((tx) => resume(tx, row, at, by)),
  statusChanges: async (after, limit) => {
    const { sequence } = await db.selectFrom('last_status_change').select('sequence').executeTakeFirstOrThrow()
    if (limit === 0 || sequence <= after) return { changes: [], last: sequence }
    const changes = db.selectFrom('status_change').selectAll().where('sequence', '>', after).orderBy('sequence')
    return { changes: await changes.limit(limit).execute(), last: sequence }
  },
  linked: async (place, cardAuthSerial, now) => {
    const { kind, medium } = PLACES[place]
    const row = await db
      .selectFrom('certificate')
      .select('serial')
      .where((where) => where.and({ kind, medium, status: 'valid' as const }))
      .where(place === 'card-auth' ? 'serial' : 'card_auth_serial', '=', cardAuthSerial)
      .where('not_after', '>=', now)
      .orderBy('giving_way')
      .executeTakeFirst()
    return row?.serial
  },
  inPlace: (kind, medium, residentId) =>
    placed(db, kind, medium, residentId)
      .where('certificate', 'is not', null)
      .orderBy('not_before')
      // Within one second: one place has one certificate at a time, so what ended first came first.
      .orderBy('revoked_at', (order) => order.asc().nullsLast())
      .orderBy('giving_way', 'desc')
      .execute(),
  current: (kind, medium, residentId, now) =>
    placed(db, kind, medium, residentId)
      .where('status', '=', 'valid')
      .where('not_after', '>=', now)
      .orderBy('not_before', 'desc')
      .executeTakeFirst(),
  cursor: async () => (await db.selectFrom('register_cursor').select('sequence').executeTakeFirstOrThrow()).sequence,
  follow: (change, at) => db.transaction().execute((tx) => follow(tx, change, at)),
  ...terminalStore(db as unknown as Kysely<TerminalTables>),
})

const placed = (db: Kysely<AuthorityTables>, kind: CertificateKind, medium: Medium, residentId: string) =>
  db
    .selectFrom('certificate')
    .selectAll()
    .where((where) => where.and({ kind, medium, resident_id: residentId }))
