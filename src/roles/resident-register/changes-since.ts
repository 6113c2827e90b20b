// The events after a sequence number, oldest first: how the certification authority follows the register.

import type { ResidentRegister } from './contract.ts'
import type { ResidentRegisterStore } from './store.ts'

export const changesSince =
  (store: ResidentRegisterStore): ResidentRegister['changesSince'] =>
  async ({ sequence, limit }) => {
    const rows = await store.changesSince(sequence, limit)
    return {
      changes: rows.map((row) => ({
        sequence: row.sequence,
        residentId: row.resident_id,
        event: row.event,
        at: row.at,
      })),
    }
  }
