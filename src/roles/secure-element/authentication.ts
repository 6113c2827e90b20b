// A security domain's session: INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, and protection off and on until it ends.
// GPC-D v1.1.1 §5, §7.1; GPC v2.3.1 §E.5. What SCP02 and SCP03 compute is in handshake.ts.

import { type Bytes, bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import { equalSecret } from '../../base/crypto.ts'
import { type Command, type Response, response } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW } from '../../codec/sw.ts'
import { decodeLvs } from '../../codec/tlv.ts'
import { SECRET_KEY_TYPE } from '../../protocol/globalplatform/key-set.ts'
import { covers, type ScpParameters } from '../../protocol/globalplatform/scp-parameter.ts'
import {
  carriesMac,
  LEVEL,
  SecureMessagingError,
  type SecureSession,
} from '../../protocol/globalplatform/secure-session.ts'
import type { SecureChannelService } from './applet.ts'
import type { CardServices } from './card-services.ts'
import { type Handshake, PROTOCOL } from './handshake.ts'
import { ancestry } from './hierarchy.ts'
import type { Dek } from './key-fields.ts'
import { type Application, isLocked, type Registry, type StoredKeySet } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Whose keys opened the session, and which. */
export interface KeyReference {
  readonly domain: Bytes
  readonly version: number
}

/** An authenticated session with a security domain. */
export interface OpenSession {
  readonly session: SecureSession
  readonly keys: KeyReference
  readonly dek: Dek
}

type State =
  | { readonly name: 'none' | 'aborted' }
  | { readonly name: 'pending'; readonly handshake: Handshake; readonly keys: KeyReference }
  | ({ readonly name: 'open' } & OpenSession)

export class Authentication implements SecureChannelService {
  readonly #card: CardServices
  readonly #registry: Registry
  readonly #domain: Application
  #state: State = { name: 'none' }

  constructor(card: CardServices, domain: Application) {
    this.#card = card
    this.#registry = card.registry
    this.#domain = domain
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

  /** A domain without a key set of its own is served by the nearest above that has one. GPC v2.3.1 §7.3.1, facts of real cards. */
  #keySet(version: number): { set: StoredKeySet; domain: Bytes } {
    const chain = ancestry(this.#registry, this.#domain.aid)
    const owner = chain.find(({ aid }) => this.#registry.keySet(aid, 0))
    const set = owner && this.#registry.keySet(owner.aid, version)
    if (!set) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    // GPC v2.3.1 §5.3.2.4: the services of a locked domain fail.
    if (isLocked(owner)) throw new StatusError(SW.CONDITIONS)
    return { set, domain: owner.aid }
  }

  initializeUpdate({ p1, p2, data }: Command): Response {
    this.#state = { name: 'none' }
    if (p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    const { set, domain } = this.#keySet(p1)
    const { type, version, keys } = set
    const i = parameterFor(this.#card.profile.scp, type)
    const protocol = PROTOCOL[type]
    if (data.length !== protocol.challenge(i)) throw new StatusError(SW.WRONG_LENGTH)
    const counter = {
      value: this.#registry.counter(domain, version),
      put: (value: number) => this.#registry.setCounter(domain, version, value),
    }
    if (counter.value >= protocol.counterMax) throw new StatusError(SW.CONDITIONS)
    const { aid } = this.#domain
    const handshake = protocol.begin(i, {
      keys,
      hostChallenge: data,
      aid,
      counter,
      entropy: this.#card.entropy,
      countsEmptyCommands: this.#card.profile.countsEmptyCommands,
    })
    this.#state = { name: 'pending', handshake, keys: { domain, version } }
    return response(SW.OK.sw, concat(this.#card.diversificationData, bytes(version), handshake.answer))
  }

  externalAuthenticate(c: Command): Response {
    const state = this.#state
    this.#state = { name: 'none' }
    if (state.name !== 'pending') throw new StatusError(SW.CONDITIONS)
    const { session, hostCryptogram, dek, takes, opened } = state.handshake
    const level = c.p1
    if (c.p2 !== 0 || !takes(level)) throw new StatusError(SW.WRONG_P1P2)
    const length = hostCryptogram.length
    if (c.data.length !== 2 * length) throw new StatusError(SW.WRONG_LENGTH)
    if (!equalSecret(c.data.slice(0, length), hostCryptogram)) throw new StatusError(SW.AUTHENTICATION_FAILED)
    try {
      session.takeMac(c)
    } catch (error) {
      if (error instanceof SecureMessagingError) throw new StatusError(SW.SECURITY_STATUS)
      throw error
    }
    opened?.()
    session.start(level)
    this.#state = { name: 'open', session, keys: state.keys, dek }
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

  /** INITIALIZE UPDATE and EXTERNAL AUTHENTICATE; undefined for another command. After an abort all others are 6982. */
  handshake(c: Command): Response | undefined {
    if ((c.cla & 0x80) !== 0 && c.ins === 0x50) return this.initializeUpdate(c)
    if (this.#state.name === 'aborted') throw new StatusError(SW.SECURITY_STATUS)
    return c.cla === 0x84 && c.ins === 0x82 ? this.externalAuthenticate(c) : undefined
  }

  /** Answers a command within the session, if one is open: protection off before `act`, on for what it answers. */
  within(c: Command, act: (plain: Command) => Bytes | Response): Response {
    const plain = this.unwrap(c)
    const session = this.open?.session
    const level = session?.level
    try {
      const answer = answered(() => act(plain))
      return session ? session.wrapResponse(answer, level) : answer
    } catch (error) {
      if (!(error instanceof StatusError) || !session) throw error
      const answer = session.wrapResponse(response(error.sw), level)
      if (!carriesMac(error.sw)) throw error
      this.#card.undo()
      return answer
    }
  }
}

/** The key set is there, but does the card speak its protocol? */
function parameterFor({ scp02, scp03 }: ScpParameters, type: StoredKeySet['type']): number {
  const i = type === SECRET_KEY_TYPE.des ? scp02 : scp03
  if (i === undefined) throw new StatusError(SW.CONDITIONS)
  return i
}

/** Data alone is 9000; what does not decode is 6A80. */
function answered(act: () => Bytes | Response): Response {
  try {
    const answer = act()
    return answer instanceof Uint8Array ? response(SW.OK.sw, answer) : answer
  } catch (error) {
    if (error instanceof CodecError) throw new StatusError(SW.WRONG_DATA)
    throw error
  }
}

/** BEGIN and END R-MAC SESSION: refused without an end of the session. GPC-D v1.1.1 §7.1.3, §7.1.4. */
export function changeRmac(
  { scp03 = 0 }: ScpParameters,
  session: SecureSession,
  { ins, p1, p2, data }: Command,
): Bytes {
  const begins = ins === 0x7a
  if (begins ? ![0x10, 0x30].includes(p1) || p2 !== 0x01 : p1 !== 0 || p2 !== 0x03) {
    throw new StatusError(SW.WRONG_P1P2)
  }
  if (begins ? decodeLvs(data).length > 1 : data.length > 0) throw new StatusError(SW.WRONG_DATA)
  if (begins ? !covers(scp03, p1) || !session.beginRmac(p1) : !session.endRmac()) throw new StatusError(SW.CONDITIONS)
  return NO_BYTES
}
