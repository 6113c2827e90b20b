// What an operator must see at once: each alarm with what it is when, in the order of the contract. Ours: docs/profile.md#platform-desk.

import type { Verifier } from '../../contract.ts'
import type { Deps } from '../../model.ts'
import { type Alarm, zAlarm } from '../contract.ts'

const [MINUTE_MS, HOUR_MS] = [60_000, 3_600_000]

/** A service is to know of a change within a minute. */
const FEED_MS = MINUTE_MS
/** J-LIS makes a list each half day. */
const LIST_MS = 13 * HOUR_MS
const QUEUE_MS = 10 * MINUTE_MS
/** Of so many requests within this hour and the last one, more failed than one in five. */
const [MANY, SHARE] = [10, 0.2]
/** 95 of a hundred take longer, of so many. */
const [SLOW_MS, MEASURED] = [2000, 20]

type Figures = Omit<Awaited<ReturnType<Verifier['platformFigures']>>, 'alarms'>
type Queue = Awaited<ReturnType<Deps['store']['events']['waitingByClient']>>[number]

interface Seen extends Figures {
  readonly now: number
  /** Whether J-LIS is asked for changes at all. */
  readonly follows: boolean
  readonly queues: readonly Pick<Queue, 'oldest'>[]
  readonly dead: number
  readonly keysBehind: number
}

const older = (at: Date | null | undefined, ms: number, now: number): boolean =>
  at !== null && at !== undefined && now - at.getTime() > ms

const IS: Record<Alarm, (seen: Seen) => boolean> = {
  authorityAway: ({ follows, freshness }) => follows && freshness.feed === null,
  feedWaits: ({ freshness, now }) => older(freshness.feed?.waitingSince, FEED_MS, now),
  listOld: ({ freshness, now }) => older(freshness.listIssuedAt, LIST_MS, now),
  manyFail: ({ hours }) => {
    const [all, failed] = hours
      .slice(-2)
      .reduce(([sum, bad], one) => [sum + one.logins + one.other + one.failed, bad + one.failed], [0, 0] as [
        number,
        number,
      ])
    return all >= MANY && failed > all * SHARE
  },
  slow: ({ latency }) => latency.some(({ count, p95 }) => count >= MEASURED && p95 > SLOW_MS),
  queueOld: ({ queues, now }) => queues.some(({ oldest }) => older(oldest, QUEUE_MS, now)),
  dead: ({ dead }) => dead > 0,
  keysBehind: ({ keysBehind }) => keysBehind > 0,
}

export const alarmsOf = (seen: Seen): Alarm[] => zAlarm.options.filter((alarm) => IS[alarm](seen))
