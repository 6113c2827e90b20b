// The access rule application master (ARA-M): tells the handset's enforcer who may reach what; its security domain
// writes. GPC-SEAC v1.0 §4; observed: AOSP SecureElement, aram-applet. It holds rules; the handset applies them.

import { type Bytes, bytes, hex, NO_BYTES } from '../../../base/bytes.ts'
import {
  decodeReference,
  encodeAccessRule,
  encodeRules,
  type ReferencedRule,
  SEAC_TAG,
} from '../../../codec/access-rules.ts'
import { decodeRulesCommand } from '../../../codec/access-rules-commands.ts'
import type { Command, Response } from '../../../codec/apdu.ts'
import { SW } from '../../../codec/sw.ts'
import { decodeTlv, decodeTlvs, tlv } from '../../../codec/tlv.ts'
import type { Applet, AppletContext, Personalisation, SecureChannelService } from '../applet.ts'
import { StatusError } from '../status-error.ts'
import { RuleStore } from './rule-store.ts'

/** Bytes of a list in one answer. Observed: aram-applet. */
const PIECE = 255
/** STORE DATA: the last block. An order is short enough for one. */
const LAST = 0x80
/** Of the interface: DF21 { E5 { E6 major minor patch } }. Observed: pySim. */
const CONFIGURATION = tlv(SEAC_TAG.configuration, tlv(0xe5, tlv(0xe6, bytes(1, 0, 0))))

export function createAccessRules(context: AppletContext): Applet {
  const applet = new AccessRules(context)
  return { process: (c) => applet.process(c), personalise: ({ data }: Personalisation) => applet.order(data) }
}

class AccessRules {
  readonly #context: AppletContext
  readonly #rules: RuleStore
  readonly #channel: SecureChannelService
  /** What GET DATA [next] goes on with. */
  #rest: Bytes = NO_BYTES

  constructor(context: AppletContext) {
    this.#context = context
    this.#rules = new RuleStore(context.records, context.entropy)
    this.#channel = context.secureChannel()
  }

  process(c: Command): Response {
    return this.#channel.handshake(c) ?? this.#channel.within(c, (plain) => this.#answer(plain))
  }

  #answer(c: Command): Bytes {
    if ((c.cla & 0x80) === 0) throw new StatusError(SW.CLA_NOT_SUPPORTED)
    if (c.ins === 0xca) return this.#read(c)
    if (c.ins !== 0xe2 && c.ins !== 0xf0) throw new StatusError(SW.INS_NOT_SUPPORTED)
    if (!this.#channel.open) throw new StatusError(SW.SECURITY_STATUS)
    if (c.ins === 0xf0) return this.#context.setStatus(c)
    if ((c.p1 & LAST) === 0 || c.p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    return this.order(c.data)
  }

  #read({ p1, p2, data, le }: Command): Bytes {
    const tag = (p1 << 8) | p2
    const capacity = Math.min(le ?? PIECE, PIECE)
    switch (tag) {
      case SEAC_TAG.refreshTag:
        return tlv(tag, this.#rules.refreshTag())
      case SEAC_TAG.all:
        return this.#begin(tlv(tag, encodeRules(this.#rules.all())), capacity)
      case SEAC_TAG.next:
        return this.#goOn(capacity)
      case SEAC_TAG.specific:
        return this.#begin(this.#specific(decodeTlv(SEAC_TAG.ref, data)), capacity)
      case SEAC_TAG.clientAids:
        return this.#begin(this.#clients(), capacity)
      case SEAC_TAG.configuration:
        return CONFIGURATION
      default:
        throw new StatusError(SW.REFERENCE_NOT_FOUND)
    }
  }

  #begin(whole: Bytes, capacity: number): Bytes {
    this.#rest = whole.slice(capacity)
    return whole.slice(0, capacity)
  }

  #goOn(capacity: number): Bytes {
    if (this.#rest.length === 0) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    return this.#begin(this.#rest, capacity)
  }

  #specific(reference: Bytes): Bytes {
    const found = this.#rules.of(decodeReference(reference))
    if (found.length === 0) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    return tlv(SEAC_TAG.specific, ...found.map(({ rule }) => encodeAccessRule(rule)))
  }

  /** Applications that keep rules of their own (ARA-C) and made themselves known here. */
  #clients(): Bytes {
    const aids = this.#context.records.names('client/').map((name) => this.#context.records.get(name)!)
    return tlv(SEAC_TAG.clientAids, ...aids.map((aid) => tlv(SEAC_TAG.aidRef, aid)))
  }

  /** One command object, from the security domain or in a session of its own. */
  order(data: Bytes): Bytes {
    const order = decodeRulesCommand(data)
    switch (order.command) {
      case 'store':
        this.#rules.store(checked(order.rule))
        return NO_BYTES
      case 'delete':
        this.#rules.delete(order.what)
        return NO_BYTES
      case 'updateRefreshTag':
        this.#rules.refresh()
        return NO_BYTES
      case 'registerClientAids':
        return this.#register(order.value)
      case 'getAll':
        return tlv(SEAC_TAG.all, encodeRules(this.#rules.all()))
      case 'get':
        return tlv(SEAC_TAG.all, encodeRules(this.#ofApplication(order.value)))
      case 'getClientAids':
        return this.#clients()
      case 'getDeviceConfiguration':
      case 'getNext':
        throw new StatusError(SW.REFERENCE_NOT_FOUND)
    }
  }

  #ofApplication(value: Bytes): ReferencedRule[] {
    const wanted = hex(value)
    return this.#rules.all().filter(({ reference }) => hex(applicationOf(reference.application)) === wanted)
  }

  #register(value: Bytes): Bytes {
    for (const { tag, value: aid } of decodeTlvs(value)) {
      if (tag !== SEAC_TAG.aidRef || aid.length < 5 || aid.length > 16) throw new StatusError(SW.WRONG_DATA)
      this.#context.records.set(`client/${hex(aid)}`, aid)
    }
    return NO_BYTES
  }
}

const applicationOf = (application: ReferencedRule['reference']['application']): Bytes => {
  if (typeof application === 'object') return tlv(SEAC_TAG.aidRef, application)
  if (application === 'none') return NO_BYTES
  return tlv(application === 'all' ? SEAC_TAG.aidRef : SEAC_TAG.defaultApplicationRef)
}

/** A rule that says nothing is a mistake, not a rule. */
function checked(rule: ReferencedRule): ReferencedRule {
  if (Object.keys(rule.rule).length === 0) throw new StatusError(SW.WRONG_DATA)
  return rule
}
