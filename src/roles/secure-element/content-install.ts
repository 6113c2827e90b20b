// INSTALL [for install] and [for make selectable]: checks, privileges, and the new registry entry.
// GPC v2.3.1 §9.3.6, §11.1.2, §11.5.2.3.2, §11.5.2.3.3.

import { type Bytes, equal, fromUint } from '../../base/bytes.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, findTlv } from '../../codec/tlv.ts'
import { AID, LIFE_CYCLE, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import type { CardServices } from './card-services.ts'
import { governs } from './hierarchy.ts'
import { registerRemoteAccess } from './ota/remote-access.ts'
import { type Application, isIsd, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

export function checkedFields(fields: readonly Bytes[], count: number): readonly Bytes[] {
  if (fields.length !== count) throw new StatusError(SW.WRONG_DATA)
  return fields
}

/** ISO 7816-4:2020 §12.2.3: an AID has 5 to 16 bytes. */
export function checkedAid(aid: Bytes): Bytes {
  if (aid.length < 5 || aid.length > 16) throw new StatusError(SW.WRONG_DATA)
  return aid
}

export const isFree = (registry: Registry, aid: Bytes): boolean => !registry.application(aid) && !registry.loadFile(aid)

/** What the receipt names: load file and application. */
export function installApplication(
  card: CardServices,
  self: Application,
  { p1, fields }: { readonly p1: number; readonly fields: readonly Bytes[] },
): readonly Bytes[] {
  const [fileAid, module, aid, asked, parameters] = fields as [Bytes, Bytes, Bytes, Bytes, Bytes]
  const { registry } = card
  const file = registry.loadFile(fileAid)
  if (!file?.modules.some((known) => equal(known, module))) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (!isFree(registry, checkedAid(aid))) throw new StatusError(SW.CONDITIONS)
  // GPC v2.3.1 §9.3.6: the file's domain has to accept; ours accepts the domains above it.
  const isDomain = equal(file.aid, AID.ssdPackage)
  if (!isDomain && !governs(registry, self.aid, file.securityDomain)) throw new StatusError(SW.CONDITIONS)
  if (!findTlv(decodeTlvs(parameters), 0xc9)) throw new StatusError(SW.WRONG_DATA)
  if (!card.knows(file)) throw new StatusError(SW.WRONG_DATA)
  registry.putApplication({
    aid,
    lifeCycle: (p1 & 0x08) !== 0 ? LIFE_CYCLE.selectable : LIFE_CYCLE.installed,
    privileges: checkedPrivileges(self, asked, isDomain),
    loadFile: file.aid,
    module,
    // GPC v2.3.1 §9.3.6: a new security domain belongs to who installs it, another application to its file's domain.
    securityDomain: isDomain ? self.aid : file.securityDomain,
  })
  registerRemoteAccess(registry, aid, parameters)
  return [file.aid, aid]
}

export function makeSelectable(registry: Registry, self: Application, fields: readonly Bytes[]): readonly Bytes[] {
  const app = registry.application(fields[2]!)
  if (!app) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  const may = governs(registry, self.aid, app.securityDomain)
  if (!may || app.lifeCycle !== LIFE_CYCLE.installed) throw new StatusError(SW.CONDITIONS)
  registry.putApplication({ ...app, lifeCycle: LIFE_CYCLE.selectable })
  return [app.loadFile, app.aid]
}

const P = PRIVILEGE
/** What a security domain may be given here. Card Reset and Final Application stay with the issuer's. */
export const DOMAIN_PRIVILEGES =
  P.securityDomain |
  P.dapVerification |
  P.delegatedManagement |
  P.mandatedDap |
  P.cardLock |
  P.cardTerminate |
  P.trustedPath |
  P.authorizedManagement |
  P.tokenVerification |
  P.globalDelete |
  P.globalLock |
  P.globalRegistry |
  P.receiptGeneration
const NOT_WITH_DELEGATION = P.authorizedManagement | P.tokenVerification | P.receiptGeneration

/** Reach beyond the own hierarchy: who is not the issuer and has no token of his gives no more than he has. */
const OVER_OTHERS = P.cardLock | P.cardTerminate | P.globalDelete | P.globalLock | P.globalRegistry | P.mandatedDap
const grantable = (self: Application): number =>
  isIsd(self) || (self.privileges & P.delegatedManagement) !== 0 ? OVER_OTHERS : self.privileges

/** One byte gets its defaults; combinations that there are not, are 6985. GPC v2.3.1 §11.1.2. */
export function checkedPrivileges(self: Application, asked: Bytes, isDomain: boolean): number {
  if (asked.length !== 1 && asked.length !== 3) throw new StatusError(SW.WRONG_DATA)
  const privileges = asked.length === 3 ? fromUint(asked) : (asked[0]! << 16) | (isDomain ? P.trustedPath : 0)
  const holds = (privilege: number) => (privileges & privilege) !== 0
  const wrong =
    (privileges & ~(isDomain ? DOMAIN_PRIVILEGES : 0)) !== 0 ||
    holds(P.securityDomain) !== isDomain ||
    (holds(P.mandatedDap) && !holds(P.dapVerification)) ||
    (holds(P.delegatedManagement) && holds(NOT_WITH_DELEGATION)) ||
    (privileges & OVER_OTHERS & ~grantable(self)) !== 0
  if (wrong) throw new StatusError(SW.CONDITIONS)
  return privileges
}
