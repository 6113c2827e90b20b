// The certification authorities' rules as tables: life of a certificate, what drags what along, who may ask for links.
// RFC 5280 §5.3.1, JPKI CPS §4.9.9, seed 2, seed 4 (4)②.

import type { RegisterEvent } from '../resident-register/contract.ts'
import type { CertificateKind, RevocationReason } from './contract.ts'

/** What a certificate is for. `ca` and `ocsp` take serial numbers of the same series but are nobody's in the register. */
export type Medium = 'card' | 'phone' | 'ca' | 'ocsp'

/** `pending`: serial number and tbsCertificate are stored, the signature is not yet. */
export type Status = 'pending' | 'valid' | 'onHold' | 'revoked' | 'expired'
type Event = 'sign' | 'hold' | 'resume' | 'revoke' | 'expire'

/** State × event → state. Whose hold is released, and by whom: revocation/rights.ts. */
const CERTIFICATE_LIFE = {
  pending: { sign: 'valid', hold: 'revoked', revoke: 'revoked', expire: 'expired' },
  valid: { hold: 'onHold', revoke: 'revoked', expire: 'expired' },
  onHold: { resume: 'valid', revoke: 'revoked' },
  revoked: {},
  expired: {},
} as const satisfies Record<Status, Partial<Record<Event, Status>>>

/** The state after revocation for this reason, or undefined when the certificate keeps what it has. */
export const statusAfter = (status: Status, reason: RevocationReason): Status | undefined =>
  (CERTIFICATE_LIFE[status] as Partial<Record<Event, Status>>)[reason === 'certificateHold' ? 'hold' : 'revoke']

/** A certificate by its place in the link card 署名用 ↔ card 利用者証明用 ↔ phone 利用者証明用. */
export type Place = 'card-auth' | 'card-sign' | 'phone-auth'

export const PLACES = {
  'card-auth': { kind: 'auth', medium: 'card' },
  'card-sign': { kind: 'sign', medium: 'card' },
  'phone-auth': { kind: 'auth', medium: 'phone' },
} as const satisfies Record<Place, { kind: CertificateKind; medium: Medium }>

export const placeOf = (row: { kind: CertificateKind; medium: Medium }): Place | undefined =>
  (Object.keys(PLACES) as Place[]).find(
    (place) => PLACES[place].kind === row.kind && PLACES[place].medium === row.medium,
  )

/**
 * Whose revocation revokes whose: a phone has no certificate of its own standing. The phone's gets
 * `cessationOfOperation`, and a hold stays a hold. One whose card is renewed (`superseded`) waits for the card's new
 * certificate and goes on under it to its own end. Ours: docs/profile.md#revocation.
 */
const CASCADE = {
  'card-auth': ['phone-auth'],
  'card-sign': [],
  'phone-auth': [],
} as const satisfies Record<Place, readonly Place[]>

export const fallsWith = (place: Place, reason: RevocationReason): readonly Place[] =>
  reason === 'superseded' ? [] : CASCADE[place]

export const cascadeReason = (reason: RevocationReason): RevocationReason =>
  reason === 'certificateHold' ? 'certificateHold' : 'cessationOfOperation'

/** What a change in the resident register revokes: the four facts are in the 署名用 certificate only. */
export const ON_REGISTER_EVENT = {
  move: { kinds: ['sign'], reason: 'affiliationChanged' },
  rename: { kinds: ['sign'], reason: 'affiliationChanged' },
  correct: { kinds: ['sign'], reason: 'affiliationChanged' },
  die: { kinds: ['sign', 'auth'], reason: 'cessationOfOperation' },
  emigrate: { kinds: ['sign', 'auth'], reason: 'cessationOfOperation' },
  // What was revoked stays so (RFC 5280 §5.3.1): who is restored gets new certificates.
  restore: { kinds: [], reason: 'cessationOfOperation' },
} as const satisfies Record<RegisterEvent, { kinds: readonly CertificateKind[]; reason: RevocationReason }>

export type Asker = 'sp-tsm' | 'verifier' | 'counter'

/** Who may be told which serial. Seed 4 (4)②: the link is for those who issue and those who verify. Ours: docs/profile.md#links. */
export const MAY_ASK = {
  'sp-tsm': ['card-auth', 'phone-auth'],
  verifier: ['card-auth', 'card-sign'],
  counter: ['card-auth', 'card-sign', 'phone-auth'],
} as const satisfies Record<Asker, readonly Place[]>

/** No 署名用 certificate under this age. Observed: notices of municipalities. */
export const SIGN_MINIMUM_AGE = 15

/** A CRL is made daily and on each revocation; a verifier may rely on one for this long. Ours: docs/profile.md#revocation. */
export const CRL_LIFE_MS = 24 * 3600_000
/** Asked for after this time, the next is made although nothing was revoked. */
export const CRL_RENEW_AFTER_MS = 12 * 3600_000

/** A delta CRL is laid upon a complete CRL that was made this long ago at least. */
export const DELTA_BASE_MS = 24 * 3600_000

/** Clocks of two processes of the authority may differ by this much. */
export const CLOCK_SKEW_MS = 5 * 60_000

/** Status data are refreshed every 15 minutes (observed: announcements of the Digital Agency); an answer outlives one missed time. */
export const OCSP_LIFE_MS = 30 * 60_000
/** Older ones are made anew when the job comes by. */
export const OCSP_RENEW_AFTER_MS = 10 * 60_000
/** For which a page of answers belongs to who works at it; after a crash others take it up then. */
export const OCSP_LEASE_MS = 60_000

/** A whole revocation filter each day, a delta upon it each hour; a terminal may rely on one for two days. */
export const FILTER_WHOLE_MS = 24 * 3600_000
export const FILTER_DELTA_MS = 3600_000
export const FILTER_LIFE_MS = 48 * 3600_000

/** A responder's next certificate is made this long before the last one ends. */
export const RESPONDER_RENEW_BEFORE_MS = 7 * 24 * 3600_000
