// Notifications to the SP-TSM on their way: written with the change that they tell of, sent at least once, for each line
// in the order of the changes. Who hears one twice knows it by its call identifier. Seed 4 (4)②, (5)⑦.

import { hex } from '../../../base/bytes.ts'
import type { Clock, Entropy, Jobs, Log } from '../../../base/ports.ts'
import { Refusal } from '../../../base/refusal.ts'
import { type BasicResponse, executed } from '../../../protocol/tsm-messaging/contract.ts'
import {
  type NotificationName,
  type NotificationOf,
  type Notifications,
  notificationText,
  readNotification,
} from '../../sp-tsm/contract.ts'
import type { NewNotification, NotificationRow, OutboxStore } from './store.ts'

export interface OutboxDeps {
  readonly id: string
  readonly store: OutboxStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly jobs: Jobs
  readonly log: Log
  /** Who is told. Roles may be joined in any order: asked for when there is something to tell. */
  readonly spTsm: () => Notifications
}

export interface Outbox {
  /** A notification that is to be written with its change. */
  about<N extends NotificationName>(name: N, body: Omit<NotificationOf<N>, 'date'>): NewNotification
  /** Sends what waits for this line, soon. */
  send(lineId: string): Promise<void>
  /** Sends what waits for any line. */
  wake(): Promise<void>
  /** Starts the worker and wakes. */
  start(): Promise<void>
}

const REMEMBERED_MS = 30 * 86_400_000

export function outbox(deps: OutboxDeps): Outbox {
  const { id, store, clock, entropy, jobs } = deps
  const queue = `carrier-outbox-${id}`
  const send = (lineId: string) => jobs.send(queue, { lineId })
  const wake = async () => {
    await store.forgetDelivered(new Date(clock().getTime() - REMEMBERED_MS))
    for (const lineId of await store.linesToTell()) await send(lineId)
  }
  let working: Promise<void> | undefined
  return {
    about: (name, body) => {
      const [call_id, at] = [hex(entropy(16)), clock()]
      const whole = { ...body, date: at, functionCallIdentifier: call_id, requestingEntity: id }
      return { call_id, name, at, body: notificationText(name, whole as never) }
    },
    send,
    wake,
    start: async () => {
      await (working ??= jobs.work(queue, ({ lineId }) => tellAll(deps, String(lineId))))
      await wake()
    },
  }
}

/** In order: what cannot be told now holds up what comes after it. */
async function tellAll(deps: OutboxDeps, lineId: string): Promise<void> {
  for (;;) {
    const next = await deps.store.nextNotification(lineId)
    if (!next) return
    await tell(deps, next)
  }
}

async function tell({ id, store, clock, log, spTsm }: OutboxDeps, row: NotificationRow): Promise<void> {
  await store.noteAttempt(row.call_id)
  const handle = spTsm()[row.name] as (body: unknown) => Promise<BasicResponse<object>>
  const refusal = refusalOf(await handle(readNotification(row.name, row.body)))
  await store.noteDelivered(row.call_id, clock(), refusal)
  log('carrier.told', { carrier: id, notification: row.name, ...(refusal && { refusal }) })
}

function refusalOf(response: BasicResponse<object>): string | null {
  try {
    executed(response)
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}
