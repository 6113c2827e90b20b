// What clerks ask of the platform, put together.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { forgetDue } from '../retention/forget.ts'
import { deskClerks, putClerk, takeClerkAway } from './clerks.ts'
import type { operatorOperations } from './contract.ts'
import { clerks, platformActs, retention } from './desk.ts'
import { countActivity, platformFigures, tenantFigures } from './figures/figures.ts'
import { rotateTenantKeys, tenantKeys } from './keys.ts'
import { reviveLetter, undelivered } from './letters.ts'
import { proposeAct, proposedActs, releaseAct, withdrawAct } from './proposals.ts'
import { hold, liftHold, resume, runTenants, setQuota, suspend } from './tenants.ts'

export const operator = (deps: Deps): Pick<Verifier, keyof typeof operatorOperations> => ({
  ...clerks(deps),
  deskClerks: deskClerks(deps),
  putClerk: putClerk(deps),
  takeClerkAway: takeClerkAway(deps),
  runTenants: runTenants(deps),
  setQuota: setQuota(deps),
  suspend: suspend(deps),
  resume: resume(deps),
  hold: hold(deps),
  liftHold: liftHold(deps),
  undelivered: undelivered(deps),
  reviveLetter: reviveLetter(deps),
  proposeAct: proposeAct(deps),
  releaseAct: releaseAct(deps),
  withdrawAct: withdrawAct(deps),
  proposedActs: proposedActs(deps),
  tenantKeys: tenantKeys(deps),
  rotateTenantKeys: rotateTenantKeys(deps),
  platformFigures: platformFigures(deps),
  tenantFigures: tenantFigures(deps),
  countActivity: countActivity(deps),
  platformActs: platformActs(deps),
  retention: retention(deps),
  forgetDue: forgetDue(deps),
})
