// What the dashboards show, from figures by the hour: the operator of all, an administrator of the own tenant. The status of
// certificates is as fresh as what the authority last said: docs/profile.md#figures.

import { readCrlTimes } from '../../../../codec/crl.ts'
import type { Verifier } from '../../contract.ts'
import type { Deps } from '../../model.ts'
import { tenantOf } from '../../services/tenants.ts'
import { signedIn } from '../desk.ts'
import { alarmsOf } from './alarms.ts'
import { BOUNDS, type FigureRow, UNMEASURED } from './store.ts'

const HOUR_MS = 3_600_000
type Figures = Awaited<ReturnType<Verifier['tenantFigures']>>

/** So much of the measured ones took no longer than this; between the bounds of a bucket as if evenly spread. Null for none. */
export function quantile(counts: readonly number[], part: number): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (all === 0) return null
  let below = 0
  for (const [bucket, count] of counts.entries()) {
    if (below + count >= all * part && count > 0) {
      const from = bucket === 0 ? 0 : BOUNDS[bucket - 1]!
      const to = BOUNDS[bucket] ?? from
      return from + ((to - from) * (all * part - below)) / count
    }
    below += count
  }
  return BOUNDS.at(-1)!
}

function summed(rows: readonly FigureRow[], since: Date, hours: number): Figures {
  const byHour = Array.from({ length: hours }, (_, i) => ({
    ...{ hour: new Date(since.getTime() + i * HOUR_MS), logins: 0, other: 0, failed: 0, declined: 0 },
  }))
  const reasons = new Map<string, { what: string; reason: string; count: number }>()
  const latencies = new Map<string, number[]>()
  for (const { hour, what, outcome, reason, bucket, count } of rows) {
    const of = byHour[Math.round((hour.getTime() - since.getTime()) / HOUR_MS)]
    if (of) {
      if (outcome === 'failed') of.failed += count
      else if (outcome === 'declined') of.declined += count
      else if (what === 'login') of.logins += count
      else of.other += count
    }
    if (outcome === 'failed') {
      const known = reasons.get(`${what} ${reason}`) ?? { what, reason, count: 0 }
      known.count += count
      reasons.set(`${what} ${reason}`, known)
    }
    if (bucket !== UNMEASURED) {
      const known = latencies.get(what) ?? Array<number>(BOUNDS.length + 1).fill(0)
      known[bucket]! += count
      latencies.set(what, known)
    }
  }
  return {
    hours: byHour,
    reasons: [...reasons.values()].toSorted((a, b) => b.count - a.count),
    latency: [...latencies].toSorted().map(([what, counts]) => ({
      ...{ what, count: counts.reduce((sum, one) => sum + one, 0) },
      ...{ p50: quantile(counts, 0.5)!, p95: quantile(counts, 0.95)! },
    })),
  }
}

export const countActivity =
  ({ store }: Deps): Verifier['countActivity'] =>
  async () => {
    while (await store.figures.countSome());
    return {}
  }

async function figuresOf(deps: Deps, hours: number, tenantId?: string): Promise<Figures> {
  await countActivity(deps)({})
  const now = deps.clock().getTime()
  const since = new Date(Math.floor(now / HOUR_MS) * HOUR_MS - (hours - 1) * HOUR_MS)
  return summed(await deps.store.figures.figures(since, tenantId), since, hours)
}

export const tenantFigures =
  (deps: Deps): Verifier['tenantFigures'] =>
  async ({ session, hours }) => {
    const { tenantId } = await tenantOf(deps, session)
    return figuresOf(deps, hours, tenantId)
  }

export const platformFigures =
  (deps: Deps): Verifier['platformFigures'] =>
  async ({ session, hours }) => {
    await signedIn(deps, session)
    const { store, clock, party } = deps
    const open = await store.operator.open(clock())
    const figures = { ...(await figuresOf(deps, hours)), freshness: await freshness(deps), open }
    const alarms = alarmsOf({
      ...{ ...figures, now: clock().getTime(), follows: party !== undefined },
      queues: await store.events.waitingByClient(),
      dead: (await store.events.dead(1)).length,
      keysBehind: (await store.tenantKeys.state()).behind,
    })
    return { ...figures, alarms }
  }

/** What cannot be found out now is null: the desk says so, and goes on. */
async function freshness(deps: Deps) {
  const { store, statusList, party } = deps
  const list = statusList && (await attempted(statusList))
  const feed =
    party &&
    (await attempted(async () => party.authority.statusChanges({ after: await store.watch.cursor(), limit: 1 })))
  return {
    listIssuedAt: list ? readCrlTimes(list).thisUpdate : null,
    answerProducedAt: await store.operator.seen('ocsp'),
    feed: feed ? { waitingSince: feed.changes[0]?.at ?? null } : null,
  }
}

async function attempted<T>(act: () => Promise<T>): Promise<T | null> {
  try {
    return await act()
  } catch {
    return null
  }
}
