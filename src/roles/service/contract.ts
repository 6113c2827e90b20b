// A relying party: with customers of its own, who log in through the verifier (seed 2 pattern 3), with questions to
// holders, and with news of them (pattern 2).

import { z } from 'zod'
import { contract, type Implementation, operation, zNothing, zTime } from '../../base/contract.ts'
import { askingOperations } from './asking/contract.ts'
import { branchOperations } from './branch/contract.ts'
import { eventOperations } from './events/contract.ts'
import { openingOperations } from './opening/contract.ts'
import { telephoneOperations } from './telephone/contract.ts'
import { tieOperations } from './ties/contract.ts'

const session = z.object({ session: z.string() })

export type { AgeRequest, ConsentRequest } from '../authority/contract.ts'
export { zAgeRequest, zConsentRequest } from '../authority/contract.ts'

const zCustomer = z.object({
  customerNumber: z.string(),
  displayName: z.string(),
  balance: z.number().int(),
  /** What was heard of the customer's facts: they changed, the new ones are on their way, or nothing since. */
  standing: z.enum(['current', 'changed', 'due', 'closed']),
  /** As the register had it when it was told last, and when that was; null when never. */
  address: z.string().nullable(),
  refreshedAt: zTime.nullable(),
})

export const serviceContract = contract({
  role: 'service',
  operations: {
    addCustomer: operation(
      'enter a customer with the passcode of the paper contract; the same again is no error',
      z.object({
        customerNumber: z.string(),
        displayName: z.string(),
        balance: z.number().int(),
        passcode: z.string(),
      }),
      zNothing,
    ),
    startLogin: operation(
      'a new session and the address that the browser goes to (code flow, PKCE, state, nonce); to check in at a branch, a phone held to the reader is enough',
      z.object({ checkIn: z.boolean().optional() }),
      z.object({ session: z.string(), location: z.string() }),
    ),
    finishLogin: operation(
      'the browser is back: exchange the code, check the ID token, recognise the customer; the session gets a new name, so that one who planted the old name has nothing. `checkedIn`: a touch without a PIN, which is no login',
      z.object({ session: z.string(), callback: z.url() }),
      z.object({ session: z.string(), recognised: z.boolean(), acr: z.string(), checkedIn: z.boolean() }),
    ),
    linkCustomer: operation(
      'first login: tie the pairwise subject to a customer, once; five wrong passcodes end the session',
      z.object({ session: z.string(), customerNumber: z.string(), passcode: z.string() }),
      zCustomer,
    ),
    account: operation(
      'who is logged in; a session that is logged in but not linked has no customer, one of a delegate ends with the mandate',
      session,
      z.object({ loggedIn: z.boolean(), customer: zCustomer.nullable(), delegated: z.boolean() }),
    ),
    logout: operation('end the session', session, zNothing),
    ...askingOperations,
    ...openingOperations,
    ...eventOperations,
    ...telephoneOperations,
    ...tieOperations,
    ...branchOperations,
  },
})
export type Service = Implementation<typeof serviceContract>
