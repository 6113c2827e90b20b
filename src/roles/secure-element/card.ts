// The card runtime: who gets a command, SELECT and MANAGE CHANNEL, one transaction per command.
// ISO 7816-4:2020 §5.4, §11.2; GPC v2.3.1 §6. Channels, chaining and selection have their own files.

import { type Bytes, equal, NO_BYTES } from '../../base/bytes.ts'
import { type Command, decodeCommand, encodeResponse, type Response, response } from '../../codec/apdu.ts'
import { readClass } from '../../codec/class-byte.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW } from '../../codec/sw.ts'
import { tlv } from '../../codec/tlv.ts'
import { LIFE_CYCLE } from '../../protocol/globalplatform/registry.ts'
import type { CardServices } from './card-services.ts'
import type { Channel, Channels, Selected } from './channels.ts'
import { domainFci } from './data-objects.ts'
import { implicitlySelected } from './implicit-selection.ts'
import type { Bearer } from './ota/bearer.ts'
import { finalApplication } from './privileges.ts'
import type { Records } from './records.ts'
import { type Application, isIsd, isSecurityDomain } from './registry.ts'
import { findByName } from './selection.ts'
import { StatusError } from './status-error.ts'

/** The memory failed in the middle of a command. Like a card without power: silent until it is reset. */
export class CardMute extends Error {
  override readonly name = 'CardMute'
}

const INS = { manageChannel: 0x70, select: 0xa4, getData: 0xca } as const
const SECURE_MESSAGING = 0x0c

export class Card {
  readonly #records: Records
  readonly #services: CardServices
  readonly #channels: Channels
  readonly #bearer: Bearer | undefined
  #mute = false

  /** `bearer` is there in a card that a terminal drives as a toolkit. */
  constructor(records: Records, services: CardServices, channels: Channels, bearer?: Bearer) {
    this.#records = records
    this.#services = services
    this.#channels = channels
    this.#bearer = bearer
    this.#begin()
  }

  reset(): void {
    this.#records.reload()
    this.#mute = false
    this.#begin()
  }

  #begin(): void {
    this.#bearer?.reset()
    this.#channels.reset(this.#started(implicitlySelected(this.#services.registry, 0)))
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
      const sent = decodeCommand(bytes)
      const read = readClass(sent.cla)
      if (!read) throw new StatusError(SW.CLA_NOT_SUPPORTED)
      const channel = this.#channels.at(read.channel)
      const c = { ...sent, cla: read.cla }
      return channel.outgoing.more(c) ?? this.#firstPiece(channel, c)
    } catch (error) {
      this.#records.rollback()
      if (error instanceof StatusError) return response(error.sw)
      return response((error instanceof CodecError ? SW.WRONG_LENGTH : SW.NO_DIAGNOSIS).sw)
    }
  }

  #firstPiece(channel: Channel, c: Command): Response {
    const whole = channel.assemble(c)
    if (!whole) return response(SW.OK.sw)
    const answer = this.#dispatch(channel, whole)
    this.#services.memory.check()
    return channel.outgoing.first(whole, answer)
  }

  #dispatch(channel: Channel, c: Command): Response {
    if ((c.cla & 0x80) === 0 && c.ins === INS.manageChannel) return this.#manageChannel(channel, c)
    if ((c.cla & 0x80) === 0 && c.ins === INS.select) {
      const secured = (c.cla & SECURE_MESSAGING) !== 0
      if (c.p1 === 0x04 && !secured) return this.#select(channel, c)
      // A file by secure messaging is the application's affair.
      if (secured && (c.p1 === 0x04 || !channel.selected || isSecurityDomain(channel.selected.app))) {
        throw new StatusError(SW.SECURE_MESSAGING_NOT_SUPPORTED)
      }
      if (!channel.selected || isSecurityDomain(channel.selected.app)) {
        // Observed: myna-card, at MF level.
        throw new StatusError(c.p1 === 0 && c.data.length === 0 ? SW.WRONG_P1P2 : SW.NOT_FOUND)
      }
    }
    if (this.#lifeCycle === LIFE_CYCLE.terminated) {
      // GPC v2.3.1 §5.1: everything goes to the Final Application, which answers GET DATA alone.
      const last = finalApplication(this.#services.registry)
      if (c.ins !== INS.getData && (!last || isIsd(last))) throw new StatusError(SW.CONDITIONS)
      if (!last || isIsd(last) || !this.#isSelected(channel, last)) channel.selected = this.#started(last)
    }
    if (channel.number === 0 && this.#bearer?.takes(c)) return this.#bearer.process(c)
    const current = channel.selected
    if (!current) throw new StatusError(SW.CONDITIONS)
    // GPC v2.3.1 §9.6.2: an application that is locked stays selected until its session ends.
    return current.applet.process(c)
  }

  #isSelected({ selected }: Channel, app: Application): boolean {
    return selected !== undefined && equal(selected.app.aid, app.aid)
  }

  #started(app: Application | undefined): Selected | undefined {
    const applet = app && this.#services.instantiate(app)
    return applet && { app, applet }
  }

  /** A channel opened from a supplementary one begins with the application of that one. GPC v2.3.1 §6.4.3.2. */
  #manageChannel(from: Channel, c: Command): Response {
    if ((c.cla & SECURE_MESSAGING) !== 0) throw new StatusError(SW.SECURE_MESSAGING_NOT_SUPPORTED)
    if (this.#lifeCycle > LIFE_CYCLE.secured) throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
    const { registry } = this.#services
    return this.#channels.manage(c, from.number, (number) =>
      this.#started(from.number === 0 ? implicitlySelected(registry, number) : from.selected?.app),
    )
  }

  #select(channel: Channel, { p2, data }: Command): Response {
    if ((p2 & 0xf0) !== 0 || (p2 & 0x03) > 2) throw new StatusError(SW.WRONG_P1P2)
    const locked = this.#lockedFor(channel)
    const next = (p2 & 0x03) === 2 && channel.selected
    const app = findByName(this.#services.registry, data, next ? next.app : undefined)
    if (!app) throw new StatusError(SW.NOT_FOUND)
    if (locked && !equal(app.aid, finalApplication(this.#services.registry)?.aid ?? NO_BYTES)) {
      throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
    }
    const selected = this.#started(app)
    if (!selected) throw new StatusError(SW.APPLET_SELECT_FAILED)
    channel.selected = selected
    this.#channels.tellOthers(channel.number, app.aid)
    const noFci = (p2 & 0x0c) === 0x0c
    return response((locked ? SW.CARD_LOCKED_WARNING : SW.OK).sw, noFci ? NO_BYTES : this.#fci(selected.app))
  }

  #fci(app: Application): Bytes {
    return isSecurityDomain(app) ? domainFci(this.#services, app) : tlv(0x6f, tlv(0x84, app.aid))
  }

  get #lifeCycle(): number {
    return this.#services.registry.isd()?.lifeCycle ?? LIFE_CYCLE.terminated
  }

  /** True when the card is locked. A locked card keeps no supplementary channel; a terminated one selects nothing. */
  #lockedFor(channel: Channel): boolean {
    const life = this.#lifeCycle
    if (life <= LIFE_CYCLE.secured) return false
    this.#channels.drop(channel.number)
    if (life === LIFE_CYCLE.terminated) throw new StatusError(SW.CONDITIONS)
    if (channel.number !== 0) throw new StatusError(SW.FUNCTION_NOT_SUPPORTED)
    return true
  }
}
