// Stops a card: for a lost one a hold at once and without proof, for good with proof. A stop of a card is never released
// (JPKI CPS §4.9.9): who finds it again gets another. The phone's certificate goes along by the authority's rule.

import type { RevocationReason } from '../../authority/contract.ts'
import { acting } from '../clerks.ts'
import type { Counter } from '../contract.ts'
import { type CounterDeps, stateAfter } from '../model.ts'
import { no } from '../refusals.ts'
import type { CardRow } from '../store.ts'
import { cardOf, viewOf } from './view.ts'

export const stopCard =
  (deps: CounterDeps): Counter['stopCard'] =>
  async ({ session, cardNumber, reason, proof }) => {
    const { resident_id: residentId } = await cardOf(deps, cardNumber)
    return acting(deps, session, { what: 'stopCard', residentId, cardNumber, proof }, async () => {
      const row = await cardOf(deps, cardNumber)
      const holds = reason === 'certificateHold'
      if (!holds && !proof) throw no.proofNeeded()
      const state = stateAfter(row.state, holds ? 'stop' : 'end')
      if (!state) throw no.cardNotInUse({ state: row.state })
      await revokeAll(deps, row, reason)
      return viewOf(await deps.store.changeCard(cardNumber, { state }))
    })
  }

/** Both certificates; one that is revoked already keeps its first reason, one that has ended needs nothing. */
export async function revokeAll({ authority }: CounterDeps, row: CardRow, reason: RevocationReason): Promise<void> {
  for (const kind of ['auth', 'sign'] as const) {
    const serial = row[`${kind}_serial`]
    if (serial === null) continue
    const named = { kind, serial: BigInt(serial) }
    const { status } = await authority.status(named)
    if (status === 'valid' || status === 'onHold') await authority.revoke({ ...named, reason, requestedBy: 'counter' })
  }
}
