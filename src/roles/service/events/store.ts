// What the service remembers of its stream and of events, and how it stands to its customers by them.

import type { Generated, Kysely } from 'kysely'
import { type News, type Standing, standingAfter } from './model.ts'

export interface NewsColumns {
  standing: Generated<Standing>
  /** When it was heard last that something changed. */
  told_at: Generated<Date | null>
  /** Facts are to be asked for from then on. */
  ask_at: Generated<Date | null>
  /** As J-LIS had it when it was told last; a customer of whom nothing was told has none here. */
  address: Generated<string | null>
  refreshed_at: Generated<Date | null>
}

export interface NewsTables {
  customer: NewsColumns & { customer_number: string; display_name: string }
  subject: { subject: string; customer_number: string }
  session: { subject: string | null; state: string }
  taken_event: { jti: string; taken_at: Date }
  /** One row. */
  event_stream: { one: Generated<number>; state: string; checked_at: Date; verified_at: Date | null }
}

export const newsMigrations = {
  '012-news-of-customers': `
    alter table customer add column standing text not null default 'current', add column told_at timestamptz,
      add column ask_at timestamptz, add column address text, add column refreshed_at timestamptz;
    create index customer_ask_at on customer (ask_at) where standing = 'due';
    create table taken_event (jti text primary key, taken_at timestamptz not null);
    create index taken_event_at on taken_event (taken_at);
    create table event_stream (
      one integer primary key default 1, state text not null, checked_at timestamptz not null, verified_at timestamptz);`,
} as const

export interface DueCustomer {
  readonly customerNumber: string
  readonly subject: string
  readonly toldAt: Date
}

/** What the service keeps of the latest facts. */
export interface KnownFacts {
  readonly name?: string | undefined
  readonly address?: string | undefined
}

export type Who = Partial<Record<'customerNumber' | 'subject', string>>

export const newsRecords = (given: Kysely<never>) => {
  const db = given as unknown as Kysely<NewsTables>
  return { ...events(db), ...stream(db), ...due(db) }
}

const events = (db: Kysely<NewsTables>) => ({
  /** How the service stands to this customer now; undefined when the event was taken before, or is about nobody here. */
  takeEvent: (jti: string, who: Who, news: News, now: Date): Promise<Standing | undefined> =>
    db.transaction().execute(async (tx) => {
      const first = tx
        .insertInto('taken_event')
        .values({ jti, taken_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .returning('jti')
      if (!(await first.executeTakeFirst())) return undefined
      // The customer's row is held, so that two events at once follow each other.
      let found = tx.selectFrom('customer').select(['customer_number', 'standing'])
      if (who.customerNumber !== undefined) found = found.where('customer_number', '=', who.customerNumber)
      else
        found = found.where('customer_number', 'in', (eb) =>
          eb.selectFrom('subject').select('customer_number').where('subject', '=', who.subject!),
        )
      const customer = await found.forUpdate().executeTakeFirst()
      if (!customer) return undefined
      const standing = standingAfter(customer.standing, news)
      const { customer_number } = customer
      await tx
        .updateTable('customer')
        .set({ standing, told_at: now, ask_at: now })
        .where('customer_number', '=', customer_number)
        .execute()
      if (standing === 'closed')
        await tx
          .updateTable('session')
          .set({ state: 'ended' })
          .where('subject', 'in', (eb) =>
            eb.selectFrom('subject').select('subject').where('customer_number', '=', customer_number),
          )
          .execute()
      return standing
    }),

  async forgetEvents(before: Date): Promise<void> {
    await db.deleteFrom('taken_event').where('taken_at', '<', before).execute()
  },
})

const stream = (db: Kysely<NewsTables>) => ({
  async stream(): Promise<{ readonly checkedAt: Date; readonly verified: boolean } | undefined> {
    const row = await db.selectFrom('event_stream').selectAll().executeTakeFirst()
    return row && { checkedAt: row.checked_at, verified: row.verified_at !== null }
  },

  async checkStream(state: string, now: Date): Promise<void> {
    const row = { state, checked_at: now, verified_at: null }
    await db
      .insertInto('event_stream')
      .values(row)
      .onConflict((conflict) => conflict.column('one').doUpdateSet(row))
      .execute()
  },

  /** By the state that was sent, and no other. */
  async verifiedStream(state: string, now: Date): Promise<void> {
    await db.updateTable('event_stream').set({ verified_at: now }).where('state', '=', state).execute()
  },
})

const due = (db: Kysely<NewsTables>) => ({
  /** The longest waiting first. */
  async dueCustomers(now: Date, limit: number): Promise<DueCustomer[]> {
    const rows = await db
      .selectFrom('customer')
      .leftJoin('subject', 'subject.customer_number', 'customer.customer_number')
      .select(['customer.customer_number', 'subject.subject', 'customer.told_at'])
      .where('standing', '=', 'due')
      .where('ask_at', '<=', now)
      .orderBy('ask_at')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      customerNumber: row.customer_number,
      subject: row.subject ?? '',
      toldAt: row.told_at!,
    }))
  },

  /** False when something else was heard meanwhile: then these facts may be old already. */
  async settle({ customerNumber, toldAt }: DueCustomer, facts: KnownFacts, now: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('customer')
      .set({
        standing: standingAfter('due', 'settled'),
        ...(facts.name !== undefined && { display_name: facts.name }),
        ...(facts.address !== undefined && { address: facts.address }),
        ...(Object.keys(facts).length > 0 && { refreshed_at: now }),
      })
      .where('customer_number', '=', customerNumber)
      .where('standing', '=', 'due')
      .where('told_at', '=', toldAt)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },

  async askAgain({ customerNumber }: DueCustomer, at: Date): Promise<void> {
    await db.updateTable('customer').set({ ask_at: at }).where('customer_number', '=', customerNumber).execute()
  },
})
