// An account opened on line by a signed application: nobody types name or address, they are in the signature. Part of the
// service's contract. Seed 2 patterns 1-1 (the service verifies itself) and 1-2 (the common platform does).

import { z } from 'zod'
import { operation, zTime } from '../../../base/contract.ts'
import { verifierContract } from '../../verifier/contract.ts'

const request = z.object({ requestId: z.string() })

/** `opened`: the customer is there. */
const zOpening = z.object({
  /** Two digits that both screens show. */
  code: z.string(),
  /** Whom the phone must ask; null for the common platform. */
  party: z.string().nullable(),
  state: z.enum(['waiting', 'opened', 'declined', 'expired']),
  customerNumber: z.string().nullable(),
  displayName: z.string().nullable(),
  reportId: z.string().nullable(),
})

const { signatureRequest, answerSignature, declineSignature, report } = verifierContract.operations

export const openingOperations = {
  openAccount: operation(
    'an application that waits for its signature',
    z.object({ passcode: z.string().regex(/^[0-9]{6,12}$/) }),
    request.extend({ expiresAt: zTime }),
  ),
  accountOpening: operation('what became of the application; the account is opened once', request, zOpening),
  signatureRequest,
  answerSignature,
  declineSignature,
  report,
} as const
