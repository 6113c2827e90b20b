// The register of parties: who is accredited, until when, for what. Everybody else is told nothing.

import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { no } from '../refusals.ts'
import type { PartyService } from './model.ts'
import type { Party } from './store.ts'

export const accredit =
  ({ store, clock, log }: Deps): Authority['accredit'] =>
  async ({ name, displayName, services, ageLimits, until }) => {
    await store.parties.saveParty({
      name,
      displayName,
      services,
      ageLimits,
      accreditedAt: clock(),
      accreditedUntil: until,
    })
    log('authority.accredited', { party: name, services: services.join(' ') })
    return {}
  }

export const parties =
  ({ store, clock }: Deps): Authority['parties'] =>
  async () => {
    const since = new Date(clock().getTime() - DAY_MS)
    const counts = await store.parties.counts(since)
    const all = await store.parties.parties()
    return {
      parties: all.map((party) => ({
        ...party,
        services: [...party.services],
        ageLimits: [...party.ageLimits],
        answersToday: counts.filter((one) => one.party === party.name).reduce((sum, { count }) => sum + count, 0),
      })),
    }
  }

const DAY_MS = 86_400_000

async function accreditedNow({ store, clock }: Deps, name: string): Promise<Party | undefined> {
  const party = await store.parties.party(name)
  return party && party.accreditedUntil >= clock() ? party : undefined
}

/** One look at one row: this is asked before every question of a party, and by the phone of who is asked. */
export const grantedTo =
  (deps: Deps): Authority['grantedTo'] =>
  async ({ party }) => {
    const { displayName = null, services = [], ageLimits = [] } = (await accreditedNow(deps, party)) ?? {}
    return { displayName, services: [...services], ageLimits: [...ageLimits] }
  }

/** The party, if it is accredited now for this service. */
export async function demand(deps: Deps, name: string, service: PartyService): Promise<Party> {
  const party = await accreditedNow(deps, name)
  if (!party) throw no.notAccredited()
  if (!party.services.includes(service)) throw no.notGranted({ service })
  return party
}
