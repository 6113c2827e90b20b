// The holder, identified, takes the card: from now on it is in use.

import { acting } from '../clerks.ts'
import type { Counter } from '../contract.ts'
import { type CounterDeps, stateAfter } from '../model.ts'
import { no } from '../refusals.ts'
import { cardOf, viewOf } from './view.ts'

export const handOver =
  (deps: CounterDeps): Counter['handOver'] =>
  async ({ session, cardNumber, proof }) => {
    const { resident_id: residentId } = await cardOf(deps, cardNumber)
    return acting(deps, session, { what: 'handOver', residentId, cardNumber, proof }, async () => {
      const row = await cardOf(deps, cardNumber)
      if (row.state === 'inUse') return viewOf(row)
      const state = stateAfter(row.state, 'handOver')
      if (!state) throw no.notMade({ state: row.state })
      return viewOf(await deps.store.changeCard(cardNumber, { state }))
    })
  }
