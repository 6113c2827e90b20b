// The end of a temporary stop (一時利用停止), for phones only: the phone was found before anybody used it.
// RFC 5280 §5.3.1 removeFromCRL; ours: docs/profile.md#revocation.

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { placeOf } from './model.ts'
import { no } from './refusals.ts'
import { MAY_RESUME } from './revocation/rights.ts'

export const resume =
  (deps: Deps): Authority['resume'] =>
  async ({ kind, serial, requestedBy }) => {
    const { store, clock, log } = deps
    const row = await store.find(kind, serial)
    const place = row && placeOf(row)
    if (!place) throw no.unknownCertificate()
    const allowed: readonly string[] = MAY_RESUME[place]
    if (!allowed.includes(requestedBy)) throw no.notYoursToResume({ requestedBy })
    const resumed = await store.resume(row, clock(), requestedBy)
    if (resumed === 'notOnHold') throw no.notOnHold()
    if (resumed === 'cardNotValid') throw no.cardNotValid()
    if (resumed === 'phoneExists') throw no.phoneExists()
    log('authority.resumed', { kind, serial: serial.toString(), requestedBy })
    await deps.putOutChanges()
    return {}
  }
