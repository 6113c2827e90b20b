// The holder, from whatever phone, with the card: the statement is signed by its 署名用 key. Its certificate leads to
// that of the card, and this to the order. Seed 4 (5)③: PINを失念・ロックした際の再設定方法.

import type { SpTsm } from '../contract.ts'
import { FRESHNESS_MS } from '../model.ts'
import { orderView } from '../order-view.ts'
import { no } from '../refusals.ts'
import { signedByCard } from '../signed-by-card.ts'
import type { OrderRow } from '../store.ts'
import { type HolderStatement, zHolderStatement } from './contract.ts'
import { endOrder, resumeOrder, stopOrder } from './events.ts'
import { type LifeDeps, resetPin } from './requests.ts'

interface Act {
  /** Only on the phone that has the certificate. */
  readonly here: boolean
  readonly act: (deps: LifeDeps, order: OrderRow) => Promise<OrderRow>
}

const ACTS: Readonly<Record<HolderStatement['purpose'], Act>> = {
  'jpki-phone-stop': {
    here: false,
    act: async (deps, { order_id }) => (await stopOrder(deps, order_id, 'holder')).order,
  },
  'jpki-phone-end': {
    here: false,
    act: async (deps, { order_id }) => (await endOrder(deps, order_id, 'holder', 'keyCompromise')).order,
  },
  'jpki-phone-resume': { here: true, act: (deps, { order_id }) => resumeOrder(deps, order_id, 'holder') },
  'jpki-phone-reset-pin': { here: true, act: (deps, { order_id }) => resetPin(deps, order_id, 'holder') },
  'jpki-phone-show': { here: true, act: async (_, order) => order },
}

export const asHolder =
  (deps: LifeDeps): SpTsm['asHolder'] =>
  async ({ statement }) => {
    const { store, clock } = deps
    const { form, serial } = await signedByCard(deps, statement, zHolderStatement)
    const { purpose, iccid, signedAt, nonce } = form
    if (Math.abs(clock().getTime() - Date.parse(signedAt)) > FRESHNESS_MS) throw no.notFresh()
    const order = await orderOfHolder(deps, serial)
    const { here, act } = ACTS[purpose]
    if (here && order.iccid !== iccid) throw no.otherSim()
    if (!(await store.useStatement(nonce, clock()))) throw no.nonceUsed()
    return orderView(deps, await act(deps, order))
  }

/** By the card's certificate; by the phone's where the card was renewed since the application. The newest of them. */
async function orderOfHolder({ store, authority }: LifeDeps, signSerial: bigint): Promise<OrderRow> {
  for (const want of ['card-auth', 'phone-auth'] as const) {
    const { serial } = await authority.link({ kind: 'sign', serial: signSerial, want, asker: 'sp-tsm' })
    const order = serial === null ? undefined : (await store.liveBySerial(serial.toString())).at(-1)
    if (order) return order
  }
  throw no.unknownOrder()
}
