// A security domain, issuer or supplementary: which command does what, under which security. GPC v2.3.1 §11.
// Content, keys, registry queries and personalisation are in their own files.

import { type Bytes, bytes, concat, hex, NO_BYTES } from '../../base/bytes.ts'
import { type Command, type Response, response } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import type { Applet } from './applet.ts'
import { Authentication, changeRmac, type KeyReference, type OpenSession } from './authentication.ts'
import type { CardServices } from './card-services.ts'
import { ContentManagement } from './content.ts'
import { getData } from './data-objects.ts'
import { putKey } from './keys.ts'
import { type Application, isLocked } from './registry.ts'
import { StatusQuery, setStatus } from './status-commands.ts'
import { StatusError } from './status-error.ts'
import { StoreData } from './store-data.ts'

/** Longest command that a GlobalPlatform chain may make up. */
const CHAIN_MAX = 4096
/** DELETE, INSTALL and PUT KEY may come as a chain: P1 bit 8 says that more follows. GPC v2.3.1 §11.1.5.1. */
const CHAINABLE = new Set([0xe4, 0xe6, 0xd8])

/** What a session gives, and what a secured packet gives that needs none. */
export interface Rights {
  readonly session?: OpenSession['session']
  readonly keys: KeyReference
  readonly decrypt: (blocks: Bytes) => Bytes
}

export class SecurityDomain implements Applet {
  readonly #card: CardServices
  readonly #self: Application
  readonly #authentication: Authentication
  readonly #content: ContentManagement
  readonly #storeData: StoreData
  readonly #statusQuery: StatusQuery
  readonly #granted: Rights | undefined
  #chain: { readonly header: string; readonly data: Bytes } | undefined

  /** `granted` are the rights that its commands have without a session of their own: they came in secured packets. */
  constructor(card: CardServices, self: Application, granted?: Rights) {
    this.#card = card
    this.#self = self
    this.#granted = granted
    this.#authentication = new Authentication(card, self)
    this.#content = new ContentManagement(card, self)
    this.#storeData = new StoreData(card, self)
    this.#statusQuery = new StatusQuery(card.registry, self)
  }

  process(c: Command): Response {
    if ((c.cla & 0x08) !== 0) throw new StatusError(SW.SECURE_MESSAGING_NOT_SUPPORTED)
    // GPC v2.3.1 §11.1.5: short lengths only.
    if (c.extended && (c.cla & 0x80) !== 0) throw new StatusError(SW.WRONG_LENGTH)
    if (c.data.length > this.#card.profile.commandMax) throw new StatusError(SW.WRONG_LENGTH)
    const self = this.#card.registry.application(this.#self.aid)
    if (!self || isLocked(self)) throw new StatusError(SW.CONDITIONS)
    if ((c.cla & 0x80) !== 0 && c.ins === 0x50) this.#chain = undefined
    const opening = this.#authentication.handshake(c)
    if (opening) return opening
    const whole = this.#assemble(c)
    return whole ? this.#authentication.within(whole, (plain) => this.#dispatch(plain)) : response(SW.OK.sw)
  }

  /** Undefined while a chain is going on. */
  #assemble(c: Command): Command | undefined {
    const chain = this.#chain
    this.#chain = undefined
    const header = hex(bytes(c.cla, c.ins, c.p1 & 0x7f, c.p2))
    const follows = CHAINABLE.has(c.ins) && (c.cla & 0x80) !== 0 && (c.p1 & 0x80) !== 0
    if (chain && (chain.header !== header || !CHAINABLE.has(c.ins))) throw new StatusError(SW.CONDITIONS)
    const data = concat(chain?.data ?? NO_BYTES, c.data)
    if (data.length > CHAIN_MAX) throw new StatusError(SW.WRONG_P1P2)
    const whole = { ...c, data }
    if (!follows) return whole
    this.#chain = { header, data }
    return undefined
  }

  #dispatch(c: Command): Bytes | Response {
    if (c.ins === 0xca) return getData(this.#card, this.#current, c, this.#authentication.open?.session.level)
    if (c.cla === 0x00 && c.ins === 0x84) return this.#getChallenge(c)
    const authenticated = (c.cla & 0x80) === 0 ? undefined : AUTHENTICATED.get(c.ins)
    if (!authenticated) throw new StatusError(SW.INS_NOT_SUPPORTED)
    const open = this.#authentication.open ?? this.#granted
    if (!open) throw new StatusError(SW.SECURITY_STATUS)
    if (c.ins !== 0xf2) this.#statusQuery.end()
    return this.#act(authenticated, c, open)
  }

  /** `GET CHALLENGE`. Observed: myna-card, at MF level too. */
  #getChallenge({ le }: Command): Bytes {
    if (le === undefined) throw new StatusError(SW.WRONG_LENGTH)
    if (le > 256) throw new StatusError(SW.CONDITIONS)
    return this.#card.entropy(le)
  }

  /** As the registry has it now: a registry update may have changed it. */
  get #current(): Application {
    return this.#card.registry.application(this.#self.aid) ?? this.#self
  }

  #act(name: AuthenticatedCommand, c: Command, open: Rights): Bytes | Response {
    switch (name) {
      case 'INSTALL':
        return c.p1 === 0x20 ? this.#storeData.begin(c) : this.#content.install(c)
      case 'LOAD':
        if (c.data.length > this.#card.profile.loadBlockMax) throw new StatusError(SW.WRONG_LENGTH)
        return this.#content.load(c)
      case 'DELETE':
        return this.#content.delete(c, open.keys)
      case 'PUT KEY':
        return putKey(this.#card.registry, this.#self.aid, c, open.decrypt)
      case 'STORE DATA':
        return this.#storeData.store(c, open.decrypt)
      case 'SET STATUS':
        return setStatus(this.#card.registry, this.#current, c)
      case 'GET STATUS':
        return this.#statusQuery.answer(c)
      case 'BEGIN R-MAC':
      case 'END R-MAC':
        if (!open.session) throw new StatusError(SW.CONDITIONS)
        return changeRmac(this.#card.profile.scp, open.session, c)
    }
  }
}

type AuthenticatedCommand =
  | 'INSTALL'
  | 'LOAD'
  | 'DELETE'
  | 'PUT KEY'
  | 'STORE DATA'
  | 'SET STATUS'
  | 'GET STATUS'
  | 'BEGIN R-MAC'
  | 'END R-MAC'

/** Commands that need an authenticated session. GPC v2.3.1 Table 11-2. */
const AUTHENTICATED = new Map<number, AuthenticatedCommand>([
  [0xe6, 'INSTALL'],
  [0xe8, 'LOAD'],
  [0xe4, 'DELETE'],
  [0xd8, 'PUT KEY'],
  [0xe2, 'STORE DATA'],
  [0xf0, 'SET STATUS'],
  [0xf2, 'GET STATUS'],
  [0x7a, 'BEGIN R-MAC'],
  [0x78, 'END R-MAC'],
])
