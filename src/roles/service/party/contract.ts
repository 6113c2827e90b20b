// What a service that J-LIS has accredited asks of holders: an age, and consent to the latest facts. A phone is shown the
// request and answers it here; the service takes the answer to J-LIS in its own name. Part of the service's contract.

import { z } from 'zod'
import { operation } from '../../../base/contract.ts'
import {
  askingOperations,
  zAgeLimit,
  zAgeRequest,
  zConsentRequest,
  zFact,
  zFactsConsent,
  zLatestFacts,
} from '../../authority/contract.ts'

const session = z.object({ session: z.string() })

export const partyOperations = {
  ...askingOperations,
  askAge: operation(
    'a question for whoever stands at the counter or kiosk',
    z.object({ limit: zAgeLimit }),
    zAgeRequest,
  ),
  askConsent: operation(
    'a customer who is logged in: may the service ask J-LIS for these facts when they change?',
    session.extend({ items: z.array(zFact).min(1) }),
    zConsentRequest,
  ),
  factsConsent: operation(
    'what this customer has consented to, as far as the service knows',
    session,
    z.object({ consent: zFactsConsent.nullable() }),
  ),
  latestFacts: operation(
    '最新の利用者情報 of this customer from J-LIS, by consent; the service hears by the refusal that it was withdrawn',
    session,
    zLatestFacts,
  ),
} as const
