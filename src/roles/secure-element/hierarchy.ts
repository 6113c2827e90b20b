// Who is above whom: security domains, the domains that they belong to, and the privileges found on the way up.
// GPC v2.3.1 §7.2, §9.1.3.

import { type Bytes, equal } from '../../base/bytes.ts'
import { KEY_VERSION } from '../../protocol/globalplatform/delegated-management.ts'
import { SECRET_KEY_TYPE } from '../../protocol/globalplatform/key-set.ts'
import type { CheckingKey } from './public-keys.ts'
import type { Application, Registry } from './registry.ts'

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

/** The nearest domain from this one upwards that holds the privilege. */
export const holderAbove = (registry: Registry, domain: Bytes, privilege: number): Application | undefined =>
  ancestry(registry, domain).find(({ privileges }) => (privileges & privilege) !== 0)

/** Key 01 of the version that is meant for this use. */
export function keyFor(registry: Registry, domain: Bytes, use: keyof typeof KEY_VERSION): CheckingKey | undefined {
  const version = KEY_VERSION[use]
  const isIt = (key: { version: number; id: number }) => key.version === version && key.id === 1
  const secret = registry.keys(domain).find((key) => key.type === SECRET_KEY_TYPE.aes && isIt(key))
  return secret ? { aes: secret.key } : registry.publicKeys(domain).find(isIt)
}
