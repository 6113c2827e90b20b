// Questions about orders, and what the holder decides: install, PIN set, remove.

import { checkStill, ended, replacedBy } from './applications/codes.ts'
import { addEvidence } from './applications/evidence.ts'
import type { SpTsm } from './contract.ts'
import type { Running } from './deps.ts'
import { endOrder, happen } from './life/events.ts'
import { endReplaced } from './life/moves.ts'
import { existing, orderView, type ViewDeps } from './order-view.ts'
import { no } from './refusals.ts'

export const order =
  (deps: ViewDeps): SpTsm['order'] =>
  async ({ orderId }) =>
    orderView(deps, await existing(deps.store, orderId))

/** Starts the saga; asked again, it wakes one that sleeps. A line, SIM or card that is not what it was ends the order. */
export const install =
  (deps: Running): SpTsm['install'] =>
  async ({ orderId }) => {
    const before = await existing(deps.store, orderId)
    const { state } = before
    if (state === 'applied') throw no.notApproved()
    if (state === 'accepted') await mayBegin(deps, orderId)
    const old = await replacedBy(deps, before)
    const also = () => (old ? { replaces_serial: old.serial } : {})
    const { order, happened } = await happen(deps, orderId, ['install', 'holder'], also)
    if (happened) {
      await addEvidence(deps, orderId, { kind: 'lineAtInstallation', outcome: 'passed' })
      await deps.store.changeApplication(orderId, { petition: null })
    }
    return orderView(deps, order)
  }

async function mayBegin(deps: Running, orderId: string): Promise<void> {
  const { store, clock } = deps
  const application = await store.application(orderId)
  if (!application) throw no.applicationOver()
  if (application.open_until < clock()) throw await ended(deps, application, no.applicationOver())
  await checkStill(deps, application, await existing(store, orderId))
}

/** The one whose place it takes ends now, and not before. */
export const confirmPin =
  (deps: Running): SpTsm['confirmPin'] =>
  async ({ orderId }) => {
    const { order } = await happen(deps, orderId, ['confirmPin', 'holder'], () => ({ transport_pin: null }))
    if (order.state !== 'active') throw no.pinNotDue({ state: order.state })
    if (order.replaces) await endReplaced(deps, order.replaces)
    return orderView(deps, order)
  }

/** From any state; a worker that is busy with the order turns round at its next step. */
export const remove =
  (deps: Running): SpTsm['remove'] =>
  async ({ orderId }) => {
    const { order } = await endOrder(deps, orderId, 'holder')
    if (order.state === 'undone') await deps.store.changeApplication(orderId, { petition: null, code_hash: null })
    return orderView(deps, order)
  }
