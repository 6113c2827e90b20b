// 委任 on the phone: letting somebody act, accepting to act, seeing and ending it, and choosing at a login for whom. Part of the phone's
// contract. Seed 0 高橋①.

import { z } from 'zod'
import { operation, zNothing } from '../../../base/contract.ts'
import { verifierContract, zTerms } from '../../verifier/contract.ts'

const { delegableServices, offerMandate, invitedMandate, acceptMandate, actForChild, ownMandates } =
  verifierContract.operations

const zPin = z.object({ pin: z.string().regex(/^[0-9]{4}$/) })

export const mandateOperations = {
  delegableServices,
  offerMandate: operation(
    'let somebody act: signed in the SIM after the PIN; the code is for the other phone',
    zPin.extend({ terms: zTerms }),
    offerMandate.output,
  ),
  invitedMandate,
  acceptMandate: operation(
    'accept to act, as it was shown: signed in the SIM after the PIN',
    zPin.extend(invitedMandate.input.shape),
    acceptMandate.output,
  ),
  actForChild: operation(
    'act for a child whose card is held to the phone: its certificate is read without a PIN, the parent signs in the SIM after the own one',
    zPin.extend({ terms: zTerms, card: z.string() }),
    actForChild.output,
  ),
  ownMandates: operation('what its owner gave and holds, and every use, after the PIN', zPin, ownMandates.output),
  actingChoices: operation(
    'for whom the owner may act at the service of this login, after the PIN',
    zPin.extend({ loginId: z.string() }),
    z.object({ mandates: ownMandates.output.shape.mandates }),
  ),
  withdrawMandate: operation('end one, with the PIN: at once', zPin.extend({ mandateId: z.string() }), zNothing),
} as const
