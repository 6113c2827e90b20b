// What happened to orders, and how far the register of certificates was followed.

import type { Generated, Kysely, Selectable, SelectQueryBuilder, Transaction } from 'kysely'
import type { OrderState } from '../contract.ts'
import type { OrderPatch, OrderRow, SpTsmTables } from '../store.ts'
import type { LifeEvent, Party } from './contract.ts'
import { ENDING } from './model.ts'

export const LIFE_MIGRATION = `
  alter table order_
    add column key_number integer not null default 1,
    add column keys_made integer not null default 1,
    add column authority_key boolean not null default false,
    add column next_key_number integer,
    add column next_public_key bytea,
    add column next_proof_of_possession bytea,
    add column next_certificate bytea,
    add column next_serial text,
    add column next_not_after timestamptz,
    add column old_serial text,
    add column replaces text,
    add column replaces_serial text,
    add column stopped_by text not null default '',
    add column end_reason text;
  create index order_serial on order_ (serial);
  create index order_card on order_ (card_auth_serial);
  create table order_event (
    number bigint generated always as identity primary key, order_id text not null, at timestamptz not null, event text not null, by text not null,
    from_state text not null, to_state text not null);
  create index order_event_order on order_event (order_id, number);
  create table used_statement (nonce text primary key, at timestamptz not null);
  create table followed (id integer primary key check (id = 1), sequence integer not null);
  insert into followed values (1, 0)`

export const MOVE_MIGRATION = `
  alter table order_
    add column move_because text,
    add column move_until timestamptz,
    add column ended_by text;
  create index order_move on order_ (move_until) where move_until is not null;
  create index order_replaces on order_ (replaces) where replaces is not null`

interface OrderEventTable {
  number: Generated<string>
  order_id: string
  at: Date
  event: LifeEvent
  by: Party
  from_state: OrderState
  to_state: OrderState
}

export type OrderEventRow = Selectable<OrderEventTable>

export interface LifeTables {
  order_event: OrderEventTable
  used_statement: { nonce: string; at: Date }
  followed: { id: number; sequence: number }
}

export type Happening = Pick<OrderEventRow, 'event' | 'by' | 'at'>
/** What an event makes of an order; undefined: nothing. */
export type Decide = (order: OrderRow) => (OrderPatch & { state: OrderState }) | undefined

export interface LifeStore {
  /** Decides on the order as it is at that moment; the order afterwards, and whether something happened. */
  happen(
    orderId: string,
    happening: Happening,
    decide: Decide,
  ): Promise<{ order: OrderRow; happened: boolean } | undefined>
  history(orderId: string): Promise<OrderEventRow[]>
  /** Orders that are not undone, by the serial number of the phone's certificate (also the next) or of the card's. */
  liveBySerial(serial: string): Promise<OrderRow[]>
  /** Orders in the order of application, after this number. */
  page(after: number, limit: number): Promise<OrderRow[]>
  /** False when it was used before. */
  useStatement(nonce: string, at: Date): Promise<boolean>
  /** Orders that do not end yet: whose certificate ended before this moment; whose time to move was over; whose place another has taken. */
  expired(now: Date): Promise<string[]>
  notMoved(now: Date): Promise<string[]>
  replaced(): Promise<string[]>
  followed(): Promise<number>
  setFollowed(sequence: number): Promise<void>
}

export const lifeStore = (db: Kysely<SpTsmTables>): LifeStore => ({
  happen: (orderId, happening, decide) => db.transaction().execute((tx) => happenIn(tx, orderId, happening, decide)),
  history: (orderId) =>
    db.selectFrom('order_event').selectAll().where('order_id', '=', orderId).orderBy('number', 'desc').execute(),
  liveBySerial: (serial) =>
    db
      .selectFrom('order_')
      .selectAll()
      .where('state', '<>', 'undone')
      .where((e) => e.or([e('serial', '=', serial), e('next_serial', '=', serial), e('card_auth_serial', '=', serial)]))
      .orderBy('applied_at')
      .execute(),
  page: (after, limit) =>
    db.selectFrom('order_').selectAll().where('number', '>', after).orderBy('number').limit(limit).execute(),
  useStatement: async (nonce, at) => {
    const entered = db.insertInto('used_statement').values({ nonce, at })
    return (
      (
        await entered
          .onConflict((c) => c.doNothing())
          .returning('nonce')
          .execute()
      ).length === 1
    )
  },
  expired: (now) => notEnding(db.selectFrom('order_').where('not_after', '<', now)),
  notMoved: (now) => notEnding(db.selectFrom('order_').where('move_until', '<', now)),
  replaced: () => {
    const taken = db.selectFrom('order_ as next').select('next.replaces').where('next.state', '=', 'active')
    return notEnding(db.selectFrom('order_').where('order_id', 'in', taken.where('next.replaces', 'is not', null)))
  },
  followed: async () => (await db.selectFrom('followed').select('sequence').executeTakeFirstOrThrow()).sequence,
  setFollowed: async (sequence) => {
    await db.updateTable('followed').set({ sequence }).where('sequence', '<', sequence).execute()
  },
})

const notEnding = async (rows: SelectQueryBuilder<SpTsmTables, 'order_', object>) =>
  (await rows.select('order_id').where('state', 'not in', ENDING).execute()).map((row) => row.order_id)

async function happenIn(tx: Transaction<SpTsmTables>, orderId: string, happening: Happening, decide: Decide) {
  const order = await tx.selectFrom('order_').selectAll().where('order_id', '=', orderId).forUpdate().executeTakeFirst()
  if (!order) return undefined
  const change = decide(order)
  if (!change) return { order, happened: false }
  const changed = tx
    .updateTable('order_')
    .set({ attempts: 0, ...change })
    .where('order_id', '=', orderId)
  const after = await changed.returningAll().executeTakeFirstOrThrow()
  const event = { ...happening, order_id: orderId, from_state: order.state, to_state: change.state }
  await tx.insertInto('order_event').values(event).execute()
  return { order: after, happened: true }
}
