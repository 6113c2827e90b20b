// The card that a `kazasu gp` command is about: of the world's shelf, a file of its own, in a reader, or a recording.

import { existsSync } from 'node:fs'
import { fileMemory } from '../../../adapters/memory/index.ts'
import { openReader } from '../../../adapters/pcsc/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { fromLatin1 } from '../../../base/bytes.ts'
import type { Entropy, Session } from '../../../base/ports.ts'
import { transcriptCard } from '../../../protocol/iso7816/index.ts'
import { createSecureElement, manufactureSecureElement } from '../../../roles/secure-element/index.ts'
import { cardPath } from '../../../world/platform.ts'
import { createShelf } from '../../../world/shelf.ts'
import { TEST_KEY } from './keys.ts'
import { fileBytes, type GpOptions } from './options.ts'
import { no } from './refusals.ts'

export interface Target {
  readonly session: Session
  /** Challenges: chance, or those of the recording. */
  readonly entropy: Entropy
}

export async function openTarget(options: GpOptions): Promise<Target> {
  const { card, cardFile, reader, replay, data } = options
  if ([card, cardFile, reader, replay].filter((given) => given !== undefined).length !== 1) throw no['which-card']()
  if (replay !== undefined) return recording(replay)
  if (reader !== undefined) return { session: await openReader(reader), entropy: systemEntropy }
  if (cardFile !== undefined) return { session: ownCard(cardFile, options.new), entropy: systemEntropy }
  const memory = (name: string) => fileMemory(cardPath(data, name))
  if (!existsSync(cardPath(data, card!))) throw no['no-card-file']({ card: card! })
  const shelf = createShelf({ platform: { memory, entropy: systemEntropy } })
  return { session: await shelf.open(card!), entropy: systemEntropy }
}

function recording(path: string): Target {
  const text = fromLatin1(fileBytes(path))
  try {
    const card = transcriptCard(text)
    return {
      session: { transmit: (command) => card.transmit(command), end: async () => undefined },
      entropy: card.entropy,
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw no['bad-file']({ file: path, reason: cause.message }, cause)
  }
}

/** Test keys, so that any GlobalPlatform client opens it; a new ICCID of no issuer. */
function ownCard(path: string, fresh: boolean | undefined): Session {
  if (existsSync(path) === (fresh === true))
    throw fresh ? no['card-exists']({ file: path }) : no['no-card-file']({ file: path })
  const memory = fileMemory(path)
  try {
    if (fresh) {
      const digits = [...systemEntropy(13)].map((octet) => octet % 10).join('')
      const isdKeys = { enc: TEST_KEY, mac: TEST_KEY, dek: TEST_KEY }
      manufactureSecureElement(memory, { iccid: `898100${digits}`, isdKeys, accessRules: [] })
    }
    const card = createSecureElement({ memory, entropy: systemEntropy })
    return { transmit: async (command) => card.process(command), end: async () => memory.close() }
  } catch (error) {
    memory.close()
    throw error
  }
}
