// 親権・未成年後見: a parent or guardian acts for a child, without the child's signature, because the municipality says so by J-LIS. The card of the child is
// read by the parent's phone; its certificate says whom it is about. Ours: docs/profile.md#parents.

import { hex } from '../../../base/bytes.ts'
import { checkCertificate, online } from '../certificate-checks.ts'
import { partyOf } from '../consents/model.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { personOf } from '../person.ts'
import { no } from '../refusals.ts'
import { signedTerms } from './evidence.ts'
import { mayBeOffered, taken } from './offer.ts'

export const actForChild =
  (deps: Deps): Verifier['actForChild'] =>
  async ({ terms, child, ...own }) => {
    // A parent does it in person: what the law lets hand on is another's mandate.
    if (terms.within !== null || terms.subDelegation !== 0) throw no.parentInPerson()
    const { certificate } = await validCard(deps, child)
    const act = `child ${certificate.serialNumber}` as const
    const { account: parent, statement, evidenceFor } = await signedTerms(deps, own, { act, terms })
    await mayBeOffered(deps, terms, 'parent', parent)
    const { name: party, authority } = partyOf(deps)
    const { certificate: by, signature } = own
    const { attestationId, kind } = await authority
      .attestCustody({ party, statement, certificate: by, signature })
      .catch((error: { readonly code?: string }) => {
        throw error.code === 'authority/noCustody' ? no.notParent() : error
      })
    const principal = await personOf(deps, certificate)
    const mandateId = hex(deps.entropy(16))
    const evidence = await evidenceFor(mandateId)
    return taken(deps, { mandateId, terms, kind, principal, grantor: parent, attestationId, evidence })
  }

async function validCard(deps: Deps, child: Uint8Array) {
  const { verdict, certificate } = await checkCertificate(online(deps), child, 'auth')
  if (verdict.outcome === 'indeterminate') throw no.statusUnknown()
  if (verdict.outcome !== 'passed' || !certificate) throw no.notParent()
  return { certificate }
}
