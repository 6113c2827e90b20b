// What is on each card of a shelf, asked from the card itself and without any PIN.

import type { Link } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'
import { CardRefused, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { CARD_NAMES, type Shelf } from '../../world/shelf.ts'

export interface CardEntry {
  readonly name: string
  readonly what: string
  readonly label: string | null
  readonly authTries: number | null
}

export async function inventory(shelf: Shelf): Promise<CardEntry[]> {
  const entries: CardEntry[] = []
  for (const name of CARD_NAMES) entries.push(await entry(shelf, name))
  return entries
}

async function entry(shelf: Shelf, name: string): Promise<CardEntry> {
  try {
    const card = await shelf.open(name)
    try {
      return await look(name, card)
    } finally {
      await card.end()
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { name, what: 'in use: in a reader, or in the phone of a running world', label: null, authTries: null }
  }
}

async function look(name: string, link: Link): Promise<CardEntry> {
  try {
    const { label } = await run(link, askLabel())
    const authTries = await run(link, jpki.pinRetries('auth'))
    const what = `${label === jpki.TOKEN_LABEL.card ? 'My Number Card' : 'SIM with JPKI applet'}, ${authTries} tries of the PIN left`
    return { name, what, label, authTries }
  } catch (error) {
    if (!(error instanceof CardRefused)) throw error
    return { name, what: 'SIM without JPKI applet', label: null, authTries: null }
  }
}

function* askLabel() {
  yield* jpki.select()
  return yield* jpki.tokenInfo()
}
