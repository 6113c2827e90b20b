// What the counter keeps: clerks, their sessions, cards, renewals under way, and who did what on whose word.

import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { Bytes } from '../../base/bytes.ts'
import { type ClerkTables, clerkStore } from '../../protocol/clerks/store.ts'
import type { CertificateKind } from '../authority/contract.ts'
import type { CardState, Proof } from './contract.ts'

interface CardColumns {
  card_number: string
  resident_id: string
  place: string
  state: CardState
  expiry: string
  has_sign: boolean
  auth_serial: string | null
  sign_serial: string | null
}

interface ActColumns {
  act_id: string
  at: Date
  clerk_id: string
  what: string
  resident_id: string | null
  card_number: string | null
  proof_how: Proof['how'] | null
  proof_reference: string | null
  outcome: string
}

interface PhoneColumns {
  order_id: string
  resident_id: string
  iccid: string
  place: string
  given_back: boolean
}

export interface CounterTables extends ClerkTables {
  card: CardColumns
  renewal: { card_number: string; kind: CertificateKind; request_id: Bytes }
  act: ActColumns
  phone: PhoneColumns
}

export const counterMigrations: Record<string, string> = {
  '001-counter': `
    create table clerk (
      clerk_id text primary key, name text not null, salt bytea not null, passcode_hash bytea not null,
      wrong_passcodes integer not null);
    create table session (session text primary key, clerk_id text not null references clerk, until timestamptz not null);
    create table card (
      card_number text primary key, resident_id text not null, place text not null, state text not null,
      expiry text not null, has_sign boolean not null, auth_serial text, sign_serial text);
    create unique index card_of_resident on card (resident_id) where state in ('begun', 'made', 'inUse');
    create unique index card_in_place on card (place) where state in ('begun', 'made', 'inUse');
    create index card_resident on card (resident_id);
    create table renewal (
      card_number text not null references card, kind text not null, request_id bytea not null,
      primary key (card_number, kind));
    create table act (
      act_id text primary key, at timestamptz not null, clerk_id text not null, what text not null, resident_id text,
      card_number text, proof_how text, proof_reference text, outcome text not null);
    create index act_resident on act (resident_id, at);
  `,
  '002-phones': `
    create table phone (
      order_id text primary key, resident_id text not null, iccid text not null, place text not null,
      given_back boolean not null);
    create unique index phone_of_resident on phone (resident_id) where not given_back;
    create unique index phone_sim on phone (iccid) where not given_back;
  `,
  '003-clerks': `
    alter table session rename to clerk_session;
    alter table clerk add column parts text not null default 'clerk'`,
}

export type CardRow = Selectable<CardColumns>
export type PhoneRow = Selectable<PhoneColumns>
export type ActRow = Selectable<ActColumns>
export type CounterStore = ReturnType<typeof counterStore>

export const counterStore = (db: Kysely<CounterTables>) => ({
  clerks: clerkStore(db),
  ...cards(db),
  ...phones(db),
  ...acts(db),
})

const LIVING: readonly CardState[] = ['begun', 'made', 'inUse']

const cards = (db: Kysely<CounterTables>) => ({
  /** False when the resident has a living card, or the place or the number is taken. */
  async beginCard(card: Insertable<CardColumns>): Promise<boolean> {
    const begun = db
      .insertInto('card')
      .values(card)
      .onConflict((conflict) => conflict.doNothing())
    return (await begun.returning('card_number').executeTakeFirst()) !== undefined
  },
  card: (cardNumber: string): Promise<CardRow | undefined> =>
    db.selectFrom('card').selectAll().where('card_number', '=', cardNumber).executeTakeFirst(),
  livingCard: (residentId: string): Promise<CardRow | undefined> =>
    db
      .selectFrom('card')
      .selectAll()
      .where('resident_id', '=', residentId)
      .where('state', 'in', LIVING)
      .executeTakeFirst(),
  cardsOf: (residentId: string): Promise<CardRow[]> =>
    db.selectFrom('card').selectAll().where('resident_id', '=', residentId).orderBy('card_number').execute(),
  changeCard: (cardNumber: string, set: Updateable<CardColumns>): Promise<CardRow> =>
    db.updateTable('card').set(set).where('card_number', '=', cardNumber).returningAll().executeTakeFirstOrThrow(),
  /** The request of a renewal under way; `fresh` begins one. */
  async renewal(cardNumber: string, kind: CertificateKind, fresh: Bytes): Promise<Bytes> {
    const key = { card_number: cardNumber, kind }
    await db
      .insertInto('renewal')
      .values({ ...key, request_id: fresh })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const rows = db.selectFrom('renewal').select('request_id')
    return (await rows.where((where) => where.and(key)).executeTakeFirstOrThrow()).request_id
  },
  async endRenewal(cardNumber: string, kind: CertificateKind, set: Updateable<CardColumns>): Promise<void> {
    await db.transaction().execute(async (tx) => {
      await tx.updateTable('card').set(set).where('card_number', '=', cardNumber).execute()
      await tx
        .deleteFrom('renewal')
        .where((where) => where.and({ card_number: cardNumber, kind }))
        .execute()
    })
  },
  isRenewing: async (cardNumber: string, kind: CertificateKind): Promise<boolean> => {
    const rows = db.selectFrom('renewal').select('kind')
    return (await rows.where((where) => where.and({ card_number: cardNumber, kind })).executeTakeFirst()) !== undefined
  },
})

const phones = (db: Kysely<CounterTables>) => ({
  /** In place of one of the same resident or SIM whose order is over. */
  async putPhoneOnDesk(phone: PhoneRow): Promise<void> {
    await db.transaction().execute(async (tx) => {
      await tx
        .updateTable('phone')
        .set({ given_back: true })
        .where((where) => where.or([where('resident_id', '=', phone.resident_id), where('iccid', '=', phone.iccid)]))
        .execute()
      await tx.insertInto('phone').values(phone).execute()
    })
  },
  phoneOnDesk: (residentId: string): Promise<PhoneRow | undefined> =>
    lying(db).where('resident_id', '=', residentId).executeTakeFirst(),
  simOnDesk: (iccid: string): Promise<PhoneRow | undefined> => lying(db).where('iccid', '=', iccid).executeTakeFirst(),
  async givePhoneBack(orderId: string): Promise<void> {
    await db.updateTable('phone').set({ given_back: true }).where('order_id', '=', orderId).execute()
  },
})

const lying = (db: Kysely<CounterTables>) => db.selectFrom('phone').selectAll().where('given_back', '=', false)

const acts = (db: Kysely<CounterTables>) => ({
  async beginAct(act: Insertable<ActColumns>): Promise<void> {
    await db.insertInto('act').values(act).execute()
  },
  async endAct(actId: string, outcome: string): Promise<void> {
    await db.updateTable('act').set({ outcome }).where('act_id', '=', actId).execute()
  },
  actsOf: (residentId: string, most: number): Promise<ActRow[]> =>
    db
      .selectFrom('act')
      .selectAll()
      .where('resident_id', '=', residentId)
      .orderBy('at', 'desc')
      .orderBy('act_id')
      .limit(most)
      .execute(),
})
