// Customers who come to a branch: they check in by holding the phone to the reader there, without a PIN. It says who is here, and opens
// nothing: what is the customer's wants a login with a PIN. Part of the service's contract. Seed 0 小松①.

import { z } from 'zod'
import { operation, zTime } from '../../../base/contract.ts'
import { zSession } from '../../../protocol/clerks/contract.ts'

export const branchOperations = {
  checkedIn: operation(
    'who has checked in with this session, until when; `displayName` is null for somebody who is no customer yet, and all is null where nobody has',
    z.object({ session: z.string() }),
    z.object({ displayName: z.string().nullable(), until: zTime.nullable() }),
  ),
  arrivals: operation(
    'for the clerk: which customers have checked in, the first one first',
    z.object({ session: zSession }),
    z.object({
      arrivals: z.array(z.object({ customerNumber: z.string(), displayName: z.string(), since: zTime })),
    }),
  ),
} as const
