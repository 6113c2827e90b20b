// The card runtime: one basic channel, SELECT, command chaining of ISO 7816-4, one transaction per command.
// ISO 7816-4:2020 §5.4, §11.2; GPC v2.3.1 §6. No further logical channels.

import { type Bytes, concat, equal, hex, NO_BYTES } from '../../base/bytes.ts'
import { type Command, decodeCommand, encodeResponse, type Response, response } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW } from '../../codec/sw.ts'
import { tlv } from '../../codec/tlv.ts'
import { AID, LIFE_CYCLE } from '../../protocol/globalplatform/registry.ts'
import type { Applet } from './applet.ts'
import type { CardServices } from './card-services.ts'
import { domainFci } from './data-objects.ts'
import type { Records } from './records.ts'
import { type Application, isIsd, isLocked, isSecurityDomain } from './registry.ts'
import { StatusError } from './status-error.ts'

/** The memory failed in the middle of a command. Like a card without power: silent until it is reset. */
export class CardMute extends Error {
  override readonly name = 'CardMute'
}

const CHAIN_MAX = 4096

interface Selected {
  readonly app: Application
  readonly applet: Applet
}

export class Card {
  readonly #records: Records
  readonly #services: CardServices
  #selected: Selected | undefined
  #chain: Command | undefined
  #mute = false

  constructor(records: Records, services: CardServices) {
    this.#records = records
    this.#services = services
    this.#selectIsd()
  }

  reset(): void {
    this.#records.reload()
    this.#mute = false
    this.#chain = undefined
    this.#selectIsd()
  }

  process(bytes: Bytes): Bytes {
    if (this.#mute) throw new CardMute('the card has no power')
    const answer = this.#answer(bytes)
    try {
      this.#records.commit()
    } catch (cause) {
      this.#mute = true
      throw new CardMute('the memory failed', { cause })
    }
    return encodeResponse(answer)
  }

  /** Never throws. What ends in an error status leaves no write behind. */
  #answer(bytes: Bytes): Response {
    try {
      const whole = this.#assemble(decodeCommand(bytes))
      return whole ? this.#dispatch(whole) : response(SW.OK.sw)
    } catch (error) {
      this.#records.rollback()
      if (error instanceof StatusError) return response(error.sw)
      return response((error instanceof CodecError ? SW.WRONG_LENGTH : SW.NO_DIAGNOSIS).sw)
    }
  }

  /** ISO 7816-4:2020 §5.3.3: CLA bit 5 says that more follows. Undefined while it does. */
  #assemble(c: Command): Command | undefined {
    const chain = this.#chain
    this.#chain = undefined
    checkClass(c.cla)
    const cla = c.cla & ~0x10
    if (
      chain &&
      hex(Uint8Array.of(chain.cla, chain.ins, chain.p1, chain.p2)) !== hex(Uint8Array.of(cla, c.ins, c.p1, c.p2))
    ) {
      throw new StatusError(SW.LAST_OF_CHAIN_EXPECTED)
    }
    const data = chain ? concat(chain.data, c.data) : c.data
    if (data.length > CHAIN_MAX) throw new StatusError(SW.WRONG_LENGTH)
    const whole = { ...c, cla, data }
    if ((c.cla & 0x10) === 0) return whole
    this.#chain = whole
    return undefined
  }

  #dispatch(c: Command): Response {
    if (c.cla === 0x00 && c.ins === 0x70) throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
    if (c.ins === 0xa4 && (c.cla & 0x80) === 0) {
      if ((c.cla & 0x0c) !== 0) throw new StatusError(SW.SECURE_MESSAGING_NOT_SUPPORTED)
      if (c.p1 === 0x04) return this.#select(c)
      if (!this.#selected || isSecurityDomain(this.#selected.app)) {
        // Observed: myna-card, at MF level.
        throw new StatusError(c.p1 === 0 && c.data.length === 0 ? SW.WRONG_P1P2 : SW.NOT_FOUND)
      }
    }
    if (this.#lifeCycle() === LIFE_CYCLE.terminated) {
      // GPC v2.3.1 §5.1: everything goes to the Final Application, which answers GET DATA alone.
      if (c.ins !== 0xca) throw new StatusError(SW.CONDITIONS)
      this.#selectIsd()
    }
    const current = this.#selected
    if (!current) throw new StatusError(SW.CONDITIONS)
    const app = this.#services.registry.application(current.app.aid)
    if (!app || isLocked(app)) throw new StatusError(SW.CONDITIONS)
    return current.applet.process(c)
  }

  #selectIsd(): void {
    const isd = this.#services.registry.application(AID.isd)
    const applet = isd && this.#services.instantiate(isd)
    this.#selected = isd && applet && { app: isd, applet }
  }

  #select({ p2, data }: Command): Response {
    if ((p2 & 0xf0) !== 0 || (p2 & 0x03) > 2) throw new StatusError(SW.WRONG_P1P2)
    if (data.length > 16) throw new StatusError(SW.NOT_FOUND)
    const locked = this.#cardLocked()
    const app = this.#find(data, (p2 & 0x03) === 2)
    const applet = app && this.#services.instantiate(app)
    if (!applet || (locked && !isIsd(app))) throw new StatusError(SW.NOT_FOUND)
    this.#selected = { app, applet }
    const noFci = (p2 & 0x0c) === 0x0c
    const fci = noFci
      ? NO_BYTES
      : isSecurityDomain(app)
        ? domainFci(app.aid, this.#services.scp)
        : tlv(0x6f, tlv(0x84, app.aid))
    return response((locked ? SW.CARD_LOCKED_WARNING : SW.OK).sw, fci)
  }

  #lifeCycle(): number | undefined {
    return this.#services.registry.application(AID.isd)?.lifeCycle
  }

  #cardLocked(): boolean {
    const life = this.#lifeCycle()
    if (life === LIFE_CYCLE.terminated) throw new StatusError(SW.CONDITIONS)
    return life === LIFE_CYCLE.cardLocked
  }

  /** By full AID or its beginning; "next" goes on behind the selected one. GPC v2.3.1 §6.4.2.1. */
  #find(name: Bytes, next: boolean): Application | undefined {
    const selectable = this.#services.registry
      .applications()
      .filter((app) => !isLocked(app) && (isIsd(app) || app.lifeCycle > LIFE_CYCLE.installed))
      .filter((app) => hex(app.aid).startsWith(hex(name)))
    const current = this.#selected?.app
    const at = next && current ? selectable.findIndex((app) => equal(app.aid, current.aid)) + 1 : 0
    return selectable[at]
  }
}

/** ISO 7816-4:2020 §5.4.1: basic channel only; classes that no application has are unknown. */
function checkClass(cla: number): void {
  if ((cla & 0x60) === 0x20 || cla === 0xff) throw new StatusError(SW.CLA_NOT_SUPPORTED)
  if ((cla & 0x43) !== 0) throw new StatusError(SW.CHANNEL_NOT_SUPPORTED)
}
