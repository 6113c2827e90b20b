// When an operator is called: each alarm with its test on what the overview found. Ours: docs/profile.md#alarms.

import type { Alarm, Overview } from './contract.ts'

type Found = Omit<Overview, 'alarms'>

/** Upkeep comes every quarter of an hour; what is older than two of its turns was missed. */
const LATE_MS = 30 * 60_000
/** A generation must be followed by the next while it can still issue for the life of a card's certificate. */
const ROLL_OVER_MS = 5.5 * 365.25 * 24 * 3600_000

const since = ({ at }: Found, then: Date | null) => (then ? at.getTime() - then.getTime() : 0)

export const ALARMS = {
  /** RFC 6960 §2.4: an answer past nextUpdate says nothing. */
  answersStale: ({ answers }) => answers.stale > 0,
  /** RFC 5280 §5.1.2.5. */
  listsStale: ({ lists }) => lists.stale > 0,
  listsBehind: (found) => found.lists.behind > 0,
  filtersStale: ({ at, filters }) => filters.some(({ until }) => until < at),
  issuingStopped: (found) => since(found, found.pendingSince) > LATE_MS,
  registerBehind: ({ register }) => (register.waiting ?? 0) > 0,
  registerAway: ({ register }) => register.waiting === null,
  /** RFC 9162 §2.1: entries without a signed head are not proved to anybody. */
  logBehind: (found) => found.log.entries > found.log.head && since(found, found.log.headAt) > LATE_MS,
  generationEnds: ({ at, generations }) =>
    generations.some(({ issues, notAfter }) => issues && notAfter.getTime() - at.getTime() < ROLL_OVER_MS),
} as const satisfies Record<Alarm, (found: Found) => boolean>

export const alarmsOf = (found: Found): Alarm[] =>
  (Object.keys(ALARMS) as Alarm[]).filter((alarm) => ALARMS[alarm](found))
