// What the holder is asked while talking to somebody (call centre, IVR). Part of the phone's contract. Seed 0 高橋②.

import { z } from 'zod'
import { operation, zNothing, zVerdict } from '../../../base/contract.ts'
import { zApproval, zUserCode } from '../../verifier/contract.ts'
import { zReleased } from '../biometric/contract.ts'

const zPin = z.string().regex(/^[0-9]{4}$/)
const zOne = z.object({ requestId: z.string() })

export const approvalOperations = {
  approvalSettings: operation(
    'whether this phone may be asked, and whether strangers need a user code',
    zNothing,
    z.object({ receiving: z.boolean(), userCode: z.boolean() }),
  ),
  receiveApprovals: operation(
    'let this phone be asked, after the PIN; with a user code those on open telephone lines must know it',
    z.object({ pin: zPin, userCode: zUserCode.optional() }),
    zNothing,
  ),
  stopApprovals: operation('be asked nothing any more', zNothing, zNothing),
  approvals: operation(
    'what this phone is asked just now, and what became of it; the newest first',
    zNothing,
    z.object({ approvals: z.array(zApproval.omit({ clientId: true, nonce: true })) }),
  ),
  approve: operation(
    'say yes with the number that was spoken: signed in the SIM after the PIN, or after a finger or a face',
    zOne
      .extend({ code: z.string(), pin: zPin.optional(), biometric: zReleased.optional() })
      .refine(({ pin, biometric }) => (pin === undefined) !== (biometric === undefined)),
    z.object({ verdict: zVerdict }),
  ),
  declineApproval: operation(
    'say no; `unexpected`: the holder talks to nobody there, who is not heard for a day',
    zOne.extend({ unexpected: z.boolean() }),
    zNothing,
  ),
} as const
