// What could not be delivered, for operators: the reason and the service, never the person.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'

const SHOWN = 200

export const undelivered =
  ({ store }: Deps): Verifier['undelivered'] =>
  async () => {
    const waiting = await store.events.waitingByClient()
    const dead = await store.events.dead(SHOWN)
    return {
      waiting: waiting.map(({ client_id, count, oldest, failures }) => ({
        clientId: client_id,
        count: Number(count),
        oldest,
        failures,
      })),
      dead: dead.map(({ jti, client_id, type, at, reason }) => ({
        jti,
        clientId: client_id,
        type,
        at,
        reason: reason ?? '',
      })),
    }
  }

export const revive =
  ({ store, clock, log }: Deps): Verifier['revive'] =>
  async ({ jti }) => {
    if (!(await store.events.revive(jti, clock()))) throw no.noDeadLetter()
    log('verifier.events.revived', { jti })
    return {}
  }
