// `kazasu card list | insert`: the cards of a data folder as cards in a reader.

import { existsSync } from 'node:fs'
import { fileMemory } from '../../adapters/memory/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { connectVpcd } from '../../adapters/vpcd/index.ts'
import { Refusal } from '../../base/refusal.ts'
import { cardPath } from '../../world/platform.ts'
import { CARD_NAMES, type CardName, createShelf, type Shelf, unknownCard } from '../../world/shelf.ts'
import { folderWorld } from './folder-world.ts'
import { inventory } from './inventory.ts'
import { stopped } from './stopped.ts'

export async function listCards({ data, json }: { data: string; json?: boolean }): Promise<number> {
  const cards = await inventory(await cardsOf(data))
  if (json) process.stdout.write(`${JSON.stringify(cards, null, 2)}\n`)
  else for (const card of cards) process.stdout.write(`${card.name.padEnd(12)} ${card.what}\n`)
  return 0
}

export async function insertCard(name: string, { data, vpcd }: { data: string; vpcd: string }): Promise<number> {
  if (!CARD_NAMES.includes(name as CardName)) throw unknownCard(name)
  const [, host, port] = /^(.+):([0-9]+)$/.exec(vpcd) ?? []
  if (!host || !port) throw new Refusal('card/bad-address', 400, '--vpcd takes host:port', { vpcd })
  const shelf = await cardsOf(data)
  const session = await shelf.open(name)
  try {
    const reader = await connectVpcd({ host, port: Number(port), onSlow: warn }, session.card)
    process.stdout.write(`${name} is in the reader at ${vpcd}. Take it out with Ctrl-C.\n`)
    await Promise.race([stopped(), reader.closed])
    reader.close()
    return 0
  } finally {
    await session.end()
  }
}

/** The shelf of a data folder; a folder that is still empty is seeded first. */
async function cardsOf(data: string): Promise<Shelf> {
  const present = CARD_NAMES.every((name) => existsSync(cardPath(data, name)))
  if (!present) await (await folderWorld(data)).close()
  const platform = { entropy: systemEntropy, memory: (name: string) => fileMemory(cardPath(data, name)) }
  return createShelf({ platform })
}

const warn = (text: string) => process.stderr.write(`kazasu: ${text}\n`)
