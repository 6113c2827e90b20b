// Documents that a service wants signed with the card held to the phone. Part of the phone's contract. Seed 2 pattern 1.

import { z } from 'zod'
import { operation, zNothing } from '../../../base/contract.ts'
import { verifierContract, zSignatureRequest } from '../../verifier/contract.ts'

/** The party is null where the common platform asks for its service. */
const zSigningOf = z.object({ party: z.string().nullable(), requestId: z.string() })

export const signingOperations = {
  showSignature: operation(
    'a document that a service wants signed, and what became of it',
    zSigningOf,
    zSignatureRequest.omit({ requestId: true, clientName: true }).extend({ displayName: z.string() }),
  ),
  signRequested: operation(
    'hold the My Number Card to the phone: the document that was shown, by its SHA-256 in hex, is signed with the 署名用 key',
    zSigningOf.extend({ documentSha256: z.string(), card: z.string(), password: z.string().regex(/^[A-Z0-9]{6,16}$/) }),
    verifierContract.operations.answerSignature.output,
  ),
  declineSignature: operation('do not sign', zSigningOf, zNothing),
} as const
