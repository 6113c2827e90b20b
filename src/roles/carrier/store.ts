// What a carrier keeps: SIMs, lines, and which SIM holds the JPKI service with which first keys (sealed).

import type { Kysely } from 'kysely'
import type { Bytes } from '../../base/bytes.ts'

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
} as const

interface SimTable {
  iccid: string
  model: string
}

interface LineTable {
  msisdn: string
  iccid: string
  device_model: string
  subscriber_name: string
  subscriber_birth_date: string
  status: 'active' | 'suspended'
}
export type Line = Readonly<LineTable>

interface ServiceTable {
  iccid: string
  service_instance: string
  first_keys: Bytes
}
export type ServiceRow = Readonly<ServiceTable>

export interface CarrierTables {
  sim: SimTable
  line: LineTable
  service: ServiceTable
}

export interface CarrierStore {
  /** Enters it unless it is there; what is there then. */
  addSim(sim: SimTable): Promise<SimTable>
  sim(iccid: string): Promise<SimTable | undefined>
  /** Enters it unless line or SIM is there; the line of this number, if it has one then. */
  addLine(line: Line): Promise<Line | undefined>
  line(msisdn: string): Promise<Line | undefined>
  lineOfSim(iccid: string): Promise<Line | undefined>
  setLineStatus(msisdn: string, status: Line['status']): Promise<void>
  /** Enters it unless the SIM has one; what is there then, and whether it was entered now. */
  addService(row: ServiceRow): Promise<{ row: ServiceRow; added: boolean }>
  service(iccid: string): Promise<ServiceRow | undefined>
  removeService(iccid: string, serviceInstance: string): Promise<void>
}

export function carrierStore(db: Kysely<CarrierTables>): CarrierStore {
  const sim = (iccid: string) => db.selectFrom('sim').selectAll().where('iccid', '=', iccid).executeTakeFirst()
  const line = (msisdn: string) => db.selectFrom('line').selectAll().where('msisdn', '=', msisdn).executeTakeFirst()
  const service = (iccid: string) => db.selectFrom('service').selectAll().where('iccid', '=', iccid).executeTakeFirst()
  return {
    sim,
    line,
    service,
    addSim: async (row) => {
      await db
        .insertInto('sim')
        .values(row)
        .onConflict((c) => c.doNothing())
        .execute()
      return (await sim(row.iccid))!
    },
    addLine: async (row) => {
      await db
        .insertInto('line')
        .values(row)
        .onConflict((c) => c.doNothing())
        .execute()
      return line(row.msisdn)
    },
    lineOfSim: (iccid) => db.selectFrom('line').selectAll().where('iccid', '=', iccid).executeTakeFirst(),
    setLineStatus: async (msisdn, status) => {
      await db.updateTable('line').set({ status }).where('msisdn', '=', msisdn).execute()
    },
    addService: async (row) => {
      const entered = await db
        .insertInto('service')
        .values(row)
        .onConflict((c) => c.doNothing())
        .returning('iccid')
        .execute()
      return { row: (await service(row.iccid)) ?? row, added: entered.length === 1 }
    },
    removeService: async (iccid, serviceInstance) => {
      await db
        .deleteFrom('service')
        .where('iccid', '=', iccid)
        .where('service_instance', '=', serviceInstance)
        .execute()
    },
  }
}
