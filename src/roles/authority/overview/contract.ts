// What the operators of the authorities look at: numbers, queues, freshness, alarms, and the life of one certificate. Part
// of the authority's contract.

import { z } from 'zod'
import { operation, zNothing, zSerial, zTime } from '../../../base/contract.ts'

const zKind = z.enum(['auth', 'sign'])
const zMedium = z.enum(['card', 'phone'])
const zCount = z.number().int()

/** Their tests: model.ts. */
export const zAlarm = z.enum([
  'answersStale',
  'listsStale',
  'listsBehind',
  'filtersStale',
  'issuingStopped',
  'registerBehind',
  'registerAway',
  'logBehind',
  'generationEnds',
])
export type Alarm = z.output<typeof zAlarm>

const zOverview = z.object({
  at: zTime,
  /** Certificates of holders by what they are now. */
  certificates: z.array(
    z.object({
      kind: zKind,
      medium: zMedium,
      status: z.enum(['pending', 'valid', 'onHold', 'revoked', 'expired']),
      count: zCount,
    }),
  ),
  /** Of the last days in Japan (YYYY-MM-DD), the newest first: days on which something was issued or stopped. */
  days: z.array(z.object({ day: z.string(), kind: zKind, medium: zMedium, issued: zCount, stopped: zCount })),
  /** When the oldest that waits for its signature was begun. */
  pendingSince: zTime.nullable(),
  answers: z.object({ kept: zCount, due: zCount, stale: zCount, oldestNextUpdate: zTime.nullable() }),
  lists: z.object({ kept: zCount, behind: zCount, stale: zCount, oldestThisUpdate: zTime.nullable() }),
  filters: z.array(z.object({ kind: zKind, number: zCount, madeAt: zTime, until: zTime, behind: zCount })),
  /** The last event of the resident register that was taken over, and how many wait (a hundred at most are counted). */
  register: z.object({ sequence: zCount, waiting: zCount.nullable() }),
  log: z.object({ entries: zCount, head: zCount, headAt: zTime.nullable() }),
  generations: z.array(z.object({ kind: zKind, generation: zCount, notAfter: zTime, issues: z.boolean() })),
  alarms: z.array(zAlarm),
})
export type Overview = z.output<typeof zOverview>

export const overviewOperations = {
  overview: operation('numbers, queues, freshness and alarms, as they are in the database now', zNothing, zOverview),
  phones: operation(
    'every certificate of a phone that is valid or on hold, by serial number, a page at a time',
    z.object({ after: zSerial, limit: z.number().int().min(1).max(1000) }),
    z.object({
      certificates: z.array(
        z.object({
          serial: zSerial,
          status: z.enum(['valid', 'onHold']),
          cardAuthSerial: zSerial.nullable(),
          municipalityCode: z.string(),
          /** Another takes its place. */
          givingWay: z.boolean(),
          notAfter: zTime,
        }),
      ),
    }),
  ),
  life: operation(
    'what happened to one certificate, and what came before and after it in its place',
    z.object({ kind: zKind, serial: zSerial }),
    z.object({
      medium: zMedium,
      generation: zCount,
      notBefore: zTime,
      notAfter: zTime,
      status: z.string(),
      changes: z.array(z.object({ at: zTime, status: z.string(), reason: z.string().nullable(), by: z.string() })),
      serials: z.array(zSerial),
      position: zCount,
    }),
  ),
} as const
