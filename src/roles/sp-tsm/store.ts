// Orders. One row is one phone certificate from application to end; the worker that has the lease moves it.

import { type Generated, type GeneratedAlways, type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Bytes } from '../../base/bytes.ts'
import { type ActStore, type ActTables, actStore } from '../../protocol/clerks/acts/store.ts'
import { CLERK_TABLES, type ClerkStore, type ClerkTables, clerkStore } from '../../protocol/clerks/store.ts'
import {
  FUNCTION_CALL_TABLE,
  type FunctionCallStore,
  type FunctionCallTables,
  functionCallStore,
} from '../../protocol/tsm-messaging/store.ts'
import type { ManagementMode } from '../carrier/contract.ts'
import {
  type ApplicationStore,
  type ApplicationTable,
  applicationMigration,
  applicationStore,
  type EvidenceTable,
  UNPOSTED_MIGRATION,
} from './applications/store.ts'
import {
  CAMPAIGN_MIGRATION,
  type CampaignColumns,
  type CampaignRow,
  type CampaignStore,
  campaignStore,
} from './campaign/store.ts'
import type { OrderState } from './contract.ts'
import { leases } from './leases/store.ts'
import type { EndReason, MoveCause, Party } from './life/contract.ts'
import { LIFE_MIGRATION, type LifeStore, type LifeTables, lifeStore, MOVE_MIGRATION } from './life/store.ts'
import {
  ACTS_MIGRATION,
  OPERATOR_MIGRATION,
  type OperatorStore,
  type OperatorTables,
  operatorStore,
} from './operator/store.ts'
import { PARTNER_MIGRATION, type PartnerStore, type PartnerTable, partnerStore } from './partners/store.ts'

export const spTsmMigrations = {
  '001-orders': `
    create table order_ (
      order_id text primary key,
      state text not null,
      carrier text not null,
      iccid text not null,
      nonce text not null unique,
      card_auth_serial text not null,
      live_iccid text unique,
      domain_aid bytea,
      applet_aid bytea,
      first_key_version integer,
      first_keys bytea,
      public_key bytea,
      proof_of_possession bytea,
      certificate bytea,
      serial text,
      not_after timestamptz,
      transport_pin bytea,
      refusal text,
      attempts integer not null default 0,
      lease_owner text,
      lease_until timestamptz,
      applied_at timestamptz not null
    );
    create index order_state on order_ (state)`,
  '002-receiver-key': 'alter table order_ add column receiver_key bytea',
  '003-messaging': FUNCTION_CALL_TABLE,
  '005-life': LIFE_MIGRATION,
  '006-modes': `
    alter table order_ add column mode text not null default 'SIMPLE';
    alter table order_ add column load_block_max integer`,
  '007-applications': applicationMigration,
  '008-numbers': 'alter table order_ add column number integer generated always as identity unique',
  '009-campaigns': CAMPAIGN_MIGRATION,
  '010-partners': PARTNER_MIGRATION,
  '011-moves': MOVE_MIGRATION,
  '012-operators': OPERATOR_MIGRATION,
  '013-clerks': CLERK_TABLES,
  '014-proposals': 'alter table campaign add column proposed_by text',
  '015-unposted-codes': UNPOSTED_MIGRATION,
  '016-campaign-samples': 'alter table campaign add column enough integer not null default 5',
  '017-acts': ACTS_MIGRATION,
} as const

interface OrderTable extends CampaignColumns {
  order_id: string
  /** In the order of application. */
  number: GeneratedAlways<number>
  state: OrderState
  carrier: string
  iccid: string
  /** Of the application: each counts once. */
  nonce: string
  card_auth_serial: string
  /** The ICCID until the order is undone: one live order for a SIM. */
  live_iccid: string | null
  domain_aid: Bytes | null
  applet_aid: Bytes | null
  /** Who loads the applet: the carrier, or we, with its tokens or without. */
  mode: ManagementMode
  load_block_max: number | null
  first_key_version: number | null
  /** Sealed; null again once they are replaced in the SIM. */
  first_keys: Bytes | null
  /** Sealed, for the envelope with a key pair of the authority; null for a SIM that makes its own, and once it has it. */
  receiver_key: Bytes | null
  public_key: Bytes | null
  proof_of_possession: Bytes | null
  certificate: Bytes | null
  serial: string | null
  not_after: Date | null
  /** Sealed. */
  transport_pin: Bytes | null
  /** Of the key pair in use, and of the last that was made. */
  key_number: Generated<number>
  keys_made: Generated<number>
  /** The chip makes no key pair: the authority does. */
  authority_key: Generated<boolean>
  /** Renewal: what is to follow. Once there is a certificate, the SIM may use it already. */
  next_key_number: number | null
  next_public_key: Bytes | null
  next_proof_of_possession: Bytes | null
  next_certificate: Bytes | null
  next_serial: string | null
  next_not_after: Date | null
  /** Renewed: still to be revoked. */
  old_serial: string | null
  /** The order, and its certificate, whose place this one takes. */
  replaces: string | null
  replaces_serial: string | null
  /** On whose word it is stopped: parties, with spaces between them. */
  stopped_by: Generated<string>
  /** Its SIM has no line any more: why, and when it ends unless it has moved. */
  move_because: MoveCause | null
  move_until: Date | null
  /** Why it ends, as the revocation says, and on whose word. */
  end_reason: EndReason | null
  ended_by: Party | null
  refusal: string | null
  attempts: number
  lease_owner: string | null
  lease_until: Date | null
  applied_at: Date
}
export type OrderRow = Selectable<OrderTable>
export type OrderPatch = Partial<Omit<OrderRow, 'order_id' | 'number' | 'lease_owner' | 'lease_until'>>

export interface SpTsmTables extends ClerkTables, ActTables, FunctionCallTables, LifeTables, OperatorTables {
  campaign: CampaignRow
  order_: OrderTable
  application: ApplicationTable
  evidence: EvidenceTable
  partner_request: PartnerTable
}

type First = 'order_id' | 'carrier' | 'iccid' | 'nonce' | 'card_auth_serial' | 'applied_at'
export type NewOrder = Pick<OrderRow, First> & Partial<Pick<OrderRow, 'state' | 'replaces' | 'replaces_serial'>>

export interface SpTsmStore extends LifeStore, ApplicationStore, CampaignStore, PartnerStore, OperatorStore {
  /** Notifications of carriers. */
  readonly calls: FunctionCallStore
  readonly clerks: ClerkStore
  readonly acts: ActStore
  /** Enters an order, with what belongs to it, in place of one for the same SIM that waits only; false when it may not. */
  accept(order: NewOrder, more?: (tx: Transaction<SpTsmTables>) => Promise<void>): Promise<boolean>
  nonceIsUsed(nonce: string): Promise<boolean>
  order(orderId: string): Promise<OrderRow | undefined>
  /** The one that is not over, for a SIM of this carrier. */
  orderOfSim(carrier: string, iccid: string): Promise<OrderRow | undefined>
  /** Changes the order if it is in this state, by the worker that has the lease; whether it was. */
  moveLeased(orderId: string, owner: string, from: OrderState, patch: OrderPatch): Promise<boolean>
  /** Takes the order when no living worker has it. */
  lease(orderId: string, owner: string, now: Date, until: Date): Promise<boolean>
  /** Keeps it; undefined when another worker has it. */
  renew(orderId: string, owner: string, until: Date): Promise<OrderRow | undefined>
  release(orderId: string, owner: string): Promise<void>
  releaseAll(): Promise<void>
  /** The step is tried as often again; nothing if it is done by now. */
  forgetFailures(orderId: string, state: OrderState): Promise<void>
  inStates(states: readonly OrderState[]): Promise<string[]>
  census(): Promise<Record<string, number>>
}

export const spTsmStore = (db: Kysely<SpTsmTables>): SpTsmStore => ({
  calls: functionCallStore(db),
  clerks: clerkStore(db),
  acts: actStore(db),
  ...lifeStore(db),
  ...campaignStore(db),
  ...applicationStore(db),
  ...partnerStore(db),
  ...operatorStore(db),
  accept: (order, more) =>
    db
      .transaction()
      .execute(async (tx) => {
        await replaceWaiting(tx, order)
        await more?.(tx)
      })
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof NotEntered) return false
          throw error
        },
      ),
  nonceIsUsed: async (nonce) =>
    (await db.selectFrom('order_').select('order_id').where('nonce', '=', nonce).executeTakeFirst()) !== undefined,
  order: (orderId) => db.selectFrom('order_').selectAll().where('order_id', '=', orderId).executeTakeFirst(),
  orderOfSim: (carrier, iccid) =>
    db
      .selectFrom('order_')
      .selectAll()
      .where('live_iccid', '=', iccid)
      .where('carrier', '=', carrier)
      .executeTakeFirst(),
  ...leases(db),
  inStates: async (states) =>
    (await db.selectFrom('order_').select('order_id').where('state', 'in', states).execute()).map((r) => r.order_id),
  census: async () => {
    const rows = await db
      .selectFrom('order_')
      .select(['state', sql<number>`count(*)::integer`.as('orders')])
      .groupBy('state')
      .execute()
    return Object.fromEntries(rows.map(({ state, orders }) => [state, orders]))
  },
})

/** Rolls back, so that an order does not give way to one that is refused: to a repetition of its own application. */
class NotEntered extends Error {}

async function replaceWaiting(tx: Transaction<SpTsmTables>, order: NewOrder): Promise<void> {
  await tx
    .updateTable('order_')
    .set({ state: 'undone', live_iccid: null })
    .where('live_iccid', '=', order.iccid)
    .where('state', 'in', ['applied', 'accepted'])
    .execute()
  const entered = await tx
    .insertInto('order_')
    .values({ ...NOTHING_YET, ...order, live_iccid: order.iccid })
    .onConflict((c) => c.doNothing())
    .returning('order_id')
    .execute()
  if (entered.length !== 1) throw new NotEntered()
}

const NOTHING_YET = { state: 'accepted', attempts: 0, mode: 'SIMPLE' } as const
