// J-LIS's call centre, day and night: finds the order of a caller by what only the caller says, tells whose turn it is, and
// stops. It may not resume: who calls has shown no card. Every call is written down. Seed 4 (5)③⑥.

import type { SpTsm } from '../contract.ts'
import type { Running } from '../deps.ts'
import { mayLift } from '../life/contract.ts'
import { stopOrder } from '../life/events.ts'
import { afterEvent } from '../life/model.ts'
import { no } from '../refusals.ts'
import type { OrderRow } from '../store.ts'
import { atDesk, byReference, shownOrder } from './operator.ts'

type Caller = Parameters<SpTsm['findForCaller']>[0]['caller']

/** The order of the caller that is not over, or else the last; the same "nobody" for all that does not fit. */
async function ofCaller(deps: Running, caller: Caller): Promise<OrderRow | undefined> {
  const { store, authority, carriers } = deps
  if ('fourInfo' in caller) {
    const { serial } = await authority.cardOf({ fourInfo: caller.fourInfo, asker: 'sp-tsm' })
    return serial === null ? undefined : (await store.liveBySerial(serial.toString())).at(-1)
  }
  const { msisdn, name, birthDate } = caller
  for (const [id, carrier] of Object.entries(carriers)) {
    const { line } = await carrier.askAtShop({ msisdn, subscriber: { name, birthDate } })
    if (line) return store.orderOfSim(id, line.iccid)
  }
  return undefined
}

export const findForCaller =
  (deps: Running): SpTsm['findForCaller'] =>
  async ({ session, caller }) => {
    const act = { desk: 'call-centre', act: 'find', reference: null } as const
    const found = await atDesk(deps, session, act, async () => {
      const order = await ofCaller(deps, caller)
      const row = order && (await deps.store.shownByOrder(order.order_id))
      return row ? shownOrder(row) : null
    })
    if (!found) return { found: null }
    const { reference, state, way, waitsFor, turn, stoppedBy, refusal } = found
    const mayResume = (['holder', 'counter', 'operator', 'line', 'sim'] as const).filter((by) =>
      stoppedBy.every((stopper) => mayLift(stopper, by)),
    )
    return {
      found: {
        ...{ reference, state, way, waitsFor, turn, stoppedBy, refusal },
        mayStop: afterEvent(state, 'stop') !== undefined,
        mayResume: stoppedBy.length > 0 ? mayResume : [],
      },
    }
  }

export const stopForCaller =
  (deps: Running): SpTsm['stopForCaller'] =>
  async ({ session, reference }) => {
    await atDesk(deps, session, { desk: 'call-centre', act: 'stop', reference }, async () => {
      const { order_id, state } = await byReference(deps, reference)
      const { happened } = await stopOrder(deps, order_id, 'hot-line')
      if (!happened) throw no.notNow({ state })
      return { reference }
    })
    return {}
  }
