// From one serial number to its partner, for those who may know. Seed 2 (1対1の紐付け), seed 4 (4)②.

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { MAY_ASK, type Place, placeOf } from './model.ts'
import { no } from './refusals.ts'

export const link =
  ({ store, clock }: Deps): Authority['link'] =>
  async ({ kind, serial, want, asker }) => {
    const allowed: readonly Place[] = MAY_ASK[asker]
    if (!allowed.includes(want)) throw no.notYoursToAsk({ asker, want })
    const row = await store.find(kind, serial)
    if (!row) throw no.unknownCertificate()
    await store.parties.note({ at: clock(), party: asker, service: 'link', detail: `${kind} ${serial} ${want}` })
    const cardAuth = placeOf(row) === 'card-auth' ? row.serial : row.card_auth_serial
    return { serial: cardAuth === null ? null : ((await store.linked(want, cardAuth, clock())) ?? null) }
  }
