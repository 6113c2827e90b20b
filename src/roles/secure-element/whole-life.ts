// Whole lives of cards, with every command that a card has: for tests that cut the power anywhere, or kill the process.
// Between two chapters the card is off. All chance on both sides is seeded.

import type { Bytes } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { manufactureSecureElement } from './index.ts'
import { type Chapter, LIFE_OF_SIM } from './life-of-sim.ts'
import { LIFE_OF_OLD_SIM, LIFE_OF_PLASTIC_CARD, LIFE_OVER_THE_AIR } from './other-lives.ts'
import { ICCID, ISD_KEYS, SpecimenMemory, wake } from './specimen.ts'

export interface Life {
  readonly manufacture: (memory: Memory) => void
  readonly chapters: Readonly<Record<string, Chapter>>
}

const SIM: Life = {
  manufacture: (memory) => manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, accessRules: [] }),
  chapters: LIFE_OF_SIM,
}

export const LIVES = {
  'a SIM': SIM,
  'a SIM over the air': LIFE_OVER_THE_AIR,
  'an old SIM': LIFE_OF_OLD_SIM,
  'a plastic card': LIFE_OF_PLASTIC_CARD,
} as const satisfies Record<string, Life>

/** The memory of a SIM that has lived until the end of this chapter. */
export async function livedUntil(last: keyof typeof LIFE_OF_SIM): Promise<SpecimenMemory> {
  const memory = new SpecimenMemory()
  SIM.manufacture(memory)
  for (const [name, chapter] of Object.entries(LIFE_OF_SIM)) {
    await run(wake(memory).link(), chapter())
    if (name === last) break
  }
  return memory
}

export interface Recorded {
  readonly chapter: string
  readonly command: Bytes
  readonly answer: Bytes
}

/** Makes the card in this memory and lives its life; `power` gives it to the card at the beginning of each chapter. */
export async function record<M extends Memory>(
  { manufacture, chapters }: Life,
  memory: M,
  power: (memory: M) => { process(command: Bytes): Bytes },
): Promise<Recorded[]> {
  const seen: Recorded[] = []
  manufacture(memory)
  for (const [chapter, dialogue] of Object.entries(chapters)) {
    const card = power(memory)
    const transmit = async (sent: Bytes) => {
      const answer = card.process(sent)
      seen.push({ chapter, command: sent, answer })
      return answer
    }
    await run({ transmit }, dialogue())
  }
  return seen
}
