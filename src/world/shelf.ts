// Where cards and phones' SIMs lie. Opening one powers it on; ending the session powers it off and puts it back.
// A card is one file: it can be in one place at a time, in this process (turns) and among processes (its lock).

import type { CardMemory } from '../adapters/memory/index.ts'
import type { Bytes } from '../base/bytes.ts'
import type { KeyPair } from '../base/crypto.ts'
import type { Memory, Session } from '../base/ports.ts'
import { Refusal } from '../base/refusal.ts'
import { createMyNumberCard } from '../roles/my-number-card/index.ts'
import { createSecureElement, type SecureElement } from '../roles/secure-element/index.ts'
import { CITIZEN_NAMES, type CitizenName } from './people.ts'
import type { Platform } from './platform.ts'
import { turns } from './turns.ts'

export type CardName = CitizenName | `${CitizenName}-phone`

export const CARD_NAMES: readonly CardName[] = CITIZEN_NAMES.flatMap((name) => [name, `${name}-phone` as const])

/** SIMs that carriers handed over later (people.ts). */
const SPARE_SIM = /^sim-[0-9]{19}$/

export const unknownCard = (name: string): Refusal =>
  new Refusal('card/unknown', 404, `there is no card of this name; there are ${CARD_NAMES.join(', ')}`, { name })

/** Told of every exchange with a card. */
export type CardTrace = (card: string, command: Bytes, response: Bytes) => void

export interface InsertedCard extends Session {
  readonly card: SecureElement
}

export interface ShelfOptions {
  readonly platform: Pick<Platform, 'memory' | 'entropy'>
  readonly keyPairs?: (() => KeyPair) | undefined
  readonly trace?: CardTrace | undefined
}

export interface Shelf {
  /** Names come from callers of roles: what is not on the shelf is refused, before it is looked for on the disk. */
  open(name: string): Promise<InsertedCard>
  /** The memory alone, for manufacture; puts the card on the shelf. */
  memory(name: string): CardMemory
}

export function createShelf({ platform, keyPairs, trace }: ShelfOptions): Shelf {
  const take = turns()
  const known = new Set<string>(CARD_NAMES)
  const make = (name: string, memory: Memory): SecureElement => {
    const { entropy } = platform
    if (!name.endsWith('-phone') && !SPARE_SIM.test(name)) return createMyNumberCard({ memory, entropy })
    return createSecureElement({ memory, entropy, ...(keyPairs ? { keyPairs } : {}) })
  }
  return {
    memory: (name) => {
      known.add(name)
      return platform.memory(name)
    },
    open: async (name) => {
      if (!known.has(name) && !SPARE_SIM.test(name)) throw unknownCard(name)
      const giveBack = await take(name)
      try {
        const memory = platform.memory(name)
        if (!known.has(name) && !memory.load().has('card/atr')) {
          memory.close()
          throw unknownCard(name)
        }
        const card = make(name, memory)
        return inserted(name, card, trace, () => {
          memory.close()
          giveBack()
        })
      } catch (error) {
        giveBack()
        throw error
      }
    },
  }
}

function inserted(name: string, card: SecureElement, trace: CardTrace | undefined, putBack: () => void): InsertedCard {
  let out = false
  return {
    card,
    transmit: async (command) => {
      const response = card.process(command)
      trace?.(name, command, response)
      return response
    },
    end: async () => {
      if (out) return
      out = true
      card.reset()
      putBack()
    },
  }
}
