// The register row of one certificate, for those who run the system; relying parties ask by OCSP or CRL.

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'

export const status =
  ({ store, clock }: Deps): Authority['status'] =>
  async ({ kind, serial }) => {
    const row = await store.find(kind, serial)
    // What is not signed yet, or was revoked before, is no certificate.
    if (!row?.certificate || row.status === 'pending') return { status: 'unknown' }
    const ended = row.status === 'valid' && row.not_after < clock()
    return {
      status: ended ? 'expired' : row.status,
      medium: row.medium === 'phone' ? 'phone' : 'card',
      notAfter: row.not_after,
      ...(row.reason && { reason: row.reason }),
      ...(row.revoked_at && { revokedAt: row.revoked_at }),
    }
  }
