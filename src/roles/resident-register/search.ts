// A clerk finds residents. Every record that was shown is noted with the clerk's name.

import type { Clock } from '../../base/ports.ts'
import type { ResidentRegister } from './contract.ts'
import { SEARCH_LIMIT } from './model.ts'
import { no } from './refusals.ts'
import type { ResidentRegisterStore } from './store.ts'

interface Deps {
  readonly store: ResidentRegisterStore
  readonly clock: Clock
}

export const search =
  ({ store, clock }: Deps): ResidentRegister['search'] =>
  async ({ name, birthDate, by }) => {
    const part = name?.replace(/[\s\u3000]/g, '') ?? ''
    if (!birthDate && part.length < 2) throw no.searchTooWide()
    const found = await store.search({ name: part || undefined, birthDate }, SEARCH_LIMIT + 1)
    const shown = found.slice(0, SEARCH_LIMIT)
    await store.noteLookUps(
      by,
      clock(),
      'search',
      shown.map(({ residentId }) => residentId),
    )
    return { found: shown, more: found.length > SEARCH_LIMIT }
  }
