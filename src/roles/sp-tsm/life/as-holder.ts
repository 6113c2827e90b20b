// The holder, from whatever phone, with the card: the statement is signed by its 署名用 key. Its certificate leads to
// that of the card, and this to the order. Seed 4 (5)③: PINを失念・ロックした際の再設定方法.

import type { SpTsm } from '../contract.ts'
import type { Running } from '../deps.ts'
import { FRESHNESS_MS } from '../model.ts'
import { orderView } from '../order-view.ts'
import { no } from '../refusals.ts'
import { signedByCard } from '../signed-by-card.ts'
import type { OrderRow } from '../store.ts'
import { type HolderStatement, zHolderStatement } from './contract.ts'
import { endOrder, resumeOrder, stopOrder } from './events.ts'
import { resetPin } from './requests.ts'

type Act = (deps: Running, order: OrderRow) => Promise<OrderRow>

/** On the phone that has the certificate, and nowhere else. */
const HERE = {
  'jpki-phone-resume': (deps, { order_id }) => resumeOrder(deps, order_id, 'holder'),
  'jpki-phone-reset-pin': (deps, { order_id }) => resetPin(deps, order_id, 'holder'),
  'jpki-phone-show': async (_, order) => order,
} as const satisfies Partial<Record<HolderStatement['purpose'], Act>>

/** From any phone, of the certificate in another. */
const ELSEWHERE = {
  'jpki-phone-stop': async (deps, { order_id }) => (await stopOrder(deps, order_id, 'holder')).order,
  'jpki-phone-end': async (deps, { order_id }) => (await endOrder(deps, order_id, 'holder', 'keyCompromise')).order,
} as const satisfies Partial<Record<HolderStatement['purpose'], Act>>

const isHere = (purpose: HolderStatement['purpose']): purpose is keyof typeof HERE => Object.hasOwn(HERE, purpose)

export const asHolder =
  (deps: Running): SpTsm['asHolder'] =>
  async ({ statement }) => {
    const { store, clock } = deps
    const { form, serial } = await signedByCard(deps, statement, zHolderStatement)
    const { purpose, iccid, signedAt, nonce } = form
    if (Math.abs(clock().getTime() - Date.parse(signedAt)) > FRESHNESS_MS) throw no.notFresh()
    const living = await ordersOfHolder(deps, serial)
    const act: Act = isHere(purpose) ? HERE[purpose] : ELSEWHERE[purpose]
    const order = isHere(purpose) ? living.findLast((one) => one.iccid === iccid) : elsewhere(living, iccid)
    if (!order) throw no.otherSim()
    if (!(await store.useStatement(nonce, clock()))) throw no.nonceUsed()
    return orderView(deps, await act(deps, order))
  }

/** While a certificate moves there are two: the lost one is not that which is on its way into the SIM at hand. */
const elsewhere = (living: readonly OrderRow[], iccid: string): OrderRow | undefined =>
  living.findLast((order) => order.iccid !== iccid && order.serial !== null) ?? living.at(-1)

/** By the card's certificate; by the phone's where the card was renewed since the application. */
async function ordersOfHolder({ store, authority }: Running, signSerial: bigint): Promise<OrderRow[]> {
  for (const want of ['card-auth', 'phone-auth'] as const) {
    const { serial } = await authority.link({ kind: 'sign', serial: signSerial, want, asker: 'sp-tsm' })
    const living = serial === null ? [] : await store.liveBySerial(serial.toString())
    if (living.length > 0) return living
  }
  throw no.unknownOrder()
}
