// 委任 on the phone: letting somebody act, accepting to act, seeing and ending it, and choosing at a login for whom. Part of the phone's
// contract. Seed 0 高橋①.

import { z } from 'zod'
import { operation, zNothing } from '../../../base/contract.ts'
import { verifierContract, zFirmName, zFirmNumber, zTerms } from '../../verifier/contract.ts'

const {
  delegableServices,
  offerMandate,
  invitedMandate,
  acceptMandate,
  actForChild,
  actForFirm,
  ownMandates,
  claimFirm,
} = verifierContract.operations

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
  claimFirm: operation(
    'say that the holder of the card represents this firm: signed with the 署名用 key of the card held to the phone',
    z.object({
      ...{ number: zFirmNumber, name: zFirmName, card: z.string() },
      password: z.string().regex(/^[A-Z0-9]{6,16}$/),
    }),
    claimFirm.output,
  ),
  actForFirm: operation(
    'act for a firm that the owner represents, as clerks of the platform have seen it: signed in the SIM after the PIN',
    zPin.extend({ terms: zTerms, representationId: z.string() }),
    actForFirm.output,
  ),
  leaveFirm: operation(
    'represent a firm no more, or take the claim back, with the PIN: at once',
    zPin.extend({ representationId: z.string() }),
    zNothing,
  ),
  ownMandates: operation('what its owner gave and holds, and every use, after the PIN', zPin, ownMandates.output),
  actingChoices: operation(
    'for whom the owner may act at the service of this login, after the PIN',
    zPin.extend({ loginId: z.string() }),
    z.object({ mandates: ownMandates.output.shape.mandates }),
  ),
  withdrawMandate: operation('end one, with the PIN: at once', zPin.extend({ mandateId: z.string() }), zNothing),
} as const
