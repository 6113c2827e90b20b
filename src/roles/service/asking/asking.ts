// What the service asks holders, and what it may ask J-LIS about its customers: by the common platform (seed 2 pattern 2-2), or by a
// verifier of its own under its own name, which phones then ask here (pattern 2-1; 年齢確認 of a shop).

import { comparableName } from '../../../base/comparable-name.ts'
import type { FourInfo } from '../../../base/contract.ts'
import type { Verifier } from '../../verifier/contract.ts'
import type { Service } from '../contract.ts'
import type { CustomerRecord, Deps } from '../model.ts'
import { ownSubject } from '../own-session.ts'
import { no } from '../refusals.ts'
import type { ServiceStore } from '../store.ts'

type Answers = 'ageRequest' | 'answerAge' | 'consentRequest' | 'answerConsent' | 'declineRequest'

export interface Asking {
  /** By this name it is a client of the platform, or the party itself. */
  readonly clientId: string
  readonly verifier: Pick<Verifier, Answers | 'askAge' | 'askConsent' | 'factsConsent' | 'latestFacts'>
  readonly own: boolean
}

function askingOf({ asking }: Pick<Deps, 'asking'>): Asking {
  if (!asking) throw no.notAccredited()
  return asking
}

/** Phones ask a service only where it asks them in its own name. */
function asked(deps: Deps): Asking['verifier'] {
  const { own, verifier } = askingOf(deps)
  if (!own) throw no.notAccredited()
  return verifier
}

/** Who is logged in, by the name under which events and consents speak of that customer. */
async function loggedIn(deps: Deps, session: string): Promise<{ clientId: string; subject: string }> {
  const subject = await ownSubject(deps, session)
  const customer = await deps.store.customerOfSubject(subject)
  if (!customer) throw no.notLoggedIn()
  const { clientId, own } = askingOf(deps)
  return { clientId, subject: own ? customer.customerNumber : subject }
}

/** By the name in the register: what the service's own verifier asks it of who signs a consent. */
export const isCustomer =
  (store: Pick<ServiceStore, 'customer'>) =>
  async (customerNumber: string, { name }: FourInfo): Promise<boolean> => {
    const customer: CustomerRecord | undefined = await store.customer(customerNumber)
    return customer !== undefined && comparableName(customer.displayName) === comparableName(name)
  }

type Operations = Pick<Service, Answers | 'askAge' | 'askConsent' | 'factsConsent' | 'latestFacts'>

export const askings = (deps: Deps): Operations => ({
  askAge: async ({ limit }) => {
    const { clientId, verifier } = askingOf(deps)
    return verifier.askAge({ clientId, limit })
  },
  askConsent: async ({ session, items }) =>
    askingOf(deps).verifier.askConsent({ ...(await loggedIn(deps, session)), items }),
  factsConsent: async ({ session }) => askingOf(deps).verifier.factsConsent(await loggedIn(deps, session)),
  latestFacts: async ({ session }) => askingOf(deps).verifier.latestFacts(await loggedIn(deps, session)),
  // Its own screens wait for the answer too.
  ageRequest: async (input) => askingOf(deps).verifier.ageRequest(input),
  consentRequest: async (input) => askingOf(deps).verifier.consentRequest(input),
  answerAge: async (input) => asked(deps).answerAge(input),
  answerConsent: async (input) => asked(deps).answerConsent(input),
  declineRequest: async (input) => asked(deps).declineRequest(input),
})
