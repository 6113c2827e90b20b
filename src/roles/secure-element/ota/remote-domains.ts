// Applications as scripts from afar see them: a security domain with the rights that the keys of the bearer give.
// They live from script to script until a reset, so that INSTALL [for load] and LOAD may come in several.

import { type Bytes, equal, hex } from '../../../base/bytes.ts'
import type { Applet } from '../applet.ts'
import type { CardServices } from '../card-services.ts'
import { type Application, isLocked, isSecurityDomain } from '../registry.ts'
import { SecurityDomain } from '../security-domain.ts'
import { type ScriptKeys, scriptDek } from './packet-keys.ts'

export class RemoteDomains {
  readonly #card: CardServices
  #open = new Map<string, Applet>()

  constructor(card: CardServices) {
    this.#card = card
  }

  reset(): void {
    this.#open = new Map()
  }

  /** The application under these keys; undefined when it is gone or locked. */
  at({ aid }: Application, keys: ScriptKeys): Applet | undefined {
    const app = this.#card.registry.application(aid)
    const granted = this.#grants(aid, keys)
    const key = `${hex(aid)}/${hex(keys.domain)}/${keys.version}/${granted}`
    if (!app || isLocked(app)) {
      this.#open.delete(key)
      return undefined
    }
    if (!isSecurityDomain(app)) return this.#card.instantiate(app)
    const known = this.#open.get(key) ?? this.#domain(app, keys, granted)
    this.#open.set(key, known)
    return known
  }

  /** Whoever has keys in a domain has the rights there; those of a bearer above give none. */
  #grants(aid: Bytes, { domain }: ScriptKeys): boolean {
    return equal(aid, domain) || this.#card.registry.keys(aid).length === 0
  }

  #domain(app: Application, keys: ScriptKeys, granted: boolean): Applet {
    if (!granted) return new SecurityDomain(this.#card, app)
    const { domain, version } = keys
    const dek = scriptDek(this.#card.registry, keys)
    return new SecurityDomain(this.#card, app, { keys: { domain, version }, dek })
  }
}
