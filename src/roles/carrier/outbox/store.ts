// Notifications that wait and those that were told, in the schema of their carrier.

import type { Generated, Kysely, Selectable } from 'kysely'
import type { NotificationName } from '../../sp-tsm/contract.ts'

export const NOTIFICATION_TABLE = `
    create table notification (
      sequence integer generated always as identity primary key,
      line_id text not null,
      call_id text not null unique,
      name text not null,
      body text not null,
      at timestamptz not null,
      attempts integer not null default 0,
      delivered_at timestamptz,
      refusal text);
    create index notification_waiting on notification (line_id, sequence) where delivered_at is null;`

interface NotificationTable {
  sequence: Generated<number>
  line_id: string
  call_id: string
  name: NotificationName
  /** JSON, as it goes out. */
  body: string
  at: Date
  attempts: number
  delivered_at: Date | null
  /** Code of the answer FAILED. */
  refusal: string | null
}
export type NotificationRow = Readonly<Selectable<NotificationTable>>
export type NewNotification = Pick<NotificationRow, 'call_id' | 'name' | 'body' | 'at'>

export interface OutboxTables {
  notification: NotificationTable
}

export interface OutboxStore {
  /** The oldest that this line has waiting. */
  nextNotification(lineId: string): Promise<NotificationRow | undefined>
  noteAttempt(callId: string): Promise<void>
  noteDelivered(callId: string, at: Date, refusal: string | null): Promise<void>
  /** Lines that have some waiting. */
  linesToTell(): Promise<string[]>
  notifications(): Promise<NotificationRow[]>
  forgetDelivered(before: Date): Promise<void>
}

export function outboxStore<T extends OutboxTables>(of: Kysely<T>): OutboxStore {
  const db = of as unknown as Kysely<OutboxTables>
  return {
    nextNotification: (lineId: string) =>
      db
        .selectFrom('notification')
        .selectAll()
        .where('line_id', '=', lineId)
        .where('delivered_at', 'is', null)
        .orderBy('sequence')
        .limit(1)
        .executeTakeFirst(),
    noteAttempt: async (callId: string) => {
      await db
        .updateTable('notification')
        .set((e) => ({ attempts: e('attempts', '+', 1) }))
        .where('call_id', '=', callId)
        .execute()
    },
    noteDelivered: async (callId: string, at: Date, refusal: string | null) => {
      await db
        .updateTable('notification')
        .set({ delivered_at: at, refusal })
        .where('call_id', '=', callId)
        .where('delivered_at', 'is', null)
        .execute()
    },
    linesToTell: async () => {
      const waiting = db.selectFrom('notification').select('line_id').distinct().where('delivered_at', 'is', null)
      return (await waiting.execute()).map(({ line_id }) => line_id)
    },
    notifications: () => db.selectFrom('notification').selectAll().orderBy('sequence').execute(),
    forgetDelivered: async (before: Date) => {
      await db.deleteFrom('notification').where('delivered_at', '<', before).execute()
    },
  }
}
