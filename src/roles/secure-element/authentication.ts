// The card's side of opening SCP03: INITIALIZE UPDATE and EXTERNAL AUTHENTICATE, for every i.
// GPC-D v1.1.1 §5, §7.1. What follows is protected by protocol/globalplatform/scp03-session.

import { type Bytes, bytes, concat, NO_BYTES, u24 } from '../../base/bytes.ts'
import { equalSecret } from '../../base/crypto.ts'
import { type Command, type Response, response } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { decodeLvs } from '../../codec/tlv.ts'
import {
  cardChallenge,
  cardCryptogram,
  dekDecrypt,
  hostCryptogram,
  type MacLength,
  type Scp03Keys,
  sessionKeys,
} from '../../protocol/globalplatform/scp03-keys.ts'
import { isLevel, LEVEL, Scp03Session, SecureMessagingError } from '../../protocol/globalplatform/scp03-session.ts'
import type { CardServices } from './card-services.ts'
import { type Application, isIsd, type Registry } from './registry.ts'
import { counts, covers, macLengthOf } from './scp03-parameter.ts'
import { StatusError } from './status-error.ts'

const COUNTER_MAX = 0xffffff

/** Whose keys opened the session, and which. */
export interface KeyReference {
  readonly domain: Bytes
  readonly version: number
}

/** An authenticated session with a security domain. */
export interface OpenSession {
  readonly session: Scp03Session
  readonly keys: KeyReference
  readonly decrypt: (blocks: Bytes) => Bytes
}

interface Pending extends OpenSession {
  readonly expected: Bytes
}

type State =
  | { readonly name: 'none' | 'aborted' }
  | ({ readonly name: 'pending' } & Pending)
  | ({ readonly name: 'open' } & OpenSession)

export class Authentication {
  readonly #card: CardServices
  readonly #registry: Registry
  readonly #domain: Application
  readonly #macLength: MacLength
  #state: State = { name: 'none' }

  constructor(card: CardServices, domain: Application) {
    this.#card = card
    this.#registry = card.registry
    this.#domain = domain
    this.#macLength = macLengthOf(card.scp03i)
  }

  get open(): OpenSession | undefined {
    return this.#state.name === 'open' ? this.#state : undefined
  }

  /** GPC-D v1.1.1 §5.6: until a new INITIALIZE UPDATE or SELECT everything is refused. */
  get aborted(): boolean {
    return this.#state.name === 'aborted'
  }

  abort(): void {
    this.#state = { name: 'aborted' }
  }

  /** A domain without keys of its own is served by those of its issuer. GPC v2.3.1 §7.3.1, facts of real cards. */
  #keySet(version: number): { reference: KeyReference; keys: Scp03Keys } {
    const own = this.#registry.keys(this.#domain.aid).length > 0 || isIsd(this.#domain)
    const domain = own ? this.#domain.aid : this.#domain.securityDomain
    const found = this.#registry.keySet(domain, version)
    if (!found) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    return { reference: { domain, version: found.version }, keys: found.keys }
  }

  initializeUpdate({ p1, p2, data }: Command): Response {
    this.#state = { name: 'none' }
    if (p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    if (data.length !== this.#macLength) throw new StatusError(SW.WRONG_LENGTH)
    const { reference, keys } = this.#keySet(p1)
    const counter = counts(this.#card.scp03i) ? this.#nextCounter(reference) : NO_BYTES
    const challenge = counter.length === 0 ? this.#card.entropy(this.#macLength) : this.#challenge(keys, counter)
    const derived = sessionKeys(keys, data, challenge)
    this.#state = {
      name: 'pending',
      session: new Scp03Session(derived, this.#macLength),
      keys: reference,
      decrypt: (blocks) => dekDecrypt(keys.dek, blocks),
      expected: hostCryptogram(derived, data, challenge),
    }
    const head = concat(this.#card.diversificationData, bytes(reference.version, 3, this.#card.scp03i))
    return response(SW.OK.sw, concat(head, challenge, cardCryptogram(derived, data, challenge), counter))
  }

  /** Counted before it is used. GPC-D v1.1.1 §6.2.2.1. */
  #nextCounter({ domain, version }: KeyReference): Bytes {
    const counter = this.#registry.counter(domain, version) + 1
    if (counter > COUNTER_MAX) throw new StatusError(SW.CONDITIONS)
    this.#registry.setCounter(domain, version, counter)
    return u24(counter)
  }

  #challenge(keys: Scp03Keys, counter: Bytes): Bytes {
    return cardChallenge(keys, counter, this.#domain.aid, this.#macLength)
  }

  externalAuthenticate(c: Command): Response {
    const state = this.#state
    this.#state = { name: 'none' }
    if (state.name !== 'pending') throw new StatusError(SW.CONDITIONS)
    if (c.p2 !== 0 || !isLevel(c.p1) || !covers(this.#card.scp03i, c.p1)) throw new StatusError(SW.WRONG_P1P2)
    if (c.data.length !== 2 * this.#macLength) throw new StatusError(SW.WRONG_LENGTH)
    if (!equalSecret(c.data.slice(0, this.#macLength), state.expected)) {
      throw new StatusError(SW.AUTHENTICATION_FAILED)
    }
    try {
      state.session.takeMac(c)
    } catch (error) {
      if (error instanceof SecureMessagingError) throw new StatusError(SW.SECURITY_STATUS)
      throw error
    }
    state.session.start(c.p1)
    this.#state = { name: 'open', session: state.session, keys: state.keys, decrypt: state.decrypt }
    return response(SW.OK.sw)
  }

  /** Takes the protection off a command, or aborts the session. */
  unwrap(c: Command): Command {
    const secured = (c.cla & 0x04) !== 0
    const open = this.open
    if (!open) {
      if (secured) throw new StatusError(SW.SECURITY_STATUS)
      return c
    }
    try {
      if (secured && open.session.level === LEVEL.none) throw new SecureMessagingError('not agreed')
      return open.session.unwrap(c)
    } catch (error) {
      if (!(error instanceof SecureMessagingError)) throw error
      this.abort()
      throw new StatusError(SW.SECURITY_STATUS)
    }
  }
}

/** BEGIN and END R-MAC SESSION: refused without an end of the session. GPC-D v1.1.1 §7.1.3, §7.1.4. */
export function changeRmac(i: number, session: Scp03Session, { ins, p1, p2, data }: Command): Bytes {
  const begins = ins === 0x7a
  if (begins ? ![0x10, 0x30].includes(p1) || p2 !== 0x01 : p1 !== 0 || p2 !== 0x03) {
    throw new StatusError(SW.WRONG_P1P2)
  }
  if (begins ? decodeLvs(data).length > 1 : data.length > 0) throw new StatusError(SW.WRONG_DATA)
  if (begins ? !covers(i, p1) || !session.beginRmac(p1) : !session.endRmac()) throw new StatusError(SW.CONDITIONS)
  return NO_BYTES
}
