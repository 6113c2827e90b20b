// Orders: life cycle as data, and what an order shows. Seed 4 別紙1.

import { type Bytes, concat, hex, utf8 } from '../../base/bytes.ts'
import { cmac, sha256 } from '../../base/crypto.ts'
import { type OrderState, zOrderState } from './contract.ts'

export type StepName = 'deploy' | 'takeKeys' | 'makeKeyPair' | 'issue' | 'write' | 'revoke' | 'terminate'

export interface Transition {
  readonly step: StepName
  readonly next: OrderState
  /** Whether a refusal leads to `undoing`; a step of the way back is tried until it succeeds. */
  readonly forward: boolean
}

/** States that a worker leaves by a step; the others wait for the phone (accepted, written), live (active) or are over. */
export const TRANSITIONS = {
  deploying: { step: 'deploy', next: 'deployed', forward: true },
  deployed: { step: 'takeKeys', next: 'keyed', forward: true },
  keyed: { step: 'makeKeyPair', next: 'keyPairMade', forward: true },
  keyPairMade: { step: 'issue', next: 'issued', forward: true },
  issued: { step: 'write', next: 'written', forward: true },
  undoing: { step: 'revoke', next: 'certificateRevoked', forward: false },
  certificateRevoked: { step: 'terminate', next: 'undone', forward: false },
} as const satisfies Partial<Record<OrderState, Transition>>

export type WorkingState = keyof typeof TRANSITIONS
export const WORKING_STATES = Object.keys(TRANSITIONS) as WorkingState[]
export const isWorking = (state: OrderState): state is WorkingState => Object.hasOwn(TRANSITIONS, state)

/** Where `remove` leads from; absent where it changes nothing. Nothing was sent yet for an accepted order. */
export const REMOVED = {
  accepted: 'undone',
  deploying: 'undoing',
  deployed: 'undoing',
  keyed: 'undoing',
  keyPairMade: 'undoing',
  issued: 'undoing',
  written: 'undoing',
  active: 'undoing',
} as const satisfies Partial<Record<OrderState, OrderState>>
export const REMOVABLE_STATES = Object.keys(REMOVED) as (keyof typeof REMOVED)[]

const WAY_BACK: readonly OrderState[] = ['undoing', 'certificateRevoked', 'undone']
const WAY_THERE = zOrderState.options.filter((state) => !WAY_BACK.includes(state))

/** For a progress bar: steps done and steps in all, on the way there or on the way back. */
export function progress(state: OrderState): { done: number; steps: number } {
  const way = WAY_BACK.includes(state) ? WAY_BACK : WAY_THERE
  return { done: way.indexOf(state), steps: way.length - 1 }
}

/** How far the phone's clock may be off, either way. Ours: docs/profile.md#application. */
export const FRESHNESS_MS = 10 * 60_000

/** A worker that does not renew its lease for so long is dead. Longer than one call to another role may take (30 s). */
export const LEASE_MS = 35_000

/** Failures of one step, refusals aside, after which an order is undone. */
export const MAX_ATTEMPTS = 3

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
export const keyPairRequest = (orderId: string): Bytes => nameFor('key pair', orderId)
export const requestKey = (orderId: string): string => hex(keyPairRequest(orderId))

/** 16 digits that say nothing of the holder or the SIM: anyone near the phone can read them. */
export const tokenSerialNumber = (orderId: string): string =>
  [...sha256(utf8(`token ${orderId}`)).subarray(0, 16)].map((byte) => byte % 10).join('')
