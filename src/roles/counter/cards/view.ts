// A card as it is told of, and found by its number.

import type { Card } from '../contract.ts'
import type { CounterDeps } from '../model.ts'
import { no } from '../refusals.ts'
import type { CardRow } from '../store.ts'

const serial = (text: string | null): bigint | null => (text === null ? null : BigInt(text))

export const viewOf = (row: CardRow): Card => ({
  cardNumber: row.card_number,
  state: row.state,
  expiry: row.expiry,
  authSerial: serial(row.auth_serial),
  signSerial: serial(row.sign_serial),
})

export async function cardOf({ store }: Pick<CounterDeps, 'store'>, cardNumber: string): Promise<CardRow> {
  const row = await store.card(cardNumber)
  if (!row) throw no.unknownCard()
  return row
}

/** A card that the holder uses; others are refused. */
export async function cardInUse(deps: Pick<CounterDeps, 'store'>, cardNumber: string): Promise<CardRow> {
  const row = await cardOf(deps, cardNumber)
  if (row.state !== 'inUse') throw no.cardNotInUse({ state: row.state })
  return row
}
