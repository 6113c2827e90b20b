// What could not be delivered, for operators: the reason and the service, never the person. Tried again by one clerk; given up by two
// (proposals.ts).

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { atDesk, reading } from './desk.ts'

const SHOWN = 200

export const undelivered =
  (deps: Deps): Verifier['undelivered'] =>
  async ({ session }) => {
    await reading(deps, session)
    const waiting = await deps.store.events.waitingByClient()
    const dead = await deps.store.events.dead(SHOWN)
    return {
      waiting: waiting.map(({ client_id: clientId, count, oldest, failures }) => ({
        ...{ clientId, count: Number(count), oldest, failures },
      })),
      dead: dead.map(({ jti, client_id: clientId, type, at, reason }) => ({
        ...{ jti, clientId, type, at, reason: reason ?? '' },
      })),
    }
  }

export const reviveLetter =
  (deps: Deps): Verifier['reviveLetter'] =>
  async ({ session, jti }) => {
    await atDesk(deps, session, 'operator', { act: 'revive', subject: jti }, async () => {
      if (!(await deps.store.events.revive(jti, deps.clock()))) throw no.noDeadLetter()
      await deps.store.operator.endProposal('drop', jti)
    })
    return {}
  }
