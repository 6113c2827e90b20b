// サービスID (seed 0 木村): every service knows a person under a name of its own, so that no two can put their records together. Where the
// person agrees, two of them get one id for it, and only for each other. Part of the verifier's contract.

import { z } from 'zod'
import { operation, zLine, zNothing, zTime } from '../../../base/contract.ts'
import { zCustomerOf, zOwn } from '../consents/contract.ts'

const request = z.object({ requestId: z.string() })
const zNamed = z.object({ clientId: z.string(), name: z.string() })

/** As long as a mandate: who wants it longer is asked again. */
const MOST_DAYS = 366

export const zLinkRequest = request.extend({
  /** Who asks, and with whose records the own ones are to be tied together. */
  asker: zNamed,
  with: zNamed,
  purpose: z.string(),
  /** Two digits that both screens show. */
  code: z.string(),
  expiresAt: zTime,
  /** From then on the id means nobody. */
  until: zTime,
  state: z.enum(['waiting', 'given', 'declined', 'expired']),
})

export const zOwnLink = z.object({
  serviceId: z.string(),
  services: z.array(zNamed).length(2),
  purpose: z.string(),
  since: zTime,
  until: zTime,
  /** When one of the two spoke of the person to the other for the last time; null when never. */
  usedAt: zTime.nullable(),
})

/** Whom an id means, and how the service that speaks of them proves itself: by the keys that it is registered with. RFC 7517. */
const zMeant = z.object({
  subject: z.string(),
  with: z.string(),
  purpose: z.string(),
  until: zTime,
  keys: z.array(z.record(z.string(), z.string())),
  /** Where its keys are, if it gave none here. */
  jwksUri: z.url().nullable(),
})

export const linkOperations = {
  askLink: operation(
    'a service asks its customer: may records here and at that service be tied together, for this purpose and so many days?',
    zCustomerOf.extend({
      with: z.string(),
      purpose: zLine(200),
      days: z.number().int().min(1).max(MOST_DAYS),
    }),
    zLinkRequest,
  ),
  linkRequest: operation('what is asked, and what became of it', request, zLinkRequest),
  answerLink: operation('the person agrees, with the PIN', zOwn.extend({ requestId: z.string() }), zLinkRequest),
  serviceId: operation(
    'under which id this service and that one may speak of this customer to each other, and until when; null without consent',
    zCustomerOf.extend({ with: z.string() }),
    z.object({ serviceId: z.string().nullable(), until: zTime.nullable() }),
  ),
  customerOfId: operation(
    'which customer of this service such an id means, and of whom it comes; null without consent, and for an id of others. The person sees that it was asked',
    z.object({ clientId: zCustomerOf.shape.clientId, serviceId: z.string() }),
    z.object({ customer: zMeant.nullable() }),
  ),
  unlinkOwn: operation(
    'the person takes it back, with the PIN: the id means nobody from then on, and never comes again',
    zOwn.extend({ serviceId: z.string() }),
    zNothing,
  ),
} as const
