// Revocation at once: register first, then the CRLs that it concerns. A revoked certificate keeps its first reason.

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { no } from './refusals.ts'

export const revoke =
  ({ store, clock, crls, log }: Deps): Authority['revoke'] =>
  async ({ kind, serial, reason, requestedBy }) => {
    if (!(await store.find(kind, serial))) throw no.unknownCertificate()
    const row = await store.revoke(kind, serial, { reason, at: clock(), by: requestedBy })
    if (!row?.revoked_at || !row.reason) throw no.certificateExpired()
    log('authority.revoked', { kind, serial: serial.toString(), reason: row.reason, requestedBy })
    await crls.refresh()
    return { revokedAt: row.revoked_at, reason: row.reason }
  }
