// The balance that a customer has at another service, by consent at the platform: asked for on the phone, looked up each time, and gone
// with the consent. And the other side: asked by a service that the customer has agreed to. Ours: docs/profile.md#balance-elsewhere.

import { Refusal } from '../../../base/refusal.ts'
import type { Service } from '../contract.ts'
import { type Deps, OpenIdAway } from '../model.ts'
import { ownSubject } from '../own-session.ts'
import { no } from '../refusals.ts'
import type { Other, Ties } from './model.ts'

type Operations = Pick<Service, 'askTie' | 'tieRequest' | 'tied' | 'tiedBalance'>

export const ties = (deps: Deps): Operations => ({
  askTie: async ({ session }) => {
    const subject = await customerIn(deps, session)
    const { links, other } = showing(deps)
    const { clientId, purpose, days } = other
    return present(() => links.askLink({ subject, with: clientId, purpose, days }))
  },
  tieRequest: async ({ session, requestId }) => {
    await customerIn(deps, session)
    return present(() => showing(deps).links.linkRequest({ requestId }))
  },
  tied: tied(deps),
  tiedBalance: tiedBalance(deps),
})

function showing({ ties }: Deps): Ties & { readonly other: Other } {
  if (!ties?.other) throw no.tiedToNobody()
  return { ...ties, other: ties.other }
}

async function customerIn(deps: Deps, session: string): Promise<string> {
  const subject = await ownSubject(deps, session)
  if (!(await deps.store.customerOfSubject(subject))) throw no.notLoggedIn()
  return subject
}

/** The platform that does not answer is no refusal of it. */
async function present<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const away = error instanceof OpenIdAway || (error instanceof Refusal && error.code === 'peer/unreachable')
    throw away ? no.platformAway({}, error) : error
  }
}

const tied =
  (deps: Deps): Service['tied'] =>
  async ({ session }) => {
    const { store, clock } = deps
    const subject = await customerIn(deps, session)
    const { links, other } = showing(deps)
    const { serviceId, until } = await present(() => links.serviceId({ subject, with: other.clientId }))
    if (serviceId === null || until === null) {
      const before = await store.tiedUntil(subject)
      return { standing: endedBy(before, clock()), balance: null, until: null }
    }
    await store.noteTie(subject, until)
    return { ...(await lookedUp(deps, other, serviceId)), until }
  }

/** What the customer had agreed to is no more: its time was over, or it was taken back before. */
function endedBy(before: Date | null, now: Date): 'untied' | 'expired' | 'ended' {
  if (before === null) return 'untied'
  return before <= now ? 'expired' : 'ended'
}

const STANDINGS: Readonly<Record<string, 'ended' | 'noCustomer' | undefined>> = {
  'service/noTie': 'ended',
  'service/notCustomerHere': 'noCustomer',
}

async function lookedUp({ log }: Deps, other: Other, serviceId: string) {
  try {
    return { standing: 'shown' as const, balance: await other.balance(serviceId) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const standing = STANDINGS[error.code] ?? ('away' as const)
    if (standing === 'away') log('service.other-away', { code: error.code })
    return { standing, balance: null }
  }
}

/** First the platform says whose id it is and by which keys its service is known; the balance only after the signature. */
const tiedBalance =
  (deps: Deps): Service['tiedBalance'] =>
  async ({ request }) => {
    const { store, log, ties } = deps
    if (!ties?.door) throw no.tiedToNobody()
    const serviceId = ties.door.idIn(request)
    const { customer: meant } = await present(() => ties.links.customerOfId({ serviceId }))
    if (!meant) throw no.noTie()
    await ties.door.signedBy(request, meant)
    const customer = await store.customerOfSubject(meant.subject)
    if (!customer || customer.standing === 'closed') throw no.notCustomerHere()
    log('service.tied-balance', { to: meant.with })
    return { balance: customer.balance }
  }
