// Who is above whom: security domains, the domains that they belong to, and the privileges found on the way up.
// GPC v2.3.1 §7.2, §9.1.3.

import { type Bytes, equal, NO_BYTES } from '../../base/bytes.ts'
import type { Tlv } from '../../codec/tlv.ts'
import { KEY_VERSION } from '../../protocol/globalplatform/delegated-management.ts'
import { isLocalReference, KEY_TYPE } from '../../protocol/globalplatform/key-type.ts'
import { PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import type { Application, Registry, StoredKey } from './registry.ts'

/** The domain, the one that it belongs to, and so on up to the root. */
export function ancestry(registry: Registry, aid: Bytes): Application[] {
  const found: Application[] = []
  for (let at = registry.application(aid); at; at = registry.application(at.securityDomain)) {
    if (found.some((earlier) => equal(earlier.aid, at!.aid))) break
    found.push(at)
  }
  return found
}

/** True when `owner` is this domain or belongs to it, directly or indirectly. */
export const governs = (registry: Registry, domain: Bytes, owner: Bytes): boolean =>
  ancestry(registry, owner).some(({ aid }) => equal(aid, domain))

/** The nearest domain from this one upwards with Authorized Management: it begins a sub-hierarchy. GPC v2.3.1 §9.1.3. */
export const managementRoot = (registry: Registry, domain: Bytes): Application | undefined =>
  ancestry(registry, domain).find(({ privileges }) => (privileges & PRIVILEGE.authorizedManagement) !== 0)

/** The one domain that holds this privilege in the sub-hierarchy of the management above `domain`. */
export function holderFor(registry: Registry, domain: Bytes, privilege: number): Application | undefined {
  const root = managementRoot(registry, domain)
  if (!root) return undefined
  return registry
    .applications()
    .filter(({ privileges }) => (privileges & privilege) !== 0)
    .find(({ aid }) => equal(managementRoot(registry, aid)?.aid ?? NO_BYTES, root.aid))
}

/** The components with a local curve reference replaced by what it stands for, here or nearest above. GPC v2.3.1 §B.4.1. */
export function resolved(registry: Registry, domain: Bytes, components: readonly Tlv[]): readonly Tlv[] {
  const [key, reference, ...more] = components
  const number = reference?.tag === KEY_TYPE.reference && more.length === 0 ? reference.value[0]! : -1
  if (!key || !isLocalReference(number)) return components
  for (const { aid } of ancestry(registry, domain)) {
    const curve = registry.curve(aid, number)
    if (curve) return [key, ...curve]
  }
  return components
}

/** Key 01 of the version that is meant for this use; its qualifiers, when it has some, allow that use. */
export function keyFor(registry: Registry, domain: Bytes, use: keyof typeof KEY_VERSION): readonly Tlv[] | undefined {
  const key = registry.keys(domain).find(({ version, id }) => version === KEY_VERSION[use] && id === 1)
  return key && mayServe(key, use) ? resolved(registry, domain, key.components) : undefined
}

/** GPC v2.3.1 §11.1.9. */
const USAGES: Record<keyof typeof KEY_VERSION, readonly number[]> = {
  token: [0x81, 0x83, 0x87],
  receipt: [0x44, 0x43],
  dap: [0x84, 0x86, 0x87],
  cipheredLoadFile: [0x48, 0xc8],
}
/** GPC v2.3.1 Table 11-19: for applications, not for the domain itself. */
const NOT_FOR_DOMAIN = 0x02

const mayServe = ({ usage, access }: StoredKey, use: keyof typeof KEY_VERSION): boolean =>
  (usage?.[0] === undefined || USAGES[use].includes(usage[0])) && access?.[0] !== NOT_FOR_DOMAIN
