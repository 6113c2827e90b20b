// Clerks of one organisation: who they are, what is their part there, and their sessions. Each role that has desks takes
// these operations into its contract with the parts that it knows.

import { z } from 'zod'
import { operation, zNothing, zTime } from '../../base/contract.ts'

export const zClerkId = z.string().regex(/^[a-z][a-z0-9-]{1,30}$/)
export const zSession = z.string().min(16).max(64)
const session = z.object({ session: zSession })
const clerkId = z.object({ clerkId: zClerkId })
export const zName = z.string().trim().min(1).max(40)
export const zPasscode = z.string().min(8).max(64)

export const clerkOperations = <P extends z.ZodType<string>>(zPart: P) => ({
  addClerk: operation(
    'enter a clerk with a passcode, kept as a salted hash only, and parts; of one who is there both are replaced and sessions end',
    z.object({ ...clerkId.shape, name: zName, passcode: zPasscode, parts: z.array(zPart).min(1) }),
    zNothing,
  ),
  removeClerk: operation('a clerk is one no longer, from this moment; the same again is no error', clerkId, zNothing),
  clerks: operation(
    'for administrators: who is entered',
    zNothing,
    z.object({ clerks: z.array(z.object({ ...clerkId.shape, name: z.string(), parts: z.array(zPart) })) }),
  ),
  signIn: operation(
    'a clerk begins; the session ends by itself',
    z.object({ ...clerkId.shape, passcode: z.string().max(64) }),
    z.object({ session: zSession, name: z.string(), until: zTime }),
  ),
  signOut: operation('a clerk goes', session, zNothing),
  clerk: operation(
    'whose session it is',
    session,
    z.object({ ...clerkId.shape, name: z.string(), parts: z.array(zPart), until: zTime }),
  ),
})
