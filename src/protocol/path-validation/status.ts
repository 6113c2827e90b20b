// What one piece of revocation evidence says of one certificate. `none`: it says nothing of it, with the reason why.

import type { CrlReason } from '../../codec/crl.ts'

export type Status =
  | { readonly kind: 'good'; readonly evidence: string }
  | { readonly kind: 'revoked'; readonly evidence: string }
  | { readonly kind: 'none'; readonly evidence: string }

export const good = (evidence: string): Status => ({ kind: 'good', evidence })
export const none = (evidence: string): Status => ({ kind: 'none', evidence })

export const revoked = (source: string, revokedAt: Date, reason: CrlReason = 'unspecified'): Status => ({
  kind: 'revoked',
  evidence: `${source}: revoked at ${revokedAt.toISOString()}, ${reason}`,
})

/** Clocks differ a little: evidence from the next five minutes is not yet of the future. ours: docs/profile.md#revocation. */
const SKEW = 5 * 60_000

export const isFuture = (thisUpdate: Date, now: Date): boolean => thisUpdate.getTime() > now.getTime() + SKEW
