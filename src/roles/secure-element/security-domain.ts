// A security domain, issuer or supplementary: which command does what, under which security. GPC v2.3.1 §11.
// Content, keys, registry queries and personalisation are in their own files.

import { type Bytes, bytes, concat, hex, NO_BYTES } from '../../base/bytes.ts'
import { type Command, type Response, response } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { LIFE_CYCLE } from '../../protocol/globalplatform/registry.ts'
import type { Applet, Personalisation } from './applet.ts'
import { Authentication, changeRmac, type KeyReference, type OpenSession } from './authentication.ts'
import type { CardServices } from './card-services.ts'
import { ContentManagement } from './content.ts'
import { getData } from './data-objects.ts'
import { checkRestriction } from './delegation.ts'
import { keepData } from './domain-data.ts'
import { manageElfUpgrade } from './elf-upgrade.ts'
import { StatusQuery } from './get-status.ts'
import type { Dek } from './key-fields.ts'
import { putKey } from './keys.ts'
import { type Application, isIsd, isLocked } from './registry.ts'
import { setStatus } from './set-status.ts'
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
  readonly dek: Dek
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
    const current = () => this.#current
    this.#content = new ContentManagement(card, current)
    this.#storeData = new StoreData(card, current)
    this.#statusQuery = new StatusQuery(card.registry, current)
  }

  /** From a domain above, over its session: data objects and keys of this one. GPC v2.3.1 §7.3.2. */
  personalise(from: Personalisation): Bytes {
    keepData(this.#card.registry, this.#current, from)
    return NO_BYTES
  }

  /** GPC v2.3.1 §11.11.1: a personalization session ends when its domain is selected on another channel. */
  selectedElsewhere(): void {
    this.#storeData.end()
  }

  process(c: Command): Response {
    if ((c.cla & 0x08) !== 0) throw new StatusError(SW.SECURE_MESSAGING_NOT_SUPPORTED)
    // GPC v2.3.1 §11.1.5: short lengths only.
    if (c.extended && (c.cla & 0x80) !== 0) throw new StatusError(SW.WRONG_LENGTH)
    if (c.data.length > this.#card.profile.commandMax) throw new StatusError(SW.WRONG_LENGTH)
    if (isLocked(this.#current)) throw new StatusError(SW.CONDITIONS)
    if ((c.cla & 0x80) !== 0 && c.ins === 0x50) this.#beginAnew()
    const opening = this.#authentication.handshake(c)
    if (opening) return opening
    const whole = this.#assemble(c)
    return whole ? this.#authentication.within(whole, (plain) => this.#dispatch(plain)) : response(SW.OK.sw)
  }

  /** Nothing of the session before goes on in the next one. */
  #beginAnew(): void {
    this.#chain = undefined
    this.#storeData.end()
    this.#content.end()
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
    if (isGetData(c)) return getData(this.#card, this.#current, c, this.#authentication.open?.session.level)
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
    const { registry } = this.#card
    return (isIsd(this.#self) ? registry.isd() : registry.application(this.#self.aid)) ?? this.#self
  }

  #beginPersonalization(c: Command): Bytes {
    this.#content.end()
    checkRestriction(this.#card.registry, this.#current, 'personalization')
    return this.#storeData.begin(c)
  }

  #act(name: AuthenticatedCommand, c: Command, open: Rights): Bytes | Response {
    const lifeCycle = this.#card.registry.isd()?.lifeCycle ?? LIFE_CYCLE.terminated
    if (lifeCycle > LIFE_CYCLE.secured && !WHEN_LOCKED.has(name)) throw new StatusError(SW.CONDITIONS)
    switch (name) {
      case 'INSTALL':
        return c.p1 === 0x20 ? this.#beginPersonalization(c) : this.#content.install(c)
      case 'LOAD':
        if (c.data.length > this.#card.profile.loadBlockMax) throw new StatusError(SW.WRONG_LENGTH)
        return this.#content.load(c)
      case 'DELETE':
        return this.#content.delete(c, open.keys)
      case 'PUT KEY':
        return putKey(this.#card.registry, this.#current.aid, c, open.dek)
      case 'STORE DATA':
        return this.#storeData.store(c, open.dek)
      case 'MANAGE ELF UPGRADE':
        this.#content.end()
        return manageElfUpgrade(this.#card, this.#current, c)
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

/** The odd instruction of the ISO class lists applications and nothing else. GPC v2.3.1 §11.3.2. */
const isGetData = ({ cla, ins, p1, p2 }: Command): boolean =>
  ins === 0xca || (ins === 0xcb && (cla & 0x80) === 0 && p1 === 0x2f && p2 === 0x00)

/** GPC v2.3.1 Table 11-1: content, keys and data do not change while the card is locked. */
const WHEN_LOCKED: ReadonlySet<string> = new Set<AuthenticatedCommand>([
  'SET STATUS',
  'GET STATUS',
  'BEGIN R-MAC',
  'END R-MAC',
])

type AuthenticatedCommand =
  | 'INSTALL'
  | 'LOAD'
  | 'DELETE'
  | 'PUT KEY'
  | 'STORE DATA'
  | 'MANAGE ELF UPGRADE'
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
  [0xea, 'MANAGE ELF UPGRADE'],
  [0xf0, 'SET STATUS'],
  [0xf2, 'GET STATUS'],
  [0x7a, 'BEGIN R-MAC'],
  [0x78, 'END R-MAC'],
])
