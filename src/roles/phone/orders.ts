// The order that this phone made for the SIM in it, asked of the SP-TSM; codes, installation and removal.

import type { Order, SpTsm } from '../sp-tsm/contract.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import type { Slot } from './slot.ts'
import type { PhoneStore } from './store.ts'

interface Deps {
  readonly name: string
  readonly spTsm: SpTsm
  readonly store: PhoneStore
  readonly slot: Slot
}

export const currentOrder =
  ({ name, spTsm, store, slot }: Deps) =>
  async (): Promise<Order | null> => {
    const orderId = await store.orderId(name, (await slot.sim()).iccid)
    return orderId === null ? null : spTsm.order({ orderId })
  }

/** The one with a certificate in a SIM that was in this phone before. */
export const orderElsewhere =
  ({ name, spTsm, store, slot }: Deps) =>
  async (): Promise<Order | null> => {
    const { iccid } = await slot.sim()
    for (const orderId of await store.otherOrderIds(name, iccid)) {
      const order = await spTsm.order({ orderId })
      if (order.serial !== null && order.endedBy === null) return order
    }
    return null
  }

export async function orderId({ name, store, slot }: Deps): Promise<{ orderId: string }> {
  const known = await store.orderId(name, (await slot.sim()).iccid)
  if (known === null) throw no.noOrder()
  return { orderId: known }
}

export const install =
  (deps: Deps): Phone['install'] =>
  async () =>
    deps.spTsm.install(await orderId(deps))

export const confirmCode =
  (deps: Deps): Phone['confirmCode'] =>
  async ({ code }) =>
    deps.spTsm.confirmCode({ ...(await orderId(deps)), code })

export const resendCode =
  (deps: Deps): Phone['resendCode'] =>
  async () =>
    deps.spTsm.resendCode(await orderId(deps))

export const remove =
  (deps: Deps): Phone['remove'] =>
  async () =>
    deps.spTsm.remove(await orderId(deps))
