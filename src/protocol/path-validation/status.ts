// What one piece of revocation evidence says of one certificate. `none`: it says nothing of it, with the reason why.

import type { Bytes } from '../../base/bytes.ts'
import type { CertificateList, CrlReason } from '../../codec/crl.ts'
import type { BasicOcspResponse, SingleResponse } from '../../codec/ocsp.ts'

/** What was relied on: a complete list with the delta that was applied, or one answer of a response. */
export type Source =
  | { readonly kind: 'crl'; readonly list: CertificateList; readonly delta?: CertificateList }
  | {
      readonly kind: 'ocsp'
      readonly raw: Bytes
      readonly response: BasicOcspResponse
      readonly single: SingleResponse
    }

export type Status =
  | { readonly kind: 'good'; readonly evidence: string; readonly sources: readonly Source[] }
  | { readonly kind: 'revoked'; readonly evidence: string; readonly sources: readonly Source[] }
  | { readonly kind: 'none'; readonly evidence: string }

export const good = (evidence: string, ...sources: readonly Source[]): Status => ({ kind: 'good', evidence, sources })
export const none = (evidence: string): Status => ({ kind: 'none', evidence })

export const revoked = (source: Source, revokedAt: Date, reason: CrlReason = 'unspecified'): Status => ({
  kind: 'revoked',
  evidence: `${source.kind.toUpperCase()}: revoked at ${revokedAt.toISOString()}, ${reason}`,
  sources: [source],
})

/** Clocks differ a little: evidence from the next five minutes is not yet of the future. ours: docs/profile.md#revocation. */
const SKEW = 5 * 60_000

export const isFuture = (thisUpdate: Date, now: Date): boolean => thisUpdate.getTime() > now.getTime() + SKEW
