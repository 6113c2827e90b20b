// A relying party, put together. The OpenID client that it needs is in http.ts.

import { account } from './account.ts'
import { addCustomer } from './add-customer.ts'
import type { Service } from './contract.ts'
import { finishLogin } from './finish-login.ts'
import { linkCustomer } from './link-customer.ts'
import { logout } from './logout.ts'
import type { Deps } from './model.ts'
import { openings } from './opening/opening.ts'
import { ageRequest, answerAge, askAge } from './party/age.ts'
import { answerConsent, askConsent, consentRequest, factsConsent, latestFacts } from './party/facts.ts'
import { declineRequest } from './party/requests.ts'
import { startLogin } from './start-login.ts'

export type { Callback, Identity, LoginRequest, OpenIdPort } from './model.ts'
export type { Party } from './party/model.ts'
export { no as serviceRefusals } from './refusals.ts'
export { type ServiceTables, serviceMigrations, serviceStore } from './store.ts'

/** A service with customers of its own. */
export const createService = (deps: Deps): Service => ({
  addCustomer: addCustomer(deps),
  startLogin: startLogin(deps),
  finishLogin: finishLogin(deps),
  linkCustomer: linkCustomer(deps),
  account: account(deps),
  logout: logout(deps),
  askAge: askAge(deps),
  ageRequest: ageRequest(deps),
  answerAge: answerAge(deps),
  askConsent: askConsent(deps),
  consentRequest: consentRequest(deps),
  answerConsent: answerConsent(deps),
  declineRequest: declineRequest(deps),
  factsConsent: factsConsent(deps),
  latestFacts: latestFacts(deps),
  ...openings(deps),
})
