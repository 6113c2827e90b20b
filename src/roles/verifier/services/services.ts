// What developers ask of the platform, put together; what its clerks ask is in operator/operator.ts.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { serviceActivity } from './activity.ts'
import type { serviceOperations } from './contract.ts'
import { changeService, closeService, ownServices, registerService, rotateServiceKey } from './register.ts'
import { endDeveloperSession, finishDeveloperLogin, startDeveloperLogin } from './sessions.ts'
import { developer, inviteDeveloper, joinTenant, openTenant } from './tenants.ts'
import { testReceiver } from './test-receiver.ts'

export const services = (deps: Deps): Pick<Verifier, keyof typeof serviceOperations> => ({
  startDeveloperLogin: startDeveloperLogin(deps),
  finishDeveloperLogin: finishDeveloperLogin(deps),
  endDeveloperSession: endDeveloperSession(deps),
  developer: developer(deps),
  openTenant: openTenant(deps),
  inviteDeveloper: inviteDeveloper(deps),
  joinTenant: joinTenant(deps),
  registerService: registerService(deps),
  changeService: changeService(deps),
  rotateServiceKey: rotateServiceKey(deps),
  closeService: closeService(deps),
  ownServices: ownServices(deps),
  serviceActivity: serviceActivity(deps),
  testReceiver: testReceiver(deps),
})
