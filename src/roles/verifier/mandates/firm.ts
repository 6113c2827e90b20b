// 代表者: a representative acts for the firm, because the platform's clerks have seen that the commercial register says so. What is handed
// on of it is an employee's. Ours: docs/profile.md#firms.

import { hex } from '../../../base/bytes.ts'
import type { Verifier } from '../contract.ts'
import { representedBy } from '../firms/firms.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { signedTerms } from './evidence.ts'
import { mayBeOffered, taken } from './offer.ts'

export const actForFirm =
  (deps: Deps): Verifier['actForFirm'] =>
  async ({ terms, representationId, ...own }) => {
    const of = { act: `firm ${representationId}` as const, terms }
    const { account, evidenceFor } = await signedTerms(deps, own, of)
    const firm = await representedBy(deps, representationId, account)
    // Everybody is told the firm by the name that is registered.
    if (!firm || terms.principalCalled !== firm.name || terms.within !== null) throw no.notRepresentative()
    await mayBeOffered(deps, terms, 'representative', account)
    const mandateId = hex(deps.entropy(16))
    return taken(deps, {
      ...{ mandateId, terms, kind: 'representative', principal: firm.account, grantor: account },
      ...{ attestationId: null, evidence: await evidenceFor(mandateId) },
    })
  }
