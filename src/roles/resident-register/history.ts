// What happened to one resident, for a clerk; that the clerk looked is kept, and who looked can be asked.

import type { Clock } from '../../base/ports.ts'
import type { ResidentRegister } from './contract.ts'
import { no } from './refusals.ts'
import type { ResidentRegisterStore } from './store.ts'
import { mayUndo } from './undo.ts'

interface Deps {
  readonly store: ResidentRegisterStore
  readonly clock: Clock
}

export const history =
  ({ store, clock }: Deps): ResidentRegister['history'] =>
  async ({ residentId, by }) => {
    if (!(await store.find(residentId))) throw no.unknownResident({ residentId })
    await store.noteLookUps(by, clock(), 'history', [residentId])
    const rows = await store.history(residentId)
    return {
      events: rows
        .map((row, place) => ({ row, last: place === 0 }))
        .filter(({ row }) => row.before !== null && row.after !== null)
        .map(({ row, last }) => ({
          sequence: row.sequence,
          residentId,
          event: row.event,
          at: row.at,
          by: row.recorded_by,
          before: JSON.parse(row.before!),
          after: JSON.parse(row.after!),
          undoes: row.undoes,
          mayUndo: last && mayUndo(row),
        })),
    }
  }

const SHOWN = 100

export const lookUps =
  (store: ResidentRegisterStore): ResidentRegister['lookUps'] =>
  async ({ residentId }) => {
    const rows = await store.lookUps(residentId, SHOWN)
    return { lookUps: rows.map(({ at, by, what }) => ({ at, by, what })) }
  }
