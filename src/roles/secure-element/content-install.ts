// INSTALL [for install] and [for make selectable]: checks, and the new registry entry.
// GPC v2.3.1 §9.3.6, §9.3.7, §11.5.2.3.2, §11.5.2.3.3.

import { type Bytes, equal } from '../../base/bytes.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, findTlv, type Tlv } from '../../codec/tlv.ts'
import {
  decodeInstallParameters,
  PARAMETER,
  type ParameterObjects,
  PROVIDER,
  SYSTEM,
} from '../../protocol/globalplatform/parameter-objects.ts'
import { AID, LIFE_CYCLE, PRIVILEGE, privilegeBytes } from '../../protocol/globalplatform/registry.ts'
import type { ScpParameters } from '../../protocol/globalplatform/scp-parameter.ts'
import type { CardServices } from './card-services.ts'
import { governs } from './hierarchy.ts'
import { withImplicitSelection } from './implicit-selection.ts'
import { checkQuotas } from './memory-budget.ts'
import { registerRemoteAccess } from './ota/remote-access.ts'
import { checkedPrivileges, putWithPrivileges } from './privileges.ts'
import { type Application, isSecurityDomain, type Registry } from './registry.ts'
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
  const [fileAid, module, aid, asked, field] = fields as [Bytes, Bytes, Bytes, Bytes, Bytes]
  const { registry } = card
  const file = registry.loadFile(fileAid)
  if (!file?.modules.some((known) => equal(known, module))) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (!isFree(registry, checkedAid(aid))) throw new StatusError(SW.CONDITIONS)
  const selectable = (p1 & 0x08) !== 0
  const isDomain = equal(file.aid, AID.ssdPackage)
  // GPC v2.3.1 §9.3.6: the file's domain has to accept; ours accepts itself and the domains above it.
  if (!isDomain && !governs(registry, self.aid, file.securityDomain)) throw new StatusError(SW.CONDITIONS)
  const parameters = decodeInstallParameters(selectable ? 'installAndMakeSelectable' : 'install', field)
  const privileges = checkedPrivileges(self, asked, isDomain)
  if (!selectable && (privileges & PRIVILEGE.cardReset) !== 0) throw new StatusError(SW.CONDITIONS)
  const app: Application = {
    aid,
    lifeCycle: selectable ? LIFE_CYCLE.selectable : LIFE_CYCLE.installed,
    privileges,
    loadFile: file.aid,
    module,
    // GPC v2.3.1 §9.3.6: a new security domain belongs to who installs it, another application to its file's domain.
    securityDomain: isDomain ? self.aid : file.securityDomain,
    parameters: registered(parameters),
  }
  checkQuotas(app.parameters)
  if (isDomain) checkDomainParameters(card.profile.scp, parameters.application!)
  putWithPrivileges(registry, withImplicitSelection(registry, app, parameters.system), privileges)
  registerRemoteAccess(registry, aid, field)
  return [file.aid, aid]
}

/** C9 may not be missing, however short it is. Memory, services and TS 102 226 parameters are kept with it. */
function registered({ application, ts102226, system, controlReference }: ParameterObjects): Tlv[] {
  if (!application) throw new StatusError(SW.WRONG_DATA)
  const provider = findTlv(controlReference, PROVIDER)
  return [
    { tag: PARAMETER.application, value: application },
    ...(ts102226 ? [{ tag: PARAMETER.ts102226, value: ts102226 }] : []),
    ...system.filter(({ tag }) => tag !== SYSTEM.implicitSelection),
    ...(provider ? [{ tag: PROVIDER, value: provider }] : []),
  ]
}

const DOMAIN_SCP = 0x81
/** SCP80 and SCP81 come to a domain over the bearers, not by its session. */
const BEARER_PROTOCOLS: readonly number[] = [0x80, 0x81]

/** The protocol that a domain is to speak must be one of the card's. UICC configuration, as gpshell and pySim send it. */
function checkDomainParameters({ scp02, scp03 }: ScpParameters, application: Bytes): void {
  for (const { tag, value } of decodeTlvs(application)) {
    if (tag !== DOMAIN_SCP) continue
    const [scp = 0, i] = value
    const known = (scp === 2 && i === scp02) || (scp === 3 && i === scp03) || BEARER_PROTOCOLS.includes(scp)
    if (value.length !== 2 || !known) throw new StatusError(SW.WRONG_DATA)
  }
}

/** Of the privileges only Card Reset counts here. */
export function makeSelectable(registry: Registry, self: Application, fields: readonly Bytes[]): readonly Bytes[] {
  const [first, second, aid, asked, field] = fields as [Bytes, Bytes, Bytes, Bytes, Bytes]
  if (first.length + second.length > 0) throw new StatusError(SW.WRONG_DATA)
  const app = registry.application(aid)
  if (!app) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  const may = governs(registry, self.aid, app.securityDomain)
  if (!may || app.lifeCycle !== LIFE_CYCLE.installed) throw new StatusError(SW.CONDITIONS)
  const { system } = decodeInstallParameters('makeSelectable', field)
  if (asked.length !== 1 && asked.length !== 3) throw new StatusError(SW.WRONG_DATA)
  const reset = ((asked[0]! << 16) & PRIVILEGE.cardReset) | app.privileges
  const privileges =
    reset === app.privileges ? reset : checkedPrivileges(self, privilegeBytes(reset), isSecurityDomain(app))
  const made = { ...app, privileges, lifeCycle: LIFE_CYCLE.selectable }
  putWithPrivileges(registry, withImplicitSelection(registry, made, system), privileges)
  return [app.loadFile, app.aid]
}
