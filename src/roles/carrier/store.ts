// What a carrier keeps: SIMs, lines, which SIM holds the JPKI service with which first keys (sealed), numbers that are
// about to leave, and what the SP-TSM has to be told. A change of a line and its notification are one write.

import type { Kysely, Transaction } from 'kysely'
import type { Bytes } from '../../base/bytes.ts'
import { type ClerkStore, type ClerkTables, clerkStore } from '../../protocol/clerks/store.ts'
import {
  FUNCTION_CALL_TABLE,
  type FunctionCallStore,
  type FunctionCallTables,
  functionCallStore,
} from '../../protocol/tsm-messaging/store.ts'
import type { LineStatus, ManagementMode } from './contract.ts'
import { type DeskStore, type DeskTables, deskMigrations, deskStore } from './desk/store.ts'
import {
  type NewNotification,
  NOTIFICATION_TABLE,
  type OutboxStore,
  type OutboxTables,
  outboxStore,
} from './outbox/store.ts'

export const carrierMigrations = {
  '001-lines': `
    create table sim (iccid text primary key, model text not null);
    create table line (
      msisdn text primary key,
      iccid text not null unique references sim (iccid),
      device_model text not null,
      subscriber_name text not null,
      subscriber_birth_date text not null,
      status text not null
    );
    create table service (
      iccid text primary key references sim (iccid),
      service_instance text not null,
      first_keys bytea not null
    )`,
  '002-messaging': `
    alter table sim add column holder text;
    alter table sim add column status text not null default 'ACTIVE';
    alter table line add column line_id text;
    update line set line_id = msisdn;
    alter table line alter column line_id set not null;
    alter table service add column state text not null default 'deployed';
    alter table service alter column first_keys drop not null;
    create table reservation (
      msisdn text primary key, reservation text not null, expires_at timestamptz not null, used_by text);
    ${NOTIFICATION_TABLE}
    ${FUNCTION_CALL_TABLE}`,
  '003-modes': `
    alter table service add column mode text not null default 'SIMPLE';
    alter table sim add column receipt_counter integer not null default 0`,
  '004-mail-address': 'alter table line add column subscriber_mail_address text',
  '005-bearers': 'alter table sim add column packet_counter integer not null default 0',
  '006-partners': `
    create table partner (
      iccid text not null references sim (iccid), partner text not null, first_keys bytea not null,
      primary key (iccid, partner))`,
  ...deskMigrations,
} as const

export type SimStatus = 'ACTIVE' | 'LOCKED' | 'TERMINATED'

interface SimTable {
  iccid: string
  model: string
  /** The MVNO whose lines it is for; null for lines of the network's own. */
  holder: string | null
  status: SimStatus
  /** Of the last receipt of delegated management. */
  receipt_counter: number
  /** Of the last secured packet that went out. */
  packet_counter: number
}
export type Sim = Readonly<SimTable>

interface LineTable {
  /** Stays when number and SIM change. */
  line_id: string
  msisdn: string
  iccid: string
  device_model: string
  subscriber_name: string
  subscriber_birth_date: string
  subscriber_mail_address: string | null
  status: LineStatus
}
export type Line = Readonly<LineTable>

interface ServiceTable {
  iccid: string
  service_instance: string
  /** Sealed; null at an MVNO, whose host has them. */
  first_keys: Bytes | null
  state: 'deploying' | 'deployed' | 'suspended'
  mode: ManagementMode
}
export type ServiceRow = Readonly<ServiceTable>

interface PartnerTable {
  iccid: string
  partner: string
  /** Sealed. */
  first_keys: Bytes
}

interface ReservationTable {
  msisdn: string
  reservation: string
  expires_at: Date
  /** The carrier that the number went to. */
  used_by: string | null
}

export interface CarrierTables extends ClerkTables, FunctionCallTables, OutboxTables, DeskTables {
  sim: SimTable
  partner: PartnerTable
  line: LineTable
  service: ServiceTable
  reservation: ReservationTable
}

/** What becomes of a line, and what is told of it if its SIM holds the service. */
export interface LineChange {
  readonly patch: Partial<Omit<Line, 'line_id'>> | 'close'
  /** What becomes of the SIM that it had. */
  readonly sim?: SimStatus
  readonly notification?: NewNotification
}

export type StockRow = Pick<Sim, 'iccid' | 'status'> & {
  readonly [K in 'state' | 'service_instance']: ServiceRow[K] | null
}

export interface CarrierStore extends OutboxStore, DeskStore {
  readonly calls: FunctionCallStore
  readonly clerks: ClerkStore
  /** SIMs by ICCID after this one, with the service in them. */
  stock(after: string, limit: number): Promise<StockRow[]>
  /** Enters it unless it is there; what is there then. */
  addSim(sim: Pick<Sim, 'iccid' | 'model' | 'holder'>): Promise<Sim>
  sim(iccid: string): Promise<Sim | undefined>
  setReceiptCounter(iccid: string, counter: number): Promise<void>
  /** Never goes down. */
  setPacketCounter(iccid: string, counter: number): Promise<void>
  setSimStatus(iccid: string, status: SimStatus, notification: NewNotification): Promise<void>
  /** Enters it unless line or SIM is there; the line of this number, if it has one then. */
  addLine(line: Line): Promise<Line | undefined>
  line(msisdn: string): Promise<Line | undefined>
  lineOfSim(iccid: string): Promise<Line | undefined>
  /** The line before the change; undefined when there is none. Throws what `decide` throws, and nothing is changed then. */
  changeLine(msisdn: string, decide: (line: Line) => LineChange): Promise<Line | undefined>
  /** Enters it unless the SIM has one; what is there then, and whether it was entered now. */
  addService(row: ServiceRow): Promise<{ row: ServiceRow; added: boolean }>
  service(iccid: string): Promise<ServiceRow | undefined>
  setServiceState(iccid: string, state: ServiceRow['state']): Promise<void>
  removeService(iccid: string, serviceInstance: string): Promise<void>
  /** Enters the sealed first keys unless there are some; what is there then. */
  addPartner(row: PartnerTable): Promise<Bytes>
  removePartner(iccid: string, partner: string): Promise<void>
  reserve(row: ReservationTable): Promise<void>
  reservation(msisdn: string): Promise<ReservationTable | undefined>
  useReservation(msisdn: string, by: string): Promise<void>
}

export function carrierStore(db: Kysely<CarrierTables>): CarrierStore {
  return {
    calls: functionCallStore(db),
    clerks: clerkStore(db),
    ...stockQuestions(db),
    ...lineQuestions(db),
    ...serviceQuestions(db),
    ...outboxStore(db),
    ...deskStore(db),
  }
}

type Db = Kysely<CarrierTables>

const simIn = (db: Db, iccid: string) => db.selectFrom('sim').selectAll().where('iccid', '=', iccid).executeTakeFirst()
const lineIn = (db: Db, msisdn: string) =>
  db.selectFrom('line').selectAll().where('msisdn', '=', msisdn).executeTakeFirst()
const serviceIn = (db: Db, iccid: string) =>
  db.selectFrom('service').selectAll().where('iccid', '=', iccid).executeTakeFirst()
const lineOfSimIn = (db: Db, iccid: string) =>
  db.selectFrom('line').selectAll().where('iccid', '=', iccid).executeTakeFirst()

/** Nobody is told of a SIM that does not hold the service. */
async function tell(tx: Transaction<CarrierTables>, iccid: string, lineId: string, given: NewNotification) {
  if (await serviceIn(tx, iccid))
    await tx
      .insertInto('notification')
      .values({ ...given, line_id: lineId, attempts: 0, delivered_at: null, refusal: null })
      .execute()
}

const stockQuestions = (db: Db) => ({
  stock: (after: string, limit: number) =>
    db
      .selectFrom('sim')
      .leftJoin('service', 'service.iccid', 'sim.iccid')
      .select(['sim.iccid', 'sim.status', 'service.state', 'service.service_instance'])
      .where('sim.iccid', '>', after)
      .orderBy('sim.iccid')
      .limit(limit)
      .execute(),
  sim: (iccid: string) => simIn(db, iccid),
  addSim: async (row: Pick<Sim, 'iccid' | 'model' | 'holder'>) => {
    await db
      .insertInto('sim')
      .values({ ...row, status: 'ACTIVE', receipt_counter: 0, packet_counter: 0 })
      .onConflict((c) => c.doNothing())
      .execute()
    return (await simIn(db, row.iccid))!
  },
  setReceiptCounter: async (iccid: string, counter: number) => {
    await db.updateTable('sim').set({ receipt_counter: counter }).where('iccid', '=', iccid).execute()
  },
  setPacketCounter: async (iccid: string, counter: number) => {
    const behind = db.updateTable('sim').where('iccid', '=', iccid).where('packet_counter', '<', counter)
    await behind.set({ packet_counter: counter }).execute()
  },
  setSimStatus: (iccid: string, status: SimStatus, notification: NewNotification) =>
    db.transaction().execute(async (tx) => {
      await tx.updateTable('sim').set({ status }).where('iccid', '=', iccid).execute()
      await tell(tx, iccid, (await lineOfSimIn(tx, iccid))?.line_id ?? iccid, notification)
    }),
})

const lineQuestions = (db: Db) => ({
  line: (msisdn: string) => lineIn(db, msisdn),
  lineOfSim: (iccid: string) => lineOfSimIn(db, iccid),
  addLine: async (row: Line) => {
    await db
      .insertInto('line')
      .values(row)
      .onConflict((c) => c.doNothing())
      .execute()
    return lineIn(db, row.msisdn)
  },
  changeLine: (msisdn: string, decide: (line: Line) => LineChange) =>
    db.transaction().execute(async (tx) => {
      const line = await tx.selectFrom('line').selectAll().where('msisdn', '=', msisdn).forUpdate().executeTakeFirst()
      if (!line) return undefined
      const { patch, sim, notification } = decide(line)
      if (patch === 'close') await tx.deleteFrom('line').where('msisdn', '=', msisdn).execute()
      else if (Object.keys(patch).length > 0)
        await tx.updateTable('line').set(patch).where('msisdn', '=', msisdn).execute()
      if (sim) await tx.updateTable('sim').set({ status: sim }).where('iccid', '=', line.iccid).execute()
      if (notification) await tell(tx, line.iccid, line.line_id, notification)
      return line
    }),
  reserve: async (row: ReservationTable) => {
    await db
      .insertInto('reservation')
      .values(row)
      .onConflict((c) => c.column('msisdn').doUpdateSet(row))
      .execute()
  },
  reservation: (msisdn: string) =>
    db.selectFrom('reservation').selectAll().where('msisdn', '=', msisdn).executeTakeFirst(),
  useReservation: async (msisdn: string, by: string) => {
    await db.updateTable('reservation').set({ used_by: by }).where('msisdn', '=', msisdn).execute()
  },
})

const serviceQuestions = (db: Db) => ({
  service: (iccid: string) => serviceIn(db, iccid),
  addService: async (row: ServiceRow) => {
    const entered = await db
      .insertInto('service')
      .values(row)
      .onConflict((c) => c.doNothing())
      .returning('iccid')
      .execute()
    return { row: (await serviceIn(db, row.iccid)) ?? row, added: entered.length === 1 }
  },
  setServiceState: async (iccid: string, state: ServiceRow['state']) => {
    await db.updateTable('service').set({ state }).where('iccid', '=', iccid).execute()
  },
  addPartner: async (row: PartnerTable): Promise<Bytes> => {
    await db
      .insertInto('partner')
      .values(row)
      .onConflict((c) => c.doNothing())
      .execute()
    const there = db.selectFrom('partner').select('first_keys').where('iccid', '=', row.iccid)
    return (await there.where('partner', '=', row.partner).executeTakeFirstOrThrow()).first_keys
  },
  removePartner: async (iccid: string, partner: string) => {
    await db.deleteFrom('partner').where('iccid', '=', iccid).where('partner', '=', partner).execute()
  },
  removeService: async (iccid: string, serviceInstance: string) => {
    const ofInstance = db.deleteFrom('service').where('service_instance', '=', serviceInstance)
    await ofInstance.where('iccid', '=', iccid).execute()
  },
})
