// Requests to holders in the name of services, consents and their life, and what the platform is to J-LIS. Seed 2 pattern 2-2.

import type { Bytes } from '../../../base/bytes.ts'
import type { Authority, Fact } from '../../authority/contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'

/** J-LIS answers an age question within five minutes of being asked; the way there takes time too. */
export const REQUEST_SECONDS = 180
/** After its end, so that a phone that comes late hears why. */
export const REQUEST_KEPT_MS = 24 * 3_600_000

/** Something signed for the own page is taken within ten minutes, and once. */
export const STATEMENT_LIFE_MS = 10 * 60_000

export type RequestKind = 'age' | 'consent' | 'link'
export type RequestEnd = 'reached' | 'notReached' | 'undetermined' | 'given' | 'declined'

export interface WantedLink {
  readonly with: string
  readonly withName: string
  readonly purpose: string
  /** ISO 8601. */
  readonly until: string
}

export interface RequestRecord {
  readonly requestId: string
  readonly kind: RequestKind
  readonly clientId: string
  readonly clientName: string
  /** The age, the facts, or whose records are to be tied to the own ones. */
  readonly asks: number | readonly Fact[] | WantedLink
  readonly nonce: string
  readonly code: string
  readonly at: Date
  readonly state: 'waiting' | RequestEnd
  /** Of a consent or a link: who is asked, and under which name the service knows them. */
  readonly personId: string | null
  readonly subject: string | null
}

/** As it is kept: what is asked is sealed. */
export interface KeptRequest extends Omit<RequestRecord, 'asks'> {
  readonly asks: Bytes
}

/** A certificate is watched until it ends; then its successor is waited for. */
const WATCH_LIFE = {
  watching: { end: 'ended' },
  ended: { succeed: 'watching' },
} as const
export type WatchState = keyof typeof WATCH_LIFE

export interface ConsentRecord {
  readonly consentId: string
  readonly clientId: string
  readonly personId: string
  readonly subject: string
  readonly items: readonly Fact[]
  /** Of the 署名用 certificate that signed the consent, or the first of those that followed one another. */
  readonly givenBy: bigint
  /** Of the one that is watched now: it, or what came after it. */
  readonly serial: bigint
  readonly state: WatchState
  readonly from: Date
  readonly until: Date
}

/** With the CMS that the holder signed, sealed. */
export type SealedConsent = ConsentRecord & { readonly evidence: Bytes }

/** In the register of parties of J-LIS, asked by mutual TLS under that name. */
export interface PlatformParty {
  readonly name: string
  readonly authority: Pick<
    Authority,
    | 'statusChanges'
    | 'determineAge'
    | 'giveConsent'
    | 'relinquishConsent'
    | 'standingConsents'
    | 'latestFacts'
    | 'attestCustody'
    | 'custodyStands'
  >
}

/** For which service a party asks; for none where it is the service itself. */
export const behalfOf = ({ self }: Pick<Deps, 'self'>, clientId: string): string | undefined =>
  self?.clientId === clientId ? undefined : clientId

export function partyOf({ party }: Pick<Deps, 'party'>): PlatformParty {
  if (!party) throw no.notAccredited()
  return party
}
