// The `Deliveries` port without a network: messages lie in a table until whoever they are for looks into telephone,
// mailbox or letterbox. It stands for the world outside, so texts are kept in clear. Letters are handed over like
// 本人限定受取郵便: to the addressee, on a document, once.

import { type Generated, type Kysely, sql } from 'kysely'
import { comparableName } from '../../base/comparable-name.ts'
import type { Clock, Deliveries, DeliveryWay, Message } from '../../base/ports.ts'
import { refusals } from '../../base/refusal.ts'
import type { ShowsDeliveries } from './shown.ts'

const noDelivery = refusals('delivery', {
  notTheAddressee: [403, 'this letter is handed to its addressee only'],
  noSuchLetter: [404, 'there is no such letter for this person'],
})

interface MessageRow {
  /** In the order of sending. */
  number: Generated<number>
  id: string
  way: DeliveryWay
  recipient: string
  subject: string
  text: string
  sent_at: Date
  handed_over_at: Date | null
  document: string | null
}

export interface OutboxTables {
  message: MessageRow
}

export const outboxMigrations = {
  '001-messages': `
    create table message (
      number integer generated always as identity, id text primary key, way text not null, recipient text not null, subject text not null, text text not null,
      sent_at timestamptz not null, handed_over_at timestamptz, document text);
    create index message_recipient on message (recipient, number)`,
} as const

export interface Received {
  readonly id: string
  readonly way: DeliveryWay
  readonly subject: string
  /** Null for a letter that was not handed over: nobody has opened it. */
  readonly text: string | null
  readonly sentAt: Date
}

/** Who stands before the postman, as the document says that was shown. */
export interface ShownDocument {
  readonly name: string
  readonly document: 'my-number-card' | 'driving-licence' | 'passport'
}

export interface Outbox extends Deliveries, ShowsDeliveries {
  /** The newest first. A letter is found by the name of its addressee. */
  inbox(way: DeliveryWay, to: string): Promise<Received[]>
  handOver(id: string, shown: ShownDocument): Promise<void>
}

/** A screen shows no more than this. */
const SHOWN = 20

const addressee = (recipient: string): string => recipient.split('\n')[0]!
const sameName = (a: string, b: string): boolean => comparableName(a) === comparableName(b)
/** Without spaces, which are written in several ways. */
const ADDRESSEE = sql<string>`translate(split_part(recipient, chr(10), 1), ${' \u3000'}, '')`

export function outbox(db: Kysely<OutboxTables>, clock: Clock): Outbox {
  const letter = (id: string) =>
    db.selectFrom('message').selectAll().where('id', '=', id).where('way', '=', 'letter').executeTakeFirst()
  return {
    send: async ({ id, way, to, subject, text }: Message) => {
      await db
        .insertInto('message')
        .values({ id, way, recipient: to, subject, text, sent_at: clock(), handed_over_at: null, document: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
    receipt: async (id) => {
      const row = await letter(id)
      return row?.handed_over_at && row.document ? { at: row.handed_over_at, document: row.document } : null
    },
    inbox: async (way, to) => {
      const rows = await db
        .selectFrom('message')
        .selectAll()
        .where('way', '=', way)
        .where(way === 'letter' ? ADDRESSEE : 'recipient', '=', way === 'letter' ? comparableName(to) : to)
        .orderBy('number', 'desc')
        .limit(SHOWN)
        .execute()
      return rows.map(({ id, subject, text, sent_at, handed_over_at }) => ({
        id,
        way,
        subject,
        text: way === 'letter' && !handed_over_at ? null : text,
        sentAt: sent_at,
      }))
    },
    shown: async ({ before, limit }) => {
      const newest = db.selectFrom('message').select(['id', 'way', 'sent_at', 'handed_over_at'])
      const page = before ? newest.where('sent_at', '<', before) : newest
      const rows = await page.orderBy('sent_at', 'desc').limit(limit).execute()
      return rows.map(({ id, way, sent_at, handed_over_at }) => ({
        ...{ id, way, state: handed_over_at ? 'handedOver' : 'lying', attempts: 1, code: null },
        takenAt: sent_at,
        endedAt: handed_over_at,
      }))
    },
    handOver: async (id, { name, document }) => {
      const row = await letter(id)
      if (!row) throw noDelivery.noSuchLetter()
      if (!sameName(addressee(row.recipient), name)) throw noDelivery.notTheAddressee()
      await db
        .updateTable('message')
        .set({ handed_over_at: clock(), document })
        .where('id', '=', id)
        .where('handed_over_at', 'is', null)
        .execute()
    },
  }
}
