// Every cell of line × SIM × phone × network, walked by a person with the card in hand: what is eligible enrols by the bearer
// that is told and is taken out again; for the rest nothing is sent to anybody. Seed 4 (1), (3)⑤⑥.

import assert from 'node:assert/strict'
import type { Bearer } from '../../roles/carrier/contract.ts'
import { type Cell, matrix, SITUATIONS } from '../../roles/carrier/index.ts'
import { type CarrierId, carrierFacts } from '../people.ts'
import type { Handsets, WayIn } from './handsets.ts'
import { type Holder, subscriberOf } from './holder.ts'
import type { Household, NewSim } from './household.ts'

export type WorldCell = Cell<CarrierId>

const simOf = ({ carrier, line, sim }: WorldCell) => `${carrier.id} ${line} · ${sim}`
export const titleOf = (cell: WorldCell) => `${simOf(cell)} · ${cell.device} · ${cell.situation}`

/** One SIM after the other; of each, first what is refused. */
export const CELLS: readonly WorldCell[] = [...Map.groupBy(matrix(carrierFacts), simOf).values()].flatMap((ofSim) =>
  ofSim.toSorted((a, b) => Number(a.eligible) - Number(b.eligible)),
)

const WAY_OF = { proxy: 'proxyOpen', https: 'shortMessages', sms: 'shortMessages' } as const satisfies Record<
  Bearer,
  WayIn
>

interface Line extends NewSim {
  readonly of: string
  readonly carrier: CarrierId
  readonly msisdn: string
}

/** Each SIM with a line of its own, closed when it has been through its cells. */
export function cellWalk(me: Holder, hands: Handsets, household: Household) {
  const { carriers, outbox, spTsm, newSim } = household
  let line: Line | undefined
  let lines = 0
  const close = async () => {
    if (line) await carriers[line.carrier].terminateLine({ msisdn: line.msisdn, reason: 'cancelled' })
    line = undefined
  }
  const lineFor = async (cell: WorldCell): Promise<Line> => {
    if (line?.of === simOf(cell)) return line
    await close()
    const carrier = cell.carrier.id
    const msisdn = `8180${String(++lines).padStart(8, '0')}`
    const sim = await newSim('adult', carrier, { simModel: cell.sim, msisdn })
    await carriers[carrier].subscribe({ ...sim, msisdn, deviceModel: cell.device, subscriber: subscriberOf('adult') })
    if (cell.line === 'suspended') await carriers[carrier].suspendLine({ msisdn, reason: 'unpaid' })
    line = { of: simOf(cell), carrier, msisdn, ...sim }
    return line
  }
  const refused = async (cell: WorldCell, { iccid, msisdn }: Line) => {
    const before = await spTsm.census({})
    hands.listen()
    await assert.rejects(me.phone.apply(me.withCard), {
      code: 'sp-tsm/notEligible',
      detail: { reasons: cell.reasons.join(', ') },
    })
    assert.deepEqual(hands.heard(iccid), { ways: [], commands: 0 })
    assert.deepEqual(await outbox.inbox('sms', msisdn), [])
    assert.deepEqual(await spTsm.census({}), before)
  }
  return {
    /** To a certificate in use, or to the reason. */
    walk: async (cell: WorldCell) => {
      const of = await lineFor(cell)
      await hands.take(cell.device, of.iccid, SITUATIONS[cell.situation])
      if (!cell.bearer) return refused(cell, of)
      hands.listen()
      await me.applied()
      await me.installed()
      assert.deepEqual(hands.heard(of.iccid).ways, [WAY_OF[cell.bearer]])
      await me.certificates()
    },
    /** Out of the SIM again. */
    back: async () => {
      await me.phone.remove({})
      await me.become('undone')
    },
    close,
  }
}
