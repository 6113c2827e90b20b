// SET STATUS: the card's life cycle, and locks on applications and domains. GPC v2.3.1 §5.1, §5.3, §9.6, §11.10.

import { type Bytes, equal, NO_BYTES } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { LIFE_CYCLE, LOCKED, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { governs } from './hierarchy.ts'
import { type Application, isIsd, isSecurityDomain, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Upper three bits of P1; the others are reserved. */
const TARGET = { card: 0x80, one: 0x40, domainWithAll: 0x60 } as const

export function setStatus(registry: Registry, self: Application, { p1, p2, data }: Command): Bytes {
  switch (p1 & 0xe0) {
    case TARGET.card:
      setCardStatus(registry, self, p2)
      break
    case TARGET.one:
      setApplicationStatus(registry, self, data, p2)
      break
    case TARGET.domainWithAll:
      setAll(registry, self, data, p2)
      break
    default:
      throw new StatusError(SW.WRONG_P1P2)
  }
  return NO_BYTES
}

const locks = (lifeCycle: number): boolean => (lifeCycle & LOCKED) !== 0

/** GPC v2.3.1 Figure 5-1: forwards, and between SECURED and CARD_LOCKED. */
const CARD_STEPS: Record<number, readonly number[]> = {
  [LIFE_CYCLE.opReady]: [LIFE_CYCLE.initialized, LIFE_CYCLE.terminated],
  [LIFE_CYCLE.initialized]: [LIFE_CYCLE.secured, LIFE_CYCLE.terminated],
  [LIFE_CYCLE.secured]: [LIFE_CYCLE.cardLocked, LIFE_CYCLE.terminated],
  [LIFE_CYCLE.cardLocked]: [LIFE_CYCLE.secured, LIFE_CYCLE.terminated],
}

function setCardStatus(registry: Registry, self: Application, to: number): void {
  const isd = registry.isd()
  if (!isd) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  const needed = to === LIFE_CYCLE.terminated ? PRIVILEGE.cardTerminate : PRIVILEGE.cardLock
  if ((self.privileges & needed) === 0) throw new StatusError(SW.CONDITIONS)
  if (!CARD_STEPS[isd.lifeCycle]?.includes(to)) throw new StatusError(SW.WRONG_DATA)
  registry.putApplication({ ...isd, lifeCycle: to })
}

function setApplicationStatus(registry: Registry, self: Application, aid: Bytes, to: number): void {
  const app = registry.application(aid)
  if (!app) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  const itself = equal(app.aid, self.aid)
  if (itself && isSecurityDomain(app) && to === LIFE_CYCLE.personalized) {
    if (app.lifeCycle !== LIFE_CYCLE.selectable) throw new StatusError(SW.WRONG_DATA)
    registry.putApplication({ ...app, lifeCycle: to })
    return
  }
  if (itself && !isSecurityDomain(app) && !locks(to)) {
    if (locks(app.lifeCycle)) throw new StatusError(SW.CONDITIONS)
    if (app.lifeCycle === to) throw new StatusError(SW.WRONG_DATA)
    setOwnState(registry, app.aid, to)
    return
  }
  checkMayLock(registry, self, app, to)
  if (locks(app.lifeCycle) === locks(to)) throw new StatusError(SW.WRONG_DATA)
  lock(registry, app, to)
}

/** 0xxxx111, which an application gives itself once it is selectable; a lock stays on. GPC v2.3.1 §5.3.1, Table 11-4. */
export function setOwnState(registry: Registry, aid: Bytes, to: number): void {
  const app = registry.application(aid)
  if (!app || (app.lifeCycle & ~LOCKED) < LIFE_CYCLE.selectable) throw new StatusError(SW.CONDITIONS)
  if ((to & 0x87) !== LIFE_CYCLE.selectable) throw new StatusError(SW.WRONG_DATA)
  registry.putApplication({ ...app, lifeCycle: (app.lifeCycle & LOCKED) | to })
}

/**
 * Who is above it or has Global Lock; an application locks itself and does not unlock itself. The holder of Final
 * Application is never locked. GPC v2.3.1 §9.6.2.
 */
function checkMayLock(registry: Registry, self: Application, app: Application, to: number): void {
  const itself = equal(app.aid, self.aid)
  const above = !itself && governs(registry, self.aid, app.securityDomain)
  const global = (self.privileges & PRIVILEGE.globalLock) !== 0
  const may = locks(to) ? above || global || itself : !itself && (above || global)
  if (!may || isLast(app)) throw new StatusError(SW.CONDITIONS)
}

const isLast = (app: Application): boolean => isIsd(app) || (app.privileges & PRIVILEGE.finalApplication) !== 0

/** The sub-hierarchy; what is so already stays so, without an error. GPC v2.3.1 §11.10.2.1. */
function setAll(registry: Registry, self: Application, aid: Bytes, to: number): void {
  const domain = registry.application(aid)
  if (!domain) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (!isSecurityDomain(domain)) throw new StatusError(SW.WRONG_DATA)
  checkMayLock(registry, self, domain, to)
  for (const app of registry.applications()) {
    const below = equal(app.aid, aid) || governs(registry, aid, app.securityDomain)
    if (below && !isLast(app) && locks(app.lifeCycle) !== locks(to)) lock(registry, app, to)
  }
}

/** The state before is kept in the lower bits and comes back. GPC v2.3.1 §5.3.1.3. */
function lock(registry: Registry, app: Application, to: number): void {
  registry.putApplication({ ...app, lifeCycle: (app.lifeCycle & ~LOCKED) | (to & LOCKED) })
}
