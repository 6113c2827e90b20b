// Orders: life cycle as data, and what an order shows. Seed 4 別紙1.

import { type Bytes, concat, hex, utf8 } from '../../base/bytes.ts'
import { cmac, sha256 } from '../../base/crypto.ts'
import type { OrderState } from './contract.ts'

export type StepName =
  | ('deploy' | 'takeKeys' | 'load' | 'makeKeyPair' | 'issue' | 'write' | 'revoke' | 'terminate')
  | ('hold' | 'suspend' | 'wake' | 'release' | 'resetPin' | 'upgrade')
  | ('makeNextKeyPair' | 'issueNext' | 'writeNext' | 'revokeOld' | 'revokeNext' | 'dropNext')

export interface Transition {
  readonly step: StepName
  /** Unless the step itself says where an interrupted way goes on. */
  readonly next: OrderState
  /** Where a refusal or repeated failure leads; without it the step is tried until it succeeds. */
  readonly back?: OrderState
}

/** States that a worker leaves by a step; the others wait for the phone (applied, accepted, written), live (active) or are over. */
export const TRANSITIONS = {
  deploying: { step: 'deploy', next: 'deployed', back: 'undoing' },
  deployed: { step: 'takeKeys', next: 'keyed', back: 'undoing' },
  keyed: { step: 'load', next: 'loaded', back: 'undoing' },
  loaded: { step: 'makeKeyPair', next: 'keyPairMade', back: 'undoing' },
  keyPairMade: { step: 'issue', next: 'issued', back: 'undoing' },
  issued: { step: 'write', next: 'written', back: 'undoing' },

  holding: { step: 'hold', next: 'held' },
  held: { step: 'suspend', next: 'suspended' },
  resuming: { step: 'wake', next: 'awake' },
  awake: { step: 'release', next: 'active' },

  renewing: { step: 'makeNextKeyPair', next: 'nextKeyPairMade', back: 'renewalFailed' },
  nextKeyPairMade: { step: 'issueNext', next: 'nextIssued', back: 'renewalFailed' },
  // From here the SIM may use the new key, whatever it answered: there is no way back.
  nextIssued: { step: 'writeNext', next: 'nextWritten' },
  nextWritten: { step: 'revokeOld', next: 'active' },
  renewalFailed: { step: 'revokeNext', next: 'nextRevoked' },
  nextRevoked: { step: 'dropNext', next: 'active' },

  resetting: { step: 'resetPin', next: 'written' },

  upgrading: { step: 'upgrade', next: 'active', back: 'active' },

  undoing: { step: 'revoke', next: 'certificateRevoked' },
  certificateRevoked: { step: 'terminate', next: 'undone' },
} as const satisfies Partial<Record<OrderState, Transition>>

export type WorkingState = keyof typeof TRANSITIONS
export const WORKING_STATES = Object.keys(TRANSITIONS) as WorkingState[]
export const isWorking = (state: OrderState): state is WorkingState => Object.hasOwn(TRANSITIONS, state)

/** For a progress bar: the ways of an order, each from where it begins to where it ends. */
const WAYS: readonly (readonly OrderState[])[] = [
  ['applied'],
  ['accepted', 'deploying', 'deployed', 'keyed', 'loaded', 'keyPairMade', 'issued', 'written', 'active'],
  ['holding', 'held', 'suspended'],
  ['resuming', 'awake', 'active'],
  ['renewing', 'nextKeyPairMade', 'nextIssued', 'nextWritten', 'active'],
  ['renewalFailed', 'nextRevoked', 'active'],
  ['resetting', 'written', 'active'],
  ['upgrading', 'active'],
  ['undoing', 'certificateRevoked', 'undone'],
]

/** Steps done and steps in all, on the way that the order is on. */
export function progress(state: OrderState): { done: number; steps: number } {
  const way = WAYS.find((states) => states.includes(state))!
  return { done: way.indexOf(state), steps: way.length - 1 }
}

/** How far the phone's clock may be off, either way. Ours: docs/profile.md#application. */
export const FRESHNESS_MS = 10 * 60_000

/** A worker that does not renew its lease for so long is dead. Longer than one call to another role may take (30 s). */
export const LEASE_MS = 35_000

/** Failures of one step, refusals aside, after which an order is undone. */
const MAX_ATTEMPTS = 3

/** The same while another role does not answer, or its database or HSM: as many as a job tries, in some four minutes. One that fails is not away. */
const MAX_ATTEMPTS_UNREACHED = 10
const UNREACHED = /^(peer\/unreachable$|database\/|hsm\/)/

/** The same while the phone is off or has no network: a job tries ten times, and is woken each quarter of an hour. A day or so. */
const MAX_ATTEMPTS_AWAY = 1000
/** What a carrier says when no way leads to the SIM at the moment. */
const AWAY = 'carrier/noBearer'

/** After how many failures for this reason, the code of a refusal if it was one, there is no going on. */
export function attemptsFor(reason: string): number {
  if (reason === AWAY) return MAX_ATTEMPTS_AWAY
  return UNREACHED.test(reason) ? MAX_ATTEMPTS_UNREACHED : MAX_ATTEMPTS
}

/** Version of J-LIS's own keys in the domain; the carrier's first keys have another. */
export const OWN_KEY_VERSION = 0x32

/** 16 bytes that follow from an order and do not lead to it: the order id itself is the phone's alone. */
const nameFor = (use: string, orderId: string): Bytes => sha256(utf8(`${use} ${orderId}`)).slice(0, 16)

/** Of a call to the carrier: the same while its answer is lost, another after each failure. */
export const callIdentifier = (orderId: string, call: string, attempts: number): string =>
  hex(nameFor(`call ${call} ${attempts}`, orderId))

/** What the carrier knows an order by. */
export const serviceInstance = (orderId: string): string => hex(nameFor('service instance', orderId))

/**
 * Key diversification data of the domain. Of the order and not of the SIM: a domain that is made anew counts its
 * sessions anew, and under the same keys an old session could be played to it again.
 */
export const domainDiversification = (orderId: string): Bytes => sha256(utf8(`security domain ${orderId}`)).slice(0, 10)

/** 32 bytes for this order's content encryption. NIST SP 800-108 counter mode, PRF AES-CMAC. */
export const contentKey = (master: Bytes, orderId: string): Bytes =>
  concat(...[1, 2].map((i) => cmac(master, Uint8Array.of(i), utf8(`content ${orderId}`))))

/** Kind of the holder's key pair. */
export const KEY_ALGORITHM = 'RSA-2048'

/** The card ties its key pair to this, and the authority, in hex, its certificate and a key that it made for the card. */
export const keyPairRequest = (orderId: string, number: number): Bytes =>
  nameFor(number === 1 ? 'key pair' : `key pair ${number}`, orderId)
export const requestKey = (orderId: string, number: number): string => hex(keyPairRequest(orderId, number))

/** 16 digits that say nothing of the holder or the SIM: anyone near the phone can read them. */
export const tokenSerialNumber = (orderId: string): string =>
  [...sha256(utf8(`token ${orderId}`)).subarray(0, 16)].map((byte) => byte % 10).join('')
