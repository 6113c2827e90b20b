// The counter's rules as tables, and what it stands on: the machine that writes cards and the reader on the desk.

import { type Bytes, bytes, concat, fromHex, utf8 } from '../../base/bytes.ts'
import { hmacSha256, type KeyPair } from '../../base/crypto.ts'
import type { Clock, Entropy, KeyStore, Log, Session } from '../../base/ports.ts'
import { diversify, type Scp03Keys } from '../../protocol/globalplatform/index.ts'
import { renewableFrom } from '../../protocol/jpki-profile/index.ts'
import type { Authority, CertificateKind } from '../authority/contract.ts'
import type { MyNumberCardImage } from '../my-number-card/contract.ts'
import type { ResidentRegister } from '../resident-register/contract.ts'
import type { SpTsm } from '../sp-tsm/contract.ts'
import type { CardState } from './contract.ts'
import type { CounterStore } from './store.ts'

/** A card in the machine: what is on it survives a break of the machine. */
export interface Blank {
  /** Whether the card of this number is whole. */
  readonly written: boolean
  /** Made on the municipality's equipment (施行規則 第3条), the same one until the card is whole. */
  keyPair(kind: CertificateKind): KeyPair
  hasKeyPair(kind: CertificateKind): boolean
  /** In one go; nothing is left of the key pairs but what is on the card. */
  write(image: MyNumberCardImage): void
  /** Nothing is left at all. */
  wipe(): void
}

export interface CardMachine {
  blank<T>(place: string, cardNumber: string, work: (blank: Blank) => Promise<T>): Promise<T>
  /** A key pair of the equipment, for a card that is written already. */
  keyPair(): KeyPair
  /** The card that lies on the reader of the desk. */
  reader(place: string): Promise<Session>
}

export interface CounterDeps {
  readonly store: CounterStore
  readonly authority: Authority
  readonly register: ResidentRegister
  /** Asked when it is needed: it is there after the counter. */
  readonly spTsm: () => Pick<SpTsm, 'applyAtCounter' | 'install' | 'order' | 'confirmPin' | 'remove'>
  readonly machine: CardMachine
  readonly keys: KeyStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly log: Log
  /** Of the municipality. */
  readonly municipality: string
}

type CardEvent = 'write' | 'handOver' | 'stop' | 'end' | 'undo'

/** A card that was stopped or ended is not used again: there is another. */
const CARD_LIFE = {
  begun: { write: 'made', undo: 'undone' },
  made: { handOver: 'inUse', undo: 'undone' },
  inUse: { stop: 'stopped', end: 'ended' },
  stopped: { end: 'ended' },
  ended: {},
  undone: {},
} as const satisfies Record<CardState, Partial<Record<CardEvent, CardState>>>

export const stateAfter = (state: CardState, event: CardEvent): CardState | undefined =>
  (CARD_LIFE[state] as Partial<Record<CardEvent, CardState>>)[event]

/** From three months before the end (observed: notices of municipalities); and what has ended, but not what is stopped. */
export function mayRenew(status: string, notAfter: Date | undefined, now: Date): boolean {
  if (status !== 'valid') return status === 'revoked' || status === 'expired'
  if (!notAfter) return false
  return now >= renewableFrom(notAfter)
}

/** Version of the issuer's keys on the card. Ours: docs/profile.md#counter. */
export const ISSUER_KEY_VERSION = 0x21

const ofCard = (cardNumber: string): Bytes => concat(bytes(0, 0), fromHex(cardNumber))

/** By which J-LIS comes back to one card, from the master; the counter uses them, no clerk sees them. */
export async function issuerKeys(keys: KeyStore, cardNumber: string): Promise<Scp03Keys> {
  return diversify(await keys.secret('counter-issuer-master', 16), ofCard(cardNumber))
}

export const contentKey = async (keys: KeyStore, cardNumber: string): Promise<Bytes> =>
  hmacSha256(await keys.secret('counter-content-master', 32), utf8(`card ${cardNumber}`))
