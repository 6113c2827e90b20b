// The latest facts for a service that is no party itself: asked of J-LIS in its name, by consent, passed on and not kept.

import { Refusal } from '../../../base/refusal.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { behalfOf, partyOf } from './model.ts'

export const factsConsent =
  ({ store, clock }: Deps): Verifier['factsConsent'] =>
  async ({ clientId, subject }) => {
    const found = await store.consents.consentOf(clientId, subject, clock())
    return { consent: found ? { items: [...found.items], from: found.from, until: found.until } : null }
  }

export const latestFacts =
  (deps: Deps): Verifier['latestFacts'] =>
  async ({ clientId, subject }) => {
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
      return { changed, facts }
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'authority/noConsent') throw error
      // Taken back at J-LIS: it counts here too.
      await store.consents.withdraw(consent.consentId, clock())
      throw no.noConsent({}, error)
    }
  }
