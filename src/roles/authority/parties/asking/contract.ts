// How a party asks a holder for something: the request as phones see it, and the answers that they give. A service that is a party
// and a platform that asks for services speak alike, so that a phone need not know which of the two it has before it.

import { z } from 'zod'
import { operation, zBytes, zNothing, zTime } from '../../../../base/contract.ts'
import { zAgeLimit, zFact, zParty } from '../contract.ts'

const request = z.object({ requestId: z.string() })

const zShown = request.extend({
  /** The name of whoever asks in the register of J-LIS. */
  party: zParty,
  /** Where a platform asks: for which of its services. */
  onBehalfOf: z.object({ clientId: zParty, name: z.string() }).optional(),
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

/** 最新の利用者情報, as far as they were consented to and changed. */
export const zLatestFacts = z.object({
  changed: z.boolean(),
  facts: z.object({
    name: z.string().optional(),
    address: z.string().optional(),
    birthDate: z.string().optional(),
    gender: z.string().optional(),
  }),
})

export const askingOperations = {
  ageRequest: operation('what is asked, and what became of it: yes, no, or neither', request, zAgeRequest),
  answerAge: operation(
    'from the holder’s phone: a proof sealed for J-LIS, which the service cannot read; it learns yes or no',
    request.extend({ proof: zBytes }),
    zAgeRequest,
  ),
  consentRequest: operation('what is asked, and what became of it', request, zConsentRequest),
  answerConsent: operation(
    'from the holder’s phone: CMS SignedData by the 署名用 key over the consent, which goes to J-LIS',
    request.extend({ consent: zBytes }),
    zConsentRequest,
  ),
  declineRequest: operation('from the holder’s phone: no', request, zNothing),
} as const
