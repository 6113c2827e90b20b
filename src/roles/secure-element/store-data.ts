// STORE DATA: to the security domain itself, or in a personalisation session to one of its applications.
// GPC v2.3.1 §7.3.3, §11.5.2.3.6, §11.11. An application gets a sequence as a whole, so that it can do all or nothing.

import { type Bytes, bytes, concat, equal, NO_BYTES } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { decodeDgis } from '../../codec/dgi.ts'
import { SW } from '../../codec/sw.ts'
import { decodeLvs, decodeTlvs } from '../../codec/tlv.ts'
import type { CardServices } from './card-services.ts'
import { type Application, isLocked } from './registry.ts'
import { StatusError } from './status-error.ts'

const SEQUENCE_MAX = 0x4000
/** Objects that a domain lets be stored. GPC v2.3.1 Table 11-87. */
const STORABLE = [0x42, 0x45, 0x5f50]
/** DGI that carries TLV objects. GPC v2.3.1 §11.11.2.3. */
const DGI_TLV = 0x0070
const P1_LAST = 0x80
const P1_ANSWERS = 0x01
const P1_DGI = 0x08

export class StoreData {
  readonly #card: CardServices
  readonly #self: Application
  #target: Bytes | undefined
  #data: Bytes = NO_BYTES
  #next = 0

  constructor(card: CardServices, self: Application) {
    this.#card = card
    this.#self = self
  }

  /** INSTALL [for personalization]. */
  begin({ p2, data }: Command): Bytes {
    this.#reset(undefined)
    const [first, second, aid, ...rest] = decodeLvs(data)
    const empty = [first, second, ...rest].every((field) => field?.length === 0)
    if (p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    if (!aid || !empty || rest.length !== 3) throw new StatusError(SW.WRONG_DATA)
    const app = this.#card.registry.application(aid)
    if (!app) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    const own = equal(app.securityDomain, this.#self.aid)
    if (!own || isLocked(app) || !this.#card.instantiate(app)?.personalise) throw new StatusError(SW.CONDITIONS)
    this.#reset(aid)
    return bytes(0)
  }

  #reset(target: Bytes | undefined): void {
    this.#target = target
    this.#data = NO_BYTES
    this.#next = 0
  }

  store({ p1, p2, data }: Command, decrypt: (blocks: Bytes) => Bytes): Bytes {
    const [target, whole, expected] = [this.#target, concat(this.#data, data), this.#next]
    this.#reset(undefined)
    if (p2 !== (expected & 0xff)) throw new StatusError(SW.CONDITIONS)
    if (whole.length > SEQUENCE_MAX) throw new StatusError(SW.NO_SPACE)
    if ((p1 & P1_LAST) === 0) {
      this.#target = target
      this.#data = whole
      this.#next = expected + 1
      return NO_BYTES
    }
    const answer = target ? this.#forward(target, whole, decrypt) : this.#keep(whole, p1)
    if (answer.length > 0 && (p1 & P1_ANSWERS) === 0) throw new StatusError(SW.WRONG_P1P2)
    return answer
  }

  #forward(target: Bytes, data: Bytes, decrypt: (blocks: Bytes) => Bytes): Bytes {
    const app = this.#card.registry.application(target)
    const applet = app && this.#card.instantiate(app)
    if (!applet?.personalise) throw new StatusError(SW.CONDITIONS)
    return applet.personalise({ data, decrypt })
  }

  #keep(data: Bytes, p1: number): Bytes {
    const objects =
      (p1 & P1_DGI) === 0
        ? decodeTlvs(data)
        : decodeDgis(data).flatMap(({ id, value }) => {
            if (id !== DGI_TLV) throw new StatusError(SW.REFERENCE_NOT_FOUND)
            return decodeTlvs(value)
          })
    for (const { tag, value } of objects) {
      if (!STORABLE.includes(tag)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
      this.#card.registry.putObject(this.#self.aid, tag, value)
    }
    return NO_BYTES
  }
}
