// 親権・未成年後見: that somebody is parent or guardian of a child is said by the municipality, and told to a platform when the parent asks by a
// signature; later only whether it still is so. Ours: docs/profile.md#parents.

import { hex, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { childStatement } from '../../../protocol/consent/mandate.ts'
import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { no } from '../refusals.ts'
import { demand } from './accreditation.ts'
import { onceInTime } from './consent.ts'
import { authenticatedHolder } from './holder.ts'

export const attestCustody =
  (deps: Deps): Authority['attestCustody'] =>
  async ({ party, statement, certificate, signature }) => {
    await demand(deps, party, 'custody')
    const { store, register, clock, log } = deps
    const asked = childStatement(statement)
    if (asked?.platform !== party) throw no.statementWrong()
    const parent = await authenticatedHolder(deps, { certificate, signature }, statement)
    if (!parent) throw no.signatureWrong()
    await onceInTime(deps, asked.at, statement)
    const child = await store.find('auth', asked.serial)
    const pair = { parentId: parent.resident_id!, childId: child?.resident_id ?? '' }
    // No such child, another's and of age look the same.
    const { kind } = await register.custody(pair)
    if (child?.status !== 'valid' || kind === null) throw no.noCustody()
    const attestationId = hex(sha256(utf8(`${party} ${hex(sha256(statement))}`)).slice(0, 16))
    await store.parties.attest({ attestationId, party, ...pair, at: clock() })
    await store.parties.note({ at: clock(), party, service: 'custody', detail: attestationId })
    log('authority.custody', { party, attestationId })
    return { attestationId, kind }
  }

export const custodyStands =
  (deps: Deps): Authority['custodyStands'] =>
  async ({ party, attestationId }) => {
    await demand(deps, party, 'custody')
    const attested = await deps.store.parties.attested(party, attestationId)
    return attested ? deps.register.custody(attested) : { kind: null }
  }
