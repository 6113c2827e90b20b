// What a service that J-LIS has accredited asks of holders: an age, and consent to the latest facts. A phone is shown the
// request and answers it here; the service takes the answer to J-LIS in its own name. Part of the service's contract.

import { z } from 'zod'
import { operation, zBytes, zNothing, zTime } from '../../../base/contract.ts'
import { zAgeLimit, zFact, zParty } from '../../authority/contract.ts'

const request = z.object({ requestId: z.string() })
const session = z.object({ session: z.string() })

const zShown = request.extend({
  /** The name of the service in the register of J-LIS. */
  party: zParty,
  /** 16 random bytes, hex: what the holder signs is bound to this request. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  at: zTime,
  /** Two digits that both screens show. */
  code: z.string(),
  expiresAt: zTime,
})

/** `undetermined`: J-LIS gives no answer, and does not say why. */
export const zAgeRequest = zShown.extend({
  limit: zAgeLimit,
  state: z.enum(['waiting', 'reached', 'notReached', 'undetermined', 'declined', 'expired']),
})
export type AgeRequest = z.output<typeof zAgeRequest>

export const zConsentRequest = zShown.extend({
  items: z.array(zFact).min(1),
  state: z.enum(['waiting', 'given', 'declined', 'expired']),
})
export type ConsentRequest = z.output<typeof zConsentRequest>

export const zFactsConsent = z.object({ items: z.array(zFact), from: zTime, until: zTime })

export const partyOperations = {
  askAge: operation(
    'a question for whoever stands at the counter or kiosk',
    z.object({ limit: zAgeLimit }),
    zAgeRequest,
  ),
  ageRequest: operation('what is asked, and what became of it: yes, no, or neither', request, zAgeRequest),
  answerAge: operation(
    'from the holder’s phone: a proof sealed for J-LIS, which the service cannot read; it learns yes or no',
    request.extend({ proof: zBytes }),
    zAgeRequest,
  ),
  askConsent: operation(
    'a customer who is logged in: may the service ask J-LIS for these facts when they change?',
    session.extend({ items: z.array(zFact).min(1) }),
    zConsentRequest,
  ),
  consentRequest: operation('what is asked, and what became of it', request, zConsentRequest),
  answerConsent: operation(
    'from the holder’s phone: CMS SignedData by the 署名用 key over the consent, which goes to J-LIS',
    request.extend({ consent: zBytes }),
    zConsentRequest,
  ),
  declineRequest: operation('from the holder’s phone: no', request, zNothing),
  factsConsent: operation(
    'what this customer has consented to, as far as the service knows',
    session,
    z.object({ consent: zFactsConsent.nullable() }),
  ),
  latestFacts: operation(
    '最新の利用者情報 of this customer from J-LIS, by consent; the service hears by the refusal that it was withdrawn',
    session,
    z.object({
      changed: z.boolean(),
      facts: z.object({
        name: z.string().optional(),
        address: z.string().optional(),
        birthDate: z.string().optional(),
        gender: z.string().optional(),
      }),
    }),
  ),
} as const
