// The SIM in the slot, as the handset reads it; its owner puts another one in. One at a time. Seed 4 (5)⑦.

import type { Phone, SimInside } from './contract.ts'
import { no } from './refusals.ts'
import type { SimAccess } from './sim-access.ts'
import type { PhoneStore } from './store.ts'

export interface Slot {
  /** What is in it now. */
  sim(): Promise<SimInside>
}

interface Deps {
  readonly name: string
  /** The SIM that the phone began with. */
  readonly line: SimInside
  readonly store: PhoneStore
}

export function slotOf({ name, line, store }: Deps): Slot & { readonly empty: () => void } {
  let known: Promise<SimInside> | undefined
  const read = async () => (await store.sims(name)).find(({ inserted }) => inserted) ?? line
  return {
    sim: async () => {
      known ??= read()
      const { carrier, msisdn, iccid } = await known
      return { carrier, msisdn, iccid }
    },
    empty: () => {
      known = undefined
    },
  }
}

type SlotDeps = Deps & { readonly slot: ReturnType<typeof slotOf>; readonly sim: SimAccess }

export const slotVerbs = ({
  name,
  line,
  store,
  slot,
  sim,
}: SlotDeps): Pick<Phone, 'sim' | 'sims' | 'receiveSim' | 'insertSim'> => ({
  sim: slot.sim,
  sims: async () => {
    const kept = await store.sims(name)
    const first = kept.some(({ iccid }) => iccid === line.iccid) ? [] : [line]
    const { iccid: inside } = await slot.sim()
    return { sims: [...first, ...kept].map((one) => ({ ...one, inserted: one.iccid === inside })) }
  },
  receiveSim: async (given) => {
    await store.saveSim(name, given)
    slot.empty()
    return {}
  },
  insertSim: async ({ iccid }) => {
    if (iccid === line.iccid) await store.saveSim(name, line, 'unless known')
    if (!(await store.putIn(name, iccid, (await slot.sim()).iccid))) throw no.simNotHere({ iccid })
    // What anybody had open with the one before ends with it.
    await sim.end()
    slot.empty()
    return {}
  },
})
