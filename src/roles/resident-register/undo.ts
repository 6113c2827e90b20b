// Takes back an event that was recorded in error (職権による訂正, 回復): nothing is erased, an event of its own follows.

import type { Clock } from '../../base/ports.ts'
import type { ResidentRegister } from './contract.ts'
import { UNDONE_BY } from './model.ts'
import { no } from './refusals.ts'
import type { NewChange, PastRow, RecordedState, ResidentRegisterStore } from './store.ts'

interface Deps {
  readonly store: ResidentRegisterStore
  readonly clock: Clock
}

export const undo =
  ({ store, clock }: Deps): ResidentRegister['undo'] =>
  async ({ residentId, sequence, by }) => {
    const recorded = await store.change(residentId, (before, last): NewChange => {
      if (!last?.before || last.sequence !== sequence || !mayUndo(last)) throw no.notTheLast({ sequence })
      const state: RecordedState = JSON.parse(last.before)
      return {
        event: UNDONE_BY[last.event]!,
        at: clock(),
        by,
        undoes: sequence,
        after: { residentId: before.residentId, ...state },
      }
    })
    if (!recorded) throw no.unknownResident({ residentId })
    return { sequence: recorded.sequence, residentId, event: recorded.event, at: recorded.at }
  }

/** Of the last event of a resident. What took something back is not taken back: the event itself is recorded anew. */
export const mayUndo = ({ event, before, undoes }: PastRow): boolean =>
  before !== null && undoes === null && UNDONE_BY[event] !== null
