// Revocation at once, for those who may ask for it: register first, then what it changes of CRLs and answers. A revoked
// certificate keeps its first reason.

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { placeOf } from './model.ts'
import { no } from './refusals.ts'
import { MAY_REVOKE } from './revocation/rights.ts'

export const revoke =
  (deps: Deps): Authority['revoke'] =>
  async ({ kind, serial, reason, requestedBy }) => {
    const { store, clock, log } = deps
    const found = await store.find(kind, serial)
    const place = found && placeOf(found)
    if (!place) throw no.unknownCertificate()
    const allowed: readonly string[] = MAY_REVOKE[requestedBy][place]
    if (!allowed.includes(reason)) throw no.notYoursToRevoke({ requestedBy, reason })
    const row = await store.revoke(kind, serial, { reason, at: clock(), by: requestedBy })
    if (!row?.revoked_at || !row.reason) throw no.certificateExpired()
    log('authority.revoked', { kind, serial: serial.toString(), reason: row.reason, requestedBy })
    await deps.putOutChanges()
    return { revokedAt: row.revoked_at, reason: row.reason }
  }
