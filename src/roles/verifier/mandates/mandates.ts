// Mandates, put together.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { acceptMandate, invitedMandate } from './accept.ts'
import { actForChild } from './child.ts'
import type { mandateOperations } from './contract.ts'
import { actForFirm } from './firm.ts'
import { delegableServices, ownMandates } from './list.ts'
import { offerMandate } from './offer.ts'
import { withdrawMandate } from './withdraw.ts'

export const mandates = (deps: Deps): Pick<Verifier, keyof typeof mandateOperations> => ({
  delegableServices: delegableServices(deps),
  offerMandate: offerMandate(deps),
  invitedMandate: invitedMandate(deps),
  acceptMandate: acceptMandate(deps),
  actForChild: actForChild(deps),
  actForFirm: actForFirm(deps),
  ownMandates: ownMandates(deps),
  withdrawMandate: withdrawMandate(deps),
})
