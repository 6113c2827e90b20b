// What a service asks of holders: an age, and consent to the latest facts. Where it asks in its own name, a phone is shown the
// request and answers it here. Part of the service's contract.

import { z } from 'zod'
import { operation } from '../../../base/contract.ts'
import {
  askingOperations as answers,
  zAgeLimit,
  zAgeRequest,
  zConsentRequest,
  zFact,
  zFactsConsent,
  zLatestFacts,
} from '../../authority/contract.ts'

const session = z.object({ session: z.string() })

export const askingOperations = {
  ...answers,
  askAge: operation(
    'a question for whoever stands at the counter or kiosk',
    z.object({ limit: zAgeLimit }),
    zAgeRequest,
  ),
  askConsent: operation(
    'a customer who is logged in: may these facts be asked for when they change?',
    session.extend({ items: z.array(zFact).min(1) }),
    zConsentRequest,
  ),
  factsConsent: operation(
    'what this customer has consented to, as far as the service knows',
    session,
    z.object({ consent: zFactsConsent.nullable() }),
  ),
  latestFacts: operation(
    '最新の利用者情報 of this customer from J-LIS, by consent; a refusal says that it was withdrawn',
    session,
    zLatestFacts,
  ),
} as const
