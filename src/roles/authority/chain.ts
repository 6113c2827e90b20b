// Renewals form chains: which certificate came before and after this one in the same place (署名用 or 利用者証明用 of
// the card, or the phone's) of the same person. Seed 2 (1対1の紐付け), seed 4 (4)②; answers are noted.

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { MAY_ASK, placeOf } from './model.ts'
import { no } from './refusals.ts'

export const chain =
  ({ store, clock }: Deps): Authority['chain'] =>
  async ({ kind, serial, asker }) => {
    const row = await store.find(kind, serial)
    const place = row && placeOf(row)
    if (!place) throw no.unknownCertificate()
    const allowed: readonly string[] = MAY_ASK[asker]
    if (!allowed.includes(place)) throw no.notYoursToAsk({ asker, want: place })
    const rows = await store.inPlace(kind, row.medium, row.resident_id!)
    const at = rows.findIndex((one) => one.serial === serial)
    await store.parties.note({ at: clock(), party: asker, service: 'link', detail: `chain ${kind} ${serial}` })
    const serials = rows.map((one) => one.serial)
    return { serials, position: at, predecessor: serials[at - 1] ?? null, successor: serials[at + 1] ?? null }
  }
