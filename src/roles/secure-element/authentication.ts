// The card's side of opening SCP03: INITIALIZE UPDATE and EXTERNAL AUTHENTICATE, i = 70.
// GPC-D v1.1.1 §5, §7.1. What follows is protected by protocol/globalplatform/scp03-session.

import { type Bytes, bytes, concat, u24 } from '../../base/bytes.ts'
import { equalSecret } from '../../base/crypto.ts'
import { type Command, type Response, response } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import {
  cardChallenge,
  cardCryptogram,
  dekDecrypt,
  hostCryptogram,
  type Scp03Keys,
  sessionKeys,
} from '../../protocol/globalplatform/scp03-keys.ts'
import { isLevel, LEVEL, Scp03Session, SecureMessagingError } from '../../protocol/globalplatform/scp03-session.ts'
import { type Application, isIsd, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Pseudo-random challenge, R-MAC and R-ENCRYPTION. GPC-D v1.1.1 Table 5-1. */
export const SCP03_I = 0x70
const CHALLENGE_LENGTH = 8
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
  readonly #registry: Registry
  readonly #domain: Application
  readonly #diversificationData: Bytes
  #state: State = { name: 'none' }

  constructor(registry: Registry, domain: Application, diversificationData: Bytes) {
    this.#registry = registry
    this.#domain = domain
    this.#diversificationData = diversificationData
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
    if (data.length !== CHALLENGE_LENGTH) throw new StatusError(SW.WRONG_LENGTH)
    const { reference, keys } = this.#keySet(p1)
    const counter = this.#registry.counter(reference.domain, reference.version) + 1
    if (counter > COUNTER_MAX) throw new StatusError(SW.CONDITIONS)
    this.#registry.setCounter(reference.domain, reference.version, counter)
    const challenge = cardChallenge(keys, u24(counter), this.#domain.aid, CHALLENGE_LENGTH)
    const derived = sessionKeys(keys, data, challenge)
    this.#state = {
      name: 'pending',
      session: new Scp03Session(derived, CHALLENGE_LENGTH),
      keys: reference,
      decrypt: (blocks) => dekDecrypt(keys.dek, blocks),
      expected: hostCryptogram(derived, data, challenge),
    }
    const head = concat(this.#diversificationData, bytes(reference.version, 3, SCP03_I))
    return response(SW.OK.sw, concat(head, challenge, cardCryptogram(derived, data, challenge), u24(counter)))
  }

  externalAuthenticate(c: Command): Response {
    const state = this.#state
    this.#state = { name: 'none' }
    if (state.name !== 'pending') throw new StatusError(SW.CONDITIONS)
    if (c.p2 !== 0 || !isLevel(c.p1)) throw new StatusError(SW.WRONG_P1P2)
    if (c.data.length !== 2 * CHALLENGE_LENGTH) throw new StatusError(SW.WRONG_LENGTH)
    if (!equalSecret(c.data.slice(0, CHALLENGE_LENGTH), state.expected)) {
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
