// Applications as secured packets see them: a security domain with the rights that the packet's keys give.
// They live from packet to packet until a reset, so that INSTALL [for load] and LOAD may come in several.

import { type Bytes, equal, hex } from '../../../base/bytes.ts'
import type { Applet } from '../applet.ts'
import type { CardServices } from '../card-services.ts'
import { type Application, isLocked, isSecurityDomain } from '../registry.ts'
import { SecurityDomain } from '../security-domain.ts'
import { packetDek } from './packet-keys.ts'

export class RemoteDomains {
  readonly #card: CardServices
  #open = new Map<string, Applet>()

  constructor(card: CardServices) {
    this.#card = card
  }

  reset(): void {
    this.#open = new Map()
  }

  /** The application under the keys of this version; undefined when it is gone or locked. */
  at(app: Application, version: number): Applet | undefined {
    const current = this.#card.registry.application(app.aid)
    const key = `${hex(app.aid)}/${version}`
    if (!current || isLocked(current)) {
      this.#open.delete(key)
      return undefined
    }
    if (!isSecurityDomain(current)) return this.#card.instantiate(current)
    const known = this.#open.get(key) ?? this.#domain(current, version)
    this.#open.set(key, known)
    return known
  }

  #domain(app: Application, version: number): Applet {
    const dek = packetDek(this.#card.registry, app.aid, version)
    return new SecurityDomain(this.#card, app, { keys: { domain: app.aid, version }, dek })
  }

  /** The domain itself, or what belongs to it: nothing else may be reached through it. */
  within(domain: Bytes, aid: Bytes): Application | undefined {
    const app = this.#card.registry.application(aid)
    return app && (equal(app.aid, domain) || equal(app.securityDomain, domain)) ? app : undefined
  }
}
