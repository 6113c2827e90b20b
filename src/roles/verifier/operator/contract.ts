// The desk of who runs the platform: tenants with their quotas, what is stopped or held, figures, dead letters, and what was
// deleted by its term. Part of the verifier's contract. A clerk signs in; every act is written down with who did it.

import { z } from 'zod'
import { operation, zNothing, zTime } from '../../../base/contract.ts'
import { clerkOperations, zSession } from '../../../protocol/clerks/contract.ts'

/** Who acts, and who only reads: the second sees everything and changes nothing. */
export const zPart = z.enum(['operator', 'auditor'])
export type Part = z.output<typeof zPart>

const session = z.object({ session: zSession })
const zReason = z.string().trim().min(1).max(200)

export const zMeasure = z.object({
  kind: z.enum(['suspended', 'held']),
  reason: z.string(),
  clerk: z.string(),
  since: zTime,
})

const zRunTenant = z.object({
  tenantId: z.string(),
  name: z.string(),
  openedAt: zTime,
  administrators: z.number().int(),
  perMinute: z.number().int(),
  measures: z.array(zMeasure),
  services: z.array(
    z.object({
      clientId: z.string(),
      name: z.string(),
      /** Null: only the quota of the tenant counts. */
      perMinute: z.number().int().nullable(),
      measures: z.array(zMeasure),
    }),
  ),
})

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

export const operatorOperations = {
  ...clerkOperations(zPart),
  runTenants: operation(
    'tenants with their services, quotas and measures',
    session,
    z.object({ tenants: z.array(zRunTenant) }),
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
  dropLetter: operation(
    'a dead letter is given up for good, with the reason',
    session.extend({ jti: z.string(), reason: zReason }),
    zNothing,
  ),
  reviveLetter: operation('a dead letter is tried again', session.extend({ jti: z.string() }), zNothing),
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
    }),
  ),
  tenantFigures: operation(
    'for an administrator: figures of the own tenant by the hour, and of no other',
    z.object({ session: z.string(), hours: zHours }),
    zFigures,
  ),
  countActivity: operation('bring the figures up to date; safe in several processes at once', zNothing, zNothing),
  platformActs: operation(
    'what was done at this desk, the newest first',
    session,
    z.object({
      acts: z.array(
        z.object({
          at: zTime,
          clerk: z.string(),
          act: z.string(),
          subject: z.string(),
          reason: z.string(),
          /** The code of a refusal; null where it was done. */
          refusal: z.string().nullable(),
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
