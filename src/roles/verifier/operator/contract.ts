// The desk of who runs the platform: tenants with their quotas, what is stopped or held, figures, dead letters, keys, clerks, and what
// was deleted by its term. Part of the verifier's contract. A clerk signs in; every act is written down with who did it.

import { z } from 'zod'
import { operation, zNothing, zTime } from '../../../base/contract.ts'
import { clerkOperations, zClerkId, zName, zPasscode, zSession } from '../../../protocol/clerks/contract.ts'

/** Who acts; who sees everything and changes nothing; who lets happen what another proposed; who says who the clerks are. */
export const zPart = z.enum(['operator', 'auditor', 'release', 'administrator'])
export type Part = z.output<typeof zPart>

/**
 * What cannot be undone, or gives power over others: one clerk proposes it, another one releases it. `close` is of a service by its
 * client id; `erase` of a tenant, or of `service <client id>`, which has none; `drop` of a dead letter; `represent` of a claim to
 * represent a firm.
 */
export const zGrave = z.enum(['close', 'erase', 'drop', 'represent'])
export type Grave = z.output<typeof zGrave>

const session = z.object({ session: zSession })
const zReason = z.string().trim().min(1).max(200)

const zMeasure = z.object({
  kind: z.enum(['suspended', 'held']),
  reason: z.string(),
  clerk: z.string(),
  since: zTime,
})

const zRunService = z.object({
  clientId: z.string(),
  name: z.string(),
  /** Null: only the quota of the tenant counts, where there is one. */
  perMinute: z.number().int().nullable(),
  measures: z.array(zMeasure),
})

const zRunTenant = z.object({
  tenantId: z.string(),
  name: z.string(),
  openedAt: zTime,
  administrators: z.number().int(),
  perMinute: z.number().int(),
  measures: z.array(zMeasure),
  services: z.array(zRunService),
  /** Something can still be read that was kept for it. */
  kept: z.boolean(),
})

/** One that is closed stands here while something is kept for it. */
const zOwnService = zRunService.extend({ closed: z.boolean(), kept: z.boolean() })

const zHours = z
  .number()
  .int()
  .min(1)
  .max(24 * 31)
const zFigures = z.object({
  hours: z.array(
    z.object({
      hour: zTime,
      /** Approved ones. */
      logins: z.number().int(),
      /** Everything else that went well. */
      other: z.number().int(),
      failed: z.number().int(),
      declined: z.number().int(),
    }),
  ),
  /** The commonest first. */
  reasons: z.array(z.object({ what: z.string(), reason: z.string(), count: z.number().int() })),
  /** Of the platform's own work, in milliseconds. */
  latency: z.array(z.object({ what: z.string(), count: z.number().int(), p50: z.number(), p95: z.number() })),
})

/** In the place of a clerk where whoever runs the machine acted; no clerk can be called so. */
export const MACHINE = 'the machine'

/** In the order in which they hurt. docs/profile.md#platform-desk. */
export const zAlarm = z.enum([
  'authorityAway',
  'feedWaits',
  'listOld',
  'manyFail',
  'slow',
  'queueOld',
  'dead',
  'keysBehind',
])
export type Alarm = z.output<typeof zAlarm>

export const operatorOperations = {
  ...clerkOperations(zPart),
  runTenants: operation(
    'tenants with their services, quotas and measures, and the services that have no tenant',
    session,
    z.object({ tenants: z.array(zRunTenant), own: z.array(zOwnService) }),
  ),
  setQuota: operation(
    'requests a minute of a tenant, or of one of its services; null for a service takes its own quota away',
    session.extend({
      tenantId: z.string(),
      clientId: z.string().optional(),
      perMinute: z.number().int().min(0).max(1_000_000).nullable(),
    }),
    zNothing,
  ),
  suspend: operation(
    'a tenant or a service is stopped now, with what it has running: logins, approvals, codes and tokens end',
    session.extend({ owner: z.string(), reason: zReason }),
    zNothing,
  ),
  resume: operation('it may ask again; what was ended stays ended', session.extend({ owner: z.string() }), zNothing),
  hold: operation(
    'for a court or an auditor: nothing of this tenant is deleted until the hold is lifted',
    session.extend({ tenantId: z.string(), reason: zReason }),
    zNothing,
  ),
  liftHold: operation('the terms count again', session.extend({ tenantId: z.string() }), zNothing),
  proposeAct: operation(
    'what has two clerks behind it is proposed, and waits for another clerk; refused at once where it could not be done now',
    session.extend({ act: zGrave, subject: z.string(), reason: zReason }),
    zNothing,
  ),
  releaseAct: operation(
    'another clerk than who proposed it lets it happen, now',
    session.extend({ act: zGrave, subject: z.string() }),
    zNothing,
  ),
  withdrawAct: operation('a proposal is taken back', session.extend({ act: zGrave, subject: z.string() }), zNothing),
  proposedActs: operation(
    'what waits for another clerk',
    session,
    z.object({
      proposals: z.array(
        z.object({ act: zGrave, subject: z.string(), reason: z.string(), clerk: z.string(), at: zTime }),
      ),
    }),
  ),
  undelivered: operation(
    'what waits by service, and the dead letters with the reason of each; no person is named',
    session,
    z.object({
      waiting: z.array(
        z.object({ clientId: z.string(), count: z.number().int(), oldest: zTime, failures: z.number().int() }),
      ),
      dead: z.array(
        z.object({ jti: z.string(), clientId: z.string(), type: z.string(), at: zTime, reason: z.string() }),
      ),
    }),
  ),
  reviveLetter: operation(
    'a dead letter is tried again, as the same event and in its place among those of its person',
    session.extend({ jti: z.string() }),
    zNothing,
  ),
  tenantKeys: operation(
    'how far the keys of tenants are: wrapped by the newest key of the keeper, or by an earlier one',
    session,
    z.object({
      generation: z.number().int(),
      keys: z.number().int(),
      behind: z.number().int(),
      tenants: z.number().int(),
      /** Null where there is none. */
      newest: zTime.nullable(),
    }),
  ),
  rotateTenantKeys: operation(
    'another key of the keeper wraps the keys of tenants, and each seals with a new one; all stays readable',
    session,
    z.object({ generation: z.number().int() }),
  ),
  deskClerks: operation(
    'who may sign in at this desk',
    session,
    z.object({
      clerks: z.array(
        z.object({
          clerkId: zClerkId,
          name: z.string(),
          parts: z.array(zPart),
          /** Too many wrong passcodes: an administrator gives a new one. */
          locked: z.boolean(),
        }),
      ),
    }),
  ),
  putClerk: operation(
    'for administrators: a new clerk, or what one who is there is called and may do; with a passcode, the sessions of before end',
    session.extend({
      ...{ clerkId: zClerkId, name: zName, parts: z.array(zPart).min(1) },
      passcode: zPasscode.optional(),
    }),
    zNothing,
  ),
  takeClerkAway: operation(
    'for administrators: a clerk is one no longer, from this moment',
    session.extend({ clerkId: zClerkId }),
    zNothing,
  ),
  platformFigures: operation(
    'figures of all services by the hour, how fresh the status of certificates is, and what waits for persons',
    session.extend({ hours: zHours }),
    zFigures.extend({
      freshness: z.object({
        /** Null: not to be had just now. */
        listIssuedAt: zTime.nullable(),
        answerProducedAt: zTime.nullable(),
        /** Since when the oldest change waits that was not taken over; `waitingSince` is null where none waits. */
        feed: z.object({ waitingSince: zTime.nullable() }).nullable(),
      }),
      open: z.object({ logins: z.number().int(), approvals: z.number().int() }),
      /** What somebody must look at now, the worst first. */
      alarms: z.array(zAlarm),
    }),
  ),
  tenantFigures: operation(
    'for an administrator: figures of the own tenant by the hour, and of no other',
    z.object({ session: z.string(), hours: zHours }),
    zFigures,
  ),
  countActivity: operation('bring the figures up to date; safe in several processes at once', zNothing, zNothing),
  platformActs: operation(
    'what was done at this desk, the newest first; by one clerk where one is named',
    session.extend({ clerk: z.string().optional() }),
    z.object({
      acts: z.array(
        z.object({
          at: zTime,
          clerk: z.string(),
          act: z.string(),
          subject: z.string(),
          reason: z.string(),
          /** `done`, `begun` where it was broken off, or the code of a refusal. */
          outcome: z.string(),
        }),
      ),
    }),
  ),
  retention: operation(
    'each kind of record with its term and ground, and how many went within thirty days',
    session,
    z.object({
      kinds: z.array(
        z.object({
          kind: z.string(),
          table: z.string(),
          keptMs: z.number().int(),
          ground: z.string(),
          forgotten: z.number().int(),
        }),
      ),
    }),
  ),
  forgetDue: operation(
    'delete what is over by its term, in batches; safe in several processes at once',
    zNothing,
    z.object({ forgotten: z.record(z.string(), z.number().int()) }),
  ),
} as const
