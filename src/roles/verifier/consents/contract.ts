// What the platform asks holders in the name of a service that is no party itself, and what it tells them: an age, consent to
// the watch over the signature certificate, the latest facts by that consent. Part of the verifier's contract.

import { z } from 'zod'
import { operation, zBytes, zTime } from '../../../base/contract.ts'
import {
  askingOperations,
  zAgeLimit,
  zAgeRequest,
  zConsentRequest,
  zFact,
  zFactsConsent,
  zLatestFacts,
  zParty,
} from '../../authority/contract.ts'

const zClientId = zParty
/** A customer by the subject that the service knows from the login. */
export const zCustomerOf = z.object({ clientId: zClientId, subject: z.string() })
const zNonce = z.string().regex(/^[0-9a-f]{32}$/)

/** Certificate and signature of a 利用者証明用 key over `ownStatement`. */
export const zOwn = z.object({ certificate: zBytes, signature: zBytes, nonce: zNonce, at: zTime })

export const zOwnConsent = z.object({
  consentId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  items: z.array(zFact),
  givenAt: zTime,
  /** From when on the facts may be asked for; of changes is told at once. */
  from: zTime,
  until: zTime,
  /** When the service was told last that something changed; null when never. */
  toldAt: zTime.nullable(),
})

export const consentOperations = {
  ...askingOperations,
  askAge: operation(
    'a question of a service for whoever stands there; J-LIS answers the platform yes or no',
    z.object({ clientId: zClientId, limit: zAgeLimit }),
    zAgeRequest,
  ),
  askConsent: operation(
    'a service asks its customer: may the platform watch the signature certificate, tell of changes, and ask for these facts?',
    zCustomerOf.extend({ items: z.array(zFact).min(1) }),
    zConsentRequest,
  ),
  factsConsent: operation(
    'what this customer has agreed to and not taken back; null for nothing',
    zCustomerOf,
    z.object({ consent: zFactsConsent.nullable() }),
  ),
  latestFacts: operation(
    '最新の利用者情報 of this customer, asked of J-LIS in the name of the service, by consent',
    zCustomerOf,
    zLatestFacts,
  ),
} as const
