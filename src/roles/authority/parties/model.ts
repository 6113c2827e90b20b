// Who outside may ask J-LIS for what: accredited parties (公的個人認証法 第17条, 第36条) and the services they were granted.

import type { Authority } from '../contract.ts'

export const SERVICES = ['status', 'link', 'age', 'facts', 'notices', 'custody'] as const
export type PartyService = (typeof SERVICES)[number]

/** Which service each question belongs to; what is not listed is asked by nobody outside. */
export const SERVICE_OF = {
  status: 'status',
  crl: 'status',
  ocsp: 'status',
  caCertificates: 'status',
  link: 'link',
  chain: 'link',
  ageKey: 'age',
  determineAge: 'age',
  giveConsent: 'facts',
  withdrawConsent: 'facts',
  relinquishConsent: 'facts',
  standingConsents: 'facts',
  latestFacts: 'facts',
  statusChanges: 'notices',
  attestCustody: 'custody',
  custodyStands: 'custody',
} as const satisfies Partial<Record<keyof Authority, PartyService>>

/** Ages that a service may be granted to ask for: few, so that no series of questions finds a birthday. */
export const AGE_LIMITS = [13, 15, 18, 20, 65] as const

/** An age question is answered within this time of being asked. */
export const AGE_QUESTION_LIFE_MS = 5 * 60_000

/** A consent is good for ten years from the day after. Observed: the guideline for platform operators (facts of 2026). */
export const CONSENT_YEARS = 10

/** 最新の利用者情報: what a consent may name. */
export const FACTS = ['name', 'address', 'birthDate', 'gender'] as const
export type Fact = (typeof FACTS)[number]
