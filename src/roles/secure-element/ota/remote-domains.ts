// Applications as scripts from afar see them: a security domain with the rights that the keys of the bearer give.
// They live from script to script until a reset, so that INSTALL [for load] and LOAD may come in several.

import { hex } from '../../../base/bytes.ts'
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
    const key = `${hex(aid)}/${hex(keys.domain)}/${keys.version}`
    if (!app || isLocked(app)) {
      this.#open.delete(key)
      return undefined
    }
    if (!isSecurityDomain(app)) return this.#card.instantiate(app)
    const known = this.#open.get(key) ?? this.#domain(app, keys)
    this.#open.set(key, known)
    return known
  }

  #domain(app: Application, keys: ScriptKeys): Applet {
    const { domain, version } = keys
    const dek = scriptDek(this.#card.registry, keys)
    return new SecurityDomain(this.#card, app, { keys: { domain, version }, dek })
  }
}
