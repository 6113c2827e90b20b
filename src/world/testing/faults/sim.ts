// A SIM that loses its power: between two C-APDUs, or inside a command, before its writes are there or after.

import type { Memory, Session } from '../../../base/ports.ts'
import type { SecureElement } from '../../../roles/secure-element/index.ts'
import { forever, Injected, type Life } from './process.ts'

export interface SimFaults {
  /** Before and after a C-APDU. True: the SIM is out of the phone. */
  readonly pulled: (life: Life, when: 'before' | 'after', ins: number) => Promise<boolean>
  /** At a write. Undefined: it has power. */
  readonly powerLost: () => 'before' | 'after' | undefined
}

/** Gives power for a session of the phone that lives this life. */
export function powering(
  memory: Memory,
  faults: SimFaults,
  wake: (memory: Memory) => SecureElement,
): (life: Life) => Session {
  const failing: Memory = {
    load: () => memory.load(),
    commit: (changes) => {
      const lost = faults.powerLost()
      if (lost !== 'before') memory.commit(changes)
      if (lost) throw new Injected(`the SIM lost its power ${lost} a write`)
    },
  }
  let element = wake(failing)
  /** What was not committed is gone. */
  const dark = () => {
    element = wake(failing)
  }
  const process = (command: Uint8Array) => {
    try {
      return element.process(command)
    } catch (cause) {
      dark()
      throw new Injected('the SIM lost its power', { cause })
    }
  }
  const out = (): never => {
    dark()
    throw new Injected('the SIM is not in the phone')
  }
  let powered: Life | undefined
  return (life) => {
    // A phone that dies takes the power along, whether somebody speaks with the SIM or not.
    if (powered !== life) life.leaves(dark)
    powered = life
    return {
      transmit: async (command) => {
        if (life.dead) return forever
        const ins = command[1] ?? 0
        if (await faults.pulled(life, 'before', ins)) return out()
        const response = process(command)
        if (await faults.pulled(life, 'after', ins)) return out()
        return response
      },
      end: async () => {
        if (life.dead) return
        element.reset()
      },
    }
  }
}
