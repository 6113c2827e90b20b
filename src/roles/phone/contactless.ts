// The contactless face: the phone held to a reader acts as a card. Powered by the field, so a session of its own
// for each time in the field. Seed 4 別紙4 (カード代わりに使用).

import type { Phone } from './contract.ts'
import type { SimAccess } from './sim-access.ts'

/** One C-APDU; the first of an encounter powers the SIM. */
export const tap =
  (sim: SimAccess): Phone['tap'] =>
  async ({ command }) => {
    await sim.hold('reader', false)
    return { response: await sim.within('reader', (link) => link.transmit(command)) }
  }

/** Out of the field: power off, and every PIN verification with it. */
export const tapEnd =
  (sim: SimAccess): Phone['tapEnd'] =>
  async () => {
    await sim.release('reader')
    return {}
  }
