// A customer's balance at another service, where the customer has agreed at the platform that the two may speak of them (サービスID,
// seed 0 木村). Part of the service's contract.

import { z } from 'zod'
import { operation, zTime } from '../../../base/contract.ts'
import { zLinkRequest } from '../../verifier/contract.ts'

const session = z.object({ session: z.string() })

/** `shown` is the only one with a balance; `untied`: never agreed, or asked again; `ended`: the customer took it back. */
const TIE_STANDINGS = ['untied', 'ended', 'expired', 'noCustomer', 'away', 'shown'] as const

const zTied = z.object({
  standing: z.enum(TIE_STANDINGS),
  balance: z.number().int().nullable(),
  /** Of the agreement; null where there is none. */
  until: zTime.nullable(),
})

export const tieOperations = {
  askTie: operation(
    'a customer who is logged in: may the balance at the other service be shown here? Asked on the phone',
    session,
    zLinkRequest,
  ),
  tieRequest: operation(
    'what was asked, and what became of it, to the customer who was asked',
    session.extend({ requestId: z.string() }),
    zLinkRequest,
  ),
  tied: operation('the balance at the other service, asked there now; or why there is none', session, zTied),
  tiedBalance: operation(
    'the balance of whom the id in this signed request means, to the service that the customer has agreed to',
    z.object({ request: z.string() }),
    z.object({ balance: z.number().int() }),
  ),
} as const
