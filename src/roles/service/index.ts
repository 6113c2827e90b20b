// A relying party, put together. The OpenID client that it needs is in http.ts.

import { account } from './account.ts'
import { addCustomer } from './add-customer.ts'
import { askings } from './asking/asking.ts'
import { branch } from './branch/branch.ts'
import type { Service } from './contract.ts'
import { followNews } from './events/follow.ts'
import { takeEvent } from './events/take.ts'
import { finishLogin } from './finish-login.ts'
import { linkCustomer } from './link-customer.ts'
import { logout } from './logout.ts'
import type { Deps } from './model.ts'
import { openings } from './opening/opening.ts'
import { startLogin } from './start-login.ts'
import { telephone } from './telephone/telephone.ts'
import { ties } from './ties/ties.ts'

export { type Asking, isCustomer } from './asking/asking.ts'
export type { Callback, Identity, LoginRequest, OpenIdPort } from './model.ts'
export { type PartnerService, partnerService } from './partner/partner.ts'
export { type MemberTables, memberMigrations, memberStore } from './partner/store.ts'
export { type ServiceTables, serviceMigrations, serviceStore } from './store.ts'

/** A service with customers of its own. */
export const createService = (deps: Deps): Service => ({
  addCustomer: addCustomer(deps),
  startLogin: startLogin(deps),
  finishLogin: finishLogin(deps),
  linkCustomer: linkCustomer(deps),
  account: account(deps),
  logout: logout(deps),
  ...askings(deps),
  ...openings(deps),
  takeEvent: takeEvent(deps),
  followNews: followNews(deps),
  ...telephone(deps),
  ...ties(deps),
  ...branch(deps),
})
