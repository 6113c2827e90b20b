// One resident as recorded now, with the number of the last event that this state includes.

import type { ResidentRegister } from './contract.ts'
import { no } from './refusals.ts'
import type { ResidentRegisterStore } from './store.ts'

export const find =
  (store: ResidentRegisterStore): ResidentRegister['find'] =>
  async ({ residentId }) => {
    const resident = await store.find(residentId)
    if (!resident) throw no.unknownResident({ residentId })
    return resident
  }
