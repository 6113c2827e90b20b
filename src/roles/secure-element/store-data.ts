// STORE DATA: blocks gathered to one sequence, for the domain itself or for the application that INSTALL
// [for personalization] named. GPC v2.3.1 §7.3.2, §11.5.2.3.6, §11.11. What a domain keeps is in domain-data.ts.

import { type Bytes, bytes, concat, equal, NO_BYTES } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { decodeLvs } from '../../codec/tlv.ts'
import { PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import type { CardServices } from './card-services.ts'
import { has } from './delegation.ts'
import { keepData } from './domain-data.ts'
import type { Dek } from './key-fields.ts'
import { type Application, isLocked } from './registry.ts'
import { StatusError } from './status-error.ts'

const SEQUENCE_MAX = 0x4000
const P1 = { last: 0x80, answers: 0x01, encryption: 0x60, structure: 0x18 } as const
/** Values of the encryption and structure bits that are reserved. GPC v2.3.1 Table 11-89. */
const RESERVED = { encryption: 0x40, structure: 0x18 } as const

export class StoreData {
  readonly #card: CardServices
  readonly #self: () => Application
  #target: Bytes | undefined
  #data: Bytes = NO_BYTES
  #next = 0
  #format = 0

  constructor(card: CardServices, self: () => Application) {
    this.#card = card
    this.#self = self
  }

  /** INSTALL [for personalization]. */
  begin({ p2, data }: Command): Bytes {
    this.end()
    const [first, second, aid, ...rest] = decodeLvs(data)
    const empty = [first, second, ...rest].every((field) => field?.length === 0)
    if (p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    if (!aid || !empty || rest.length !== 3) throw new StatusError(SW.WRONG_DATA)
    const app = this.#card.registry.application(aid)
    if (!app) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    const self = this.#self()
    // GPC v2.3.1 §6.7: the trusted framework forwards for a domain with Trusted Path, to its own applications.
    const forwards = has(self, PRIVILEGE.trustedPath) && equal(app.securityDomain, self.aid) && !equal(aid, self.aid)
    if (!forwards || isLocked(app) || !this.#card.instantiate(app)?.personalise) throw new StatusError(SW.CONDITIONS)
    this.#target = aid
    return bytes(0)
  }

  /** The personalization session is over, and so is an unfinished sequence. GPC v2.3.1 §11.11.1. */
  end(): void {
    this.#target = undefined
    this.#restart()
  }

  #restart(): void {
    this.#data = NO_BYTES
    this.#next = 0
  }

  store({ p1, p2, data }: Command, dek: Dek): Bytes {
    const [whole, expected] = [concat(this.#data, data), this.#next]
    this.#restart()
    const format = p1 & (P1.encryption | P1.structure)
    if (reserved(p1)) throw new StatusError(SW.WRONG_P1P2)
    if (p2 !== (expected & 0xff)) throw new StatusError(SW.CONDITIONS)
    if (whole.length > SEQUENCE_MAX) throw new StatusError(SW.NO_SPACE)
    if (expected === 0) this.#format = format
    if ((p1 & P1.last) === 0) {
      this.#data = whole
      this.#next = expected + 1
      return NO_BYTES
    }
    const answer = this.#finish({ data: whole, format: this.#format, decrypt: dek.decrypt, block: dek.block })
    if (answer.length > 0 && (p1 & P1.answers) === 0) throw new StatusError(SW.WRONG_P1P2)
    return answer
  }

  #finish(from: Parameters<typeof keepData>[2]): Bytes {
    const target = this.#target
    this.#target = undefined
    if (!target) {
      keepData(this.#card.registry, this.#self(), from)
      return NO_BYTES
    }
    const app = this.#card.registry.application(target)
    const applet = app && this.#card.instantiate(app)
    if (!applet?.personalise) throw new StatusError(SW.CONDITIONS)
    return applet.personalise(from)
  }
}

const reserved = (p1: number): boolean =>
  (p1 & P1.encryption) === RESERVED.encryption || (p1 & P1.structure) === RESERVED.structure
