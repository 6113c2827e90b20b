// The latest facts for a service that is no party itself: asked of J-LIS in its name, by consent, passed on and not kept.

import { Refusal } from '../../../base/refusal.ts'
import type { Fact } from '../../authority/contract.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { factsInEvidence } from './evidence.ts'
import { behalfOf, partyOf } from './model.ts'

export const factsConsent =
  ({ store, clock }: Deps): Verifier['factsConsent'] =>
  async ({ clientId, subject }) => {
    const found = await store.consents.consentOf(clientId, subject, clock())
    return { consent: found ? { items: [...found.items], from: found.from, until: found.until } : null }
  }

export const latestFacts =
  (deps: Deps): Verifier['latestFacts'] =>
  async (customer) => {
    const { changed, facts, consent } = await toldByAuthority(deps, customer)
    const { clientId } = customer
    const told = changed ? consent.items : []
    if (behalfOf(deps, clientId)) await deps.store.own.noteFacts(clientId, consent.personId, told, deps.clock())
    return { changed, facts }
  }

interface Customer {
  readonly clientId: string
  readonly subject: string
}

type Needs = Pick<Deps, 'store' | 'clock' | 'log' | 'party' | 'self'>

async function toldByAuthority(deps: Needs, { clientId, subject }: Customer) {
  const { store, clock, log } = deps
  const { name: party, authority } = partyOf(deps)
  const consent = await store.consents.consentOf(clientId, subject, clock())
  if (!consent) throw no.noConsent()
  if (consent.from > clock()) throw no.consentNotYet()
  try {
    // From the certificate that signed the consent, each time: an answer that was lost on its way is given again.
    const { changed, facts } = await authority.latestFacts({
      party,
      onBehalfOf: behalfOf(deps, clientId),
      serial: consent.givenBy,
    })
    log('verifier.facts', { clientId, changed })
    return { changed, facts, consent }
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'authority/noConsent') throw error
    // Taken back at J-LIS: it counts here too.
    await store.consents.withdraw(consent.consentId, clock())
    throw no.noConsent({}, error)
  }
}

export type ConfirmedFacts = { readonly [F in Fact]?: string | undefined }

/** Reasons for which there are no facts now, none of them a fault. */
const NO_FACTS: readonly string[] = [
  'verifier/noConsent',
  'verifier/consentNotYet',
  'verifier/erased',
  'authority/noNewCertificate',
]

/**
 * All facts that were consented to, as they are now: J-LIS says that nothing changed, and they are those in the certificate that
 * signed the consent; or it gives the new ones. Undefined without a consent that counts now. Who passes them on notes which.
 */
export async function confirmedFacts(
  deps: Needs & Pick<Deps, 'keys'>,
  customer: Customer,
): Promise<ConfirmedFacts | undefined> {
  try {
    const { changed, facts, consent } = await toldByAuthority(deps, customer)
    if (changed) return facts
    const signed = await factsInEvidence(deps, consent)
    return Object.fromEntries(consent.items.map((item) => [item, signed[item]]))
  } catch (error) {
    if (error instanceof Refusal && NO_FACTS.includes(error.code)) return undefined
    throw error
  }
}
