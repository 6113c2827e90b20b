// The handset of the seeded world: real sockets and timers; nobody reads what a SIM sends by message of its own.

import { Handset } from '../adapters/handset/index.ts'
import type { MakeTerminal } from '../roles/phone/index.ts'

export const makeTerminal: MakeTerminal = (parts) =>
  new Handset({
    ...parts,
    submit: () => undefined,
    timer: (seconds, ring) => setTimeout(ring, seconds * 1000).unref(),
  })
