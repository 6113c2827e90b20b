// A person lets another act: offered under the offerer's signature to whoever has the code, which is told to the offerer alone.

import { type Bytes, hex, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import type { Mandate, Terms } from './contract.ts'
import { signedTerms } from './evidence.ts'
import { shownMandates } from './list.ts'
import {
  type Account,
  chainState,
  exceeds,
  future,
  grantable,
  handedOnAs,
  INVITATION_MS,
  invitationTyped,
  LONGEST_MS,
  MANDATES_AT_MOST,
  type MandateRecord,
  newInvitation,
} from './model.ts'
import { chainOf, keep } from './words.ts'

export const offerMandate =
  (deps: Deps): Verifier['offerMandate'] =>
  async ({ terms, ...own }) => {
    const { account, evidenceFor } = await signedTerms(deps, own, { act: 'offer', terms })
    const ground = await groundOf(deps, terms, account)
    await mayBeOffered(deps, terms, ground.kind, account)
    const mandateId = hex(deps.entropy(16))
    const invitation = newInvitation(deps.entropy)
    const mandate = offered(deps, { mandateId, terms, ...ground, grantor: account })
    await keep(deps, mandate, digestOf(invitation), await evidenceFor(mandateId))
    deps.log('verifier.mandate.offered', { mandateId, kind: ground.kind })
    return { mandateId, invitation, until: mandate.invitationUntil }
  }

export const digestOf = (invitation: string) => sha256(utf8(invitationTyped(invitation)))

interface Ground {
  readonly kind: Mandate['kind']
  readonly principal: Account
}

/** Whose affairs these are: the offerer's own, or those that the offerer may hand on. */
async function groundOf(deps: Deps, terms: Terms, account: Account): Promise<Ground> {
  if (terms.within === null) return { kind: 'general', principal: account }
  const chain = await chainOf(deps, terms.within)
  const [before] = chain
  if (before?.delegate !== account) throw no.unknownMandate()
  if (chainState(chain, deps.clock()) !== 'standing') throw no.mandateOver()
  const more = exceeds(terms, before)
  if (more) throw no.mandateExceeds({ more })
  return { kind: handedOnAs(before.kind), principal: before.principal }
}

/** At services that let people act in this way, for acts that they have; for a time that is to come, and is not too long. */
export async function mayBeOffered(deps: Deps, terms: Terms, kind: Mandate['kind'], grantor: Account): Promise<void> {
  const { store, clock } = deps
  const now = clock()
  const length = terms.until.getTime() - terms.from.getTime()
  const tooLong = length > LONGEST_MS || terms.until > future(clock, LONGEST_MS)
  if (length <= 0 || terms.until <= now || tooLong) throw no.mandateTime()
  for (const { clientId, acts } of terms.scope) {
    const { delegation } = (await store.client(clientId)) ?? {}
    const known = grantable(delegation, kind)
    if (acts.some((act) => !known.includes(act))) throw no.notDelegable({ clientId })
  }
  if ((await store.mandates.open(grantor, now)) >= MANDATES_AT_MOST) throw no.mandatesAtMost()
}

interface Offered extends Ground {
  readonly mandateId: string
  readonly terms: Terms
  readonly grantor: Account
}

export const offered = ({ clock }: Deps, { terms, ...of }: Offered): MandateRecord => ({
  ...terms,
  ...of,
  delegate: null,
  recorded: 'offered',
  invitationUntil: future(clock, INVITATION_MS),
  offeredAt: clock(),
  acceptedAt: null,
  endedAt: null,
  attestationId: null,
})

type Taken = Offered & Pick<MandateRecord, 'attestationId'> & { readonly evidence: Bytes }

/** Stands at once: who acts has it from the law, and signs alone. */
export async function taken(deps: Deps, { evidence, attestationId, ...of }: Taken): Promise<{ mandate: Mandate }> {
  const now = deps.clock()
  const mandate: MandateRecord = {
    ...offered(deps, of),
    ...{ delegate: of.grantor, recorded: 'standing', acceptedAt: now, attestationId },
  }
  await keep(deps, mandate, null, evidence)
  deps.log('verifier.mandate.taken', { mandateId: of.mandateId, kind: of.kind })
  return { mandate: (await shownMandates(deps, [mandate]))[0]! }
}
