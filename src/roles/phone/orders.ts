// The order that this phone made, asked of the SP-TSM; codes, installation and removal.

import type { Order, SpTsm } from '../sp-tsm/contract.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import type { PhoneStore } from './store.ts'

interface Deps {
  readonly name: string
  readonly spTsm: SpTsm
  readonly store: PhoneStore
}

export const currentOrder =
  ({ name, spTsm, store }: Deps) =>
  async (): Promise<Order | null> => {
    const orderId = await store.orderId(name)
    return orderId === null ? null : spTsm.order({ orderId })
  }

export async function orderId({ name, store }: Deps): Promise<{ orderId: string }> {
  const known = await store.orderId(name)
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
