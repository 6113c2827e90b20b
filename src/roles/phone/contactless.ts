// The contactless face: the phone held to a reader acts as a card. Powered by the field, so a session of its own
// for each time in the field. Seed 4 別紙4 (カード代わりに使用).

import type { Phone } from './contract.ts'
import type { SimAccess } from './sim-access.ts'
import type { NoteUse } from './uses.ts'

/** One C-APDU; the first of an encounter powers the SIM. */
export const tap =
  ({ sim, note }: { readonly sim: SimAccess; readonly note: NoteUse }): Phone['tap'] =>
  async ({ command }) => {
    await sim.hold('reader', false)
    const response = await sim.within('reader', (link) => link.transmit(command))
    if (proves(command, response)) await note('tap', '', 'done')
    return { response }
  }

const INTERNAL_AUTHENTICATE = 0x88

/** The SIM has shown to a reader that it has the key. The phone does not know whose reader it is. */
const proves = (command: Uint8Array, response: Uint8Array): boolean =>
  command[1] === INTERNAL_AUTHENTICATE && response.at(-2) === 0x90 && response.at(-1) === 0x00

/** Out of the field: power off, and every PIN verification with it. */
export const tapEnd =
  (sim: SimAccess): Phone['tapEnd'] =>
  async () => {
    await sim.release('reader')
    return {}
  }
