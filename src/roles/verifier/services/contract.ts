// For those who build services on the platform: tenants (municipalities, firms), who administers them, the services that they
// register, what came of each request. Part of the verifier's contract. An administrator sees the own tenant and no other.

import { z } from 'zod'
import { operation, zLine, zNothing, zTime } from '../../../base/contract.ts'
import { MAY_ASK, zClient } from '../openid/contract.ts'

const zSession = z.object({ session: z.string() })
const zOwnService = zSession.extend({ clientId: z.string() })
const zKey = zClient.pick({ publicJwk: true, jwksUri: true })

/** What a developer says of a service; the platform gives it its client id. */
export const zRegistration = zClient
  .pick({
    redirectUris: true,
    profile: true,
    postLogoutRedirectUris: true,
    backchannelLogoutUri: true,
    keptStatusMinutes: true,
    delegation: true,
  })
  .extend({ name: z.string().trim().pipe(zLine(80)), mayAsk: z.array(z.enum(MAY_ASK)) })
export type Registration = z.output<typeof zRegistration>

const zTenant = z.object({
  tenantId: z.string(),
  name: z.string(),
  /** Requests a minute, of all its services together. */
  perMinute: z.number().int(),
  /** Why the operator has stopped it; null where it goes on. */
  suspended: z.string().nullable(),
})

const zOwnedService = zClient.extend({
  registeredAt: zTime,
  /** Why the operator has stopped it, or its tenant; null where it goes on. */
  suspended: z.string().nullable(),
})

/** One request of a service, or one answer to its customer; no customer is named. */
const zActivity = z.object({
  at: zTime,
  /** `login`, `token`, `request`, `event`, or the operation of the API. */
  what: z.string(),
  outcome: z.enum(['ok', 'failed', 'declined']),
  /** A refusal's code, the name of a check, or an error of OAuth with its detail; empty when all went well. */
  reason: z.string(),
  /** Of the platform's own work, in milliseconds; null where only the person or another decides how long it takes. */
  tookMs: z.number().int().nullable(),
})
export type Activity = z.output<typeof zActivity>

export const serviceOperations = {
  startDeveloperLogin: operation(
    'where the browser of a developer goes to log in, and what it must bring back in a cookie',
    zNothing,
    z.object({ location: z.string(), pending: z.string() }),
  ),
  finishDeveloperLogin: operation(
    'the browser is back: a session of eight hours',
    z.object({ callback: z.string(), pending: z.string() }),
    zSession,
  ),
  endDeveloperSession: operation('the developer logs out', zSession, zNothing),
  developer: operation(
    'the tenant that this developer administers; null for none yet',
    zSession,
    z.object({ tenant: zTenant.nullable() }),
  ),
  openTenant: operation(
    'a new tenant, administered by who opens it',
    zSession.extend({ name: z.string().trim().pipe(zLine(80)) }),
    z.object({ tenantId: z.string() }),
  ),
  inviteDeveloper: operation(
    'a code with which one more person administers this tenant; good once, for a day, and shown once',
    zSession,
    z.object({ code: z.string(), until: zTime }),
  ),
  joinTenant: operation('the one who has such a code uses it', zSession.extend({ code: z.string() }), zNothing),
  registerService: operation(
    'a service of this tenant; its client id is made here',
    zSession.extend({ registration: zRegistration, key: zKey }),
    z.object({ clientId: z.string() }),
  ),
  changeService: operation(
    'everything but the key; tenants see their own services only',
    zOwnService.extend({ registration: zRegistration }),
    zNothing,
  ),
  rotateServiceKey: operation(
    'another key; the one before stays good for a day beside it, unless it is dropped',
    zOwnService.extend({ key: zKey, dropEarlier: z.boolean() }),
    zNothing,
  ),
  closeService: operation('nobody logs in there any more, and it asks nothing', zOwnService, zNothing),
  ownServices: operation('the services of this tenant', zSession, z.object({ services: z.array(zOwnedService) })),
  serviceActivity: operation(
    'the latest requests of a service, the newest first',
    zOwnService.extend({ failuresOnly: z.boolean() }),
    z.object({ entries: z.array(zActivity) }),
  ),
  testReceiver: operation(
    'sends a signed verification event to an address and tells what it answered; nothing is tried again',
    zOwnService.extend({ url: z.url().max(500), authorization: z.string().max(2000).optional() }),
    z.object({
      set: z.string(),
      /** Null: no answer, `reason` says why. */
      status: z.number().int().nullable(),
      reason: z.string(),
      /** The first characters of the answer. */
      answer: z.string(),
      tookMs: z.number().int(),
    }),
  ),
} as const
