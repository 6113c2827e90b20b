// Undoes a card that nobody has taken: destroyed before delivery (JPKI CPS §4.9.9 unspecified), whatever of it there was.

import { Refusal } from '../../../base/refusal.ts'
import type { CertificateKind } from '../../authority/contract.ts'
import { acting } from '../clerks.ts'
import type { Counter } from '../contract.ts'
import { type Blank, type CounterDeps, stateAfter } from '../model.ts'
import { no } from '../refusals.ts'
import type { CardRow } from '../store.ts'
import { certified } from './issue-card.ts'
import { revokeAll } from './stop-card.ts'
import { cardOf, viewOf } from './view.ts'

export const abandonCard =
  (deps: CounterDeps): Counter['abandonCard'] =>
  async ({ session, cardNumber }) => {
    const { resident_id: residentId } = await cardOf(deps, cardNumber)
    return acting(deps, session, { what: 'abandonCard', residentId, cardNumber }, async () => {
      const row = await cardOf(deps, cardNumber)
      if (row.state === 'undone') return viewOf(row)
      if (!stateAfter(row.state, 'undo')) throw no.notAbandoned()
      await deps.machine.blank(row.place, cardNumber, async (blank) => {
        await findUnnoted(deps, row, blank)
        await revokeAll(deps, await cardOf(deps, cardNumber), 'unspecified')
        blank.wipe()
      })
      return viewOf(await deps.store.changeCard(cardNumber, { state: 'undone' }))
    })
  }

/** Nothing was issued, and nothing will be. */
const NOTHING_ISSUED = ['authority/notResident', 'authority/tooYoung']

/** A certificate may have been issued just before the break: its key is in the machine, and asking again finds it. */
async function findUnnoted(deps: CounterDeps, row: CardRow, blank: Blank): Promise<void> {
  const kinds: readonly CertificateKind[] = ['auth', 'sign']
  for (const kind of kinds) {
    if (row[`${kind}_serial`] !== null || !blank.hasKeyPair(kind)) continue
    try {
      await certified(deps, row, kind, blank.keyPair(kind).publicKey)
    } catch (error) {
      if (!(error instanceof Refusal) || !NOTHING_ISSUED.includes(error.code)) throw error
    }
  }
}
