// SP-TSM: J-LIS's side of the download of certificate and key into a SIM.

import { apply } from './apply.ts'
import type { SpTsm } from './contract.ts'
import { QUEUE, type SpTsmDeps } from './deps.ts'
import { WORKING_STATES } from './model.ts'
import { confirmPin, install, order, remove } from './orders.ts'
import { advance } from './saga.ts'
import { secretsOf } from './secrets.ts'

export type { SpTsmDeps } from './deps.ts'
export { no as spTsmRefusals } from './refusals.ts'
export { type SpTsmStore, type SpTsmTables, spTsmMigrations, spTsmStore } from './store.ts'

/** `recover` starts the worker, once every role that it asks is there, and wakes the orders that were under way. */
export async function createSpTsm(given: SpTsmDeps): Promise<SpTsm & { recover(): Promise<void> }> {
  const { store, jobs, alone } = given
  const deps = { ...given, secrets: secretsOf(given) }
  const work = advance(deps)
  let working: Promise<void> | undefined
  return {
    apply: apply(deps),
    install: install(deps),
    order: order(deps),
    confirmPin: confirmPin(deps),
    remove: remove(deps),
    census: async () => ({ orders: await store.census() }),
    recover: async () => {
      if (alone) await store.releaseAll()
      await (working ??= jobs.work(QUEUE, ({ orderId }) => work(String(orderId))))
      for (const orderId of await store.inStates(WORKING_STATES)) await jobs.send(QUEUE, { orderId })
    },
  }
}
