// Privileges: which may stand together, who may give them, and the two that only one application holds.
// GPC v2.3.1 §6.6.2, §11.1.2. What each allows is said where it is used.

import { type Bytes, equal, fromUint } from '../../base/bytes.ts'
import { SW } from '../../codec/sw.ts'
import { PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { managementRoot } from './hierarchy.ts'
import { type Application, isIsd, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

const P = PRIVILEGE
const EVERY = Object.values(P).reduce((all, privilege) => all | privilege, 0)

/** Only for security domains. */
const OF_DOMAINS =
  P.securityDomain |
  P.dapVerification |
  P.delegatedManagement |
  P.mandatedDap |
  P.trustedPath |
  P.authorizedManagement |
  P.tokenVerification |
  P.globalDelete |
  P.receiptGeneration |
  P.cipheredLoadFile
export const DOMAIN_PRIVILEGES = EVERY
export const APPLICATION_PRIVILEGES = EVERY & ~OF_DOMAINS

const NOT_WITH_DELEGATION = P.authorizedManagement | P.tokenVerification | P.receiptGeneration
/** At most one holder among the domains under one with Authorized Management. */
const ONE_BELOW_MANAGER = P.tokenVerification | P.receiptGeneration
/** At most one holder on the card; without another one it is the issuer's domain. */
const ONE_ON_CARD = P.cardReset | P.finalApplication
/** Reach beyond the own hierarchy: who is not the issuer and has no token of his gives no more than he has. */
const OVER_OTHERS =
  P.cardLock | P.cardTerminate | P.globalDelete | P.globalLock | P.globalRegistry | P.mandatedDap | ONE_ON_CARD

const grantable = (self: Application): number =>
  isIsd(self) || (self.privileges & P.delegatedManagement) !== 0 ? OVER_OTHERS : self.privileges

/** One byte gets its defaults; what is reserved is ignored; combinations that there are not, are 6985. */
export function checkedPrivileges(self: Application, asked: Bytes, isDomain: boolean): number {
  if (asked.length !== 1 && asked.length !== 3) throw new StatusError(SW.WRONG_DATA)
  // GPC v2.3.1 Table 6-2.
  const given = asked.length === 3 ? fromUint(asked) : (asked[0]! << 16) | (isDomain ? P.trustedPath : 0)
  const privileges = given & EVERY
  const holds = (privilege: number) => (privileges & privilege) !== 0
  const wrong =
    holds(P.securityDomain) !== isDomain ||
    (!isDomain && holds(OF_DOMAINS)) ||
    (holds(P.mandatedDap) && !holds(P.dapVerification)) ||
    (holds(P.delegatedManagement) && holds(NOT_WITH_DELEGATION)) ||
    (privileges & OVER_OTHERS & ~grantable(self)) !== 0
  if (wrong) throw new StatusError(SW.CONDITIONS)
  return privileges
}

/** Registers the application with these privileges; what only one may hold leaves or comes back to the issuer's domain. */
export function putWithPrivileges(registry: Registry, app: Application, privileges: number): void {
  const before = registry.application(app.aid)?.privileges ?? 0
  registry.putApplication({ ...app, privileges })
  const rival = registry
    .applications()
    .filter((other) => !equal(other.aid, app.aid) && (other.privileges & privileges & ONE_BELOW_MANAGER) !== 0)
    .some((other) => sameManager(registry, other, app))
  if (rival) throw new StatusError(SW.CONDITIONS)
  moveUnique(registry, privileges & ~before & ONE_ON_CARD, before & ~privileges & ONE_ON_CARD)
}

const sameManager = (registry: Registry, a: Application, b: Application): boolean => {
  const [above, aboveToo] = [managementRoot(registry, a.aid), managementRoot(registry, b.aid)]
  return above !== undefined && aboveToo !== undefined && equal(above.aid, aboveToo.aid)
}

/** Only the issuer's domain passes them on, and only what it holds. */
function moveUnique(registry: Registry, gained: number, lost: number): void {
  const isd = registry.isd()
  if (!isd) return
  if ((isd.privileges & gained) !== gained) throw new StatusError(SW.CONDITIONS)
  if ((gained | lost) !== 0) registry.putApplication({ ...isd, privileges: (isd.privileges & ~gained) | lost })
}

/** What comes back when an application is deleted. */
export const returnUnique = (registry: Registry, app: Application): void =>
  moveUnique(registry, 0, app.privileges & ONE_ON_CARD)

/** Selected while the card is locked, and the only one that a terminated card has. */
export const finalApplication = (registry: Registry): Application | undefined =>
  registry.applications().find(({ privileges }) => (privileges & P.finalApplication) !== 0) ?? registry.isd()
