// Decoupled approval: a service asks a person who is not at its screen (call centre, IVR), the person answers on the phone.
// Part of the verifier's contract; services ask by CIBA (openid/http/ciba.ts). Seed 0 高橋②.

import { z } from 'zod'
import { operation, zBytes, zNothing, zTime, zVerdict } from '../../../base/contract.ts'
import { zOwn } from '../consents/contract.ts'

const zApprovalState = z.enum(['waiting', 'approved', 'declined', 'refused', 'expired'])

/** Where the person and the service talk, and who called whom. */
export const zRequestContext = z.object({
  channel: z.enum(['telephone', 'ivr', 'other']).default('other'),
  caller: z.enum(['person', 'service']).default('service'),
})

/** What became of the procedure, in a word and in the words of the service. */
export const zOutcome = z.object({
  outcome: z.enum(['completed', 'failed', 'cancelled']),
  text: z
    .string()
    .max(120)
    .regex(/^[^\p{Cc}\p{Cf}]*$/u)
    .default(''),
})

export const zApproval = zRequestContext.extend({
  requestId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  /** Why, in the words of the service. */
  procedure: z.string(),
  /** While it waits: the numbers of which one is spoken. */
  choices: z.array(z.string()),
  nonce: zBytes,
  askedAt: zTime,
  expiresAt: zTime,
  state: zApprovalState,
  /** A finger or a face will do in place of the PIN. */
  biometric: z.boolean(),
  result: zOutcome.nullable(),
})
export type Approval = z.output<typeof zApproval>

/** Digits, so that an IVR can take them; not the PIN. */
export const zUserCode = z.string().regex(/^[0-9]{4,8}$/)

/** Proof that it is the phone that the person named: random, 32 octets as base64url, known to it alone. */
const zInbox = z.object({ token: z.string().regex(/^[\w-]{43}$/) })
const zOne = zInbox.extend({ requestId: z.string() })

export const approvalOperations = {
  receiveApprovals: operation(
    'the person lets this phone be asked, in place of the one before; a user code guards against calls by strangers',
    zOwn.extend(zInbox.shape).extend({ userCode: zUserCode.optional() }),
    zNothing,
  ),
  stopApprovals: operation('this phone is not asked any more', zInbox, zNothing),
  approvalsFor: operation(
    'what this phone is asked just now, and what became of what it was asked',
    zInbox,
    z.object({ approvals: z.array(zApproval) }),
  ),
  answerApproval: operation(
    'certificate and signature over `approvalMessage` with the chosen number; approved only when every check passed',
    zOne.extend({
      ...{ code: z.string(), certificate: zBytes, signature: zBytes },
      /** What stood for the PIN. */
      by: z.literal('biometric').optional(),
    }),
    z.object({ verdict: zVerdict }),
  ),
  declineApproval: operation(
    'the person says no; `unexpected`: the person is in no conversation with this service, which is not heard for a day',
    zOne.extend({ unexpected: z.boolean() }),
    zNothing,
  ),
  notifyClients: operation(
    'tell services that want it that an answer is there (CIBA ping); what fails is tried again; old requests are forgotten',
    zNothing,
    z.object({ told: z.number().int(), failed: z.number().int() }),
  ),
} as const
