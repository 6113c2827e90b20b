// Requests to holders, and what an accredited service works with.

import type { Authority, Fact } from '../../authority/contract.ts'
import type { Verifier } from '../../verifier/contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'

/** J-LIS answers an age question within five minutes of being asked; the way there takes time too. */
export const REQUEST_SECONDS = 180

/** After its end, so that a phone that comes late hears why. */
export const REQUEST_KEPT_MS = 24 * 3_600_000

/** One answer ends a request; a waiting one past its time counts as `expired`. */
export const REQUEST_LIFE = {
  age: { waiting: ['reached', 'notReached', 'undetermined', 'declined'] },
  consent: { waiting: ['given', 'declined'] },
} as const

export type RequestKind = keyof typeof REQUEST_LIFE
export type RequestEnd = (typeof REQUEST_LIFE)[RequestKind]['waiting'][number]

export interface RequestRecord {
  readonly requestId: string
  readonly kind: RequestKind
  /** The age, or the facts. */
  readonly asks: number | readonly Fact[]
  readonly nonce: string
  readonly code: string
  readonly at: Date
  readonly state: 'waiting' | RequestEnd
  /** Of a consent: which customer is asked. */
  readonly customerNumber: string | null
}

export interface FactsConsentRecord {
  readonly customerNumber: string
  readonly items: readonly Fact[]
  /** Of the 署名用 certificate that the service knows last: the question to J-LIS begins there. */
  readonly serial: bigint
  readonly from: Date
  readonly until: Date
}

/** In the register of parties of J-LIS, asked by mutual TLS under the party's own name. */
export interface Party {
  readonly name: string
  readonly authority: Pick<Authority, 'determineAge' | 'giveConsent' | 'latestFacts'>
  readonly verifier: Pick<Verifier, 'verifySignature'>
}

export function partyOf({ party }: Pick<Deps, 'party'>): Party {
  if (!party) throw no.notAccredited()
  return party
}
