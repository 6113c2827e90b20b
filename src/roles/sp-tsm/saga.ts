// Moves orders: one worker at a time by a lease on the row, one step after another, forward or back. Each step's
// result and the new state are one write; a crash before it repeats the step.

import { hex } from '../../base/bytes.ts'
import { Refusal, reasonOf } from '../../base/refusal.ts'
import { recording } from '../../protocol/globalplatform/index.ts'
import { upgrade } from './campaign/campaign.ts'
import type { Running } from './deps.ts'
import { attemptsFor, isWorking, LEASE_MS, type StepName, TRANSITIONS, type Transition } from './model.ts'
import type { StepRun } from './operator/store.ts'
import { no } from './refusals.ts'
import { deploy } from './steps/deploy.ts'
import { hold, release, suspend, wake } from './steps/hold.ts'
import { issue } from './steps/issue.ts'
import { load } from './steps/load.ts'
import { makeKeyPair } from './steps/make-key-pair.ts'
import { dropNext, issueNext, makeNextKeyPair, revokeNext, revokeOld, writeNext } from './steps/renew.ts'
import { resetPin } from './steps/reset-pin.ts'
import { revoke } from './steps/revoke.ts'
import type { Step, StepDeps } from './steps/step.ts'
import { takeKeys } from './steps/take-keys.ts'
import { terminate } from './steps/terminate.ts'
import { write } from './steps/write.ts'
import type { OrderPatch, OrderRow } from './store.ts'

const STEPS = {
  deploy,
  takeKeys,
  load,
  makeKeyPair,
  issue,
  write,
  revoke,
  terminate,
  hold,
  suspend,
  wake,
  release,
  resetPin,
  upgrade,
  makeNextKeyPair,
  issueNext,
  writeNext,
  revokeOld,
  revokeNext,
  dropNext,
} as const satisfies Record<StepName, Step>

/** Advances an order as far as it goes by itself. Throws when it must be tried again later. */
export const advance =
  (deps: Running) =>
  async (orderId: string): Promise<void> => {
    const row = await deps.store.order(orderId)
    if (!row || !isWorking(row.state)) return
    await withLease(deps, orderId, async (owner) => {
      while (await oneStep(deps, orderId, owner));
    })
  }

/** One worker at a time has an order, and with it the SIM. */
export async function withLease<T>(deps: Running, orderId: string, work: (owner: string) => Promise<T>): Promise<T> {
  const { store, clock, entropy } = deps
  const owner = hex(entropy(8))
  if (!(await store.lease(orderId, owner, clock(), leaseEnd(deps)))) throw no.orderBusy()
  try {
    return await work(owner)
  } finally {
    await store.release(orderId, owner)
  }
}

const leaseEnd = ({ clock }: Running): Date => new Date(clock().getTime() + LEASE_MS)

/** False when there is nothing more to do. */
async function oneStep(deps: Running, orderId: string, owner: string): Promise<boolean> {
  const order = await deps.store.renew(orderId, owner, leaseEnd(deps))
  if (!order || !isWorking(order.state)) return false
  const transition = TRANSITIONS[order.state]
  deps.onStep?.(`before ${transition.step}`)
  const patch = await outcome(deps, order, transition, owner)
  deps.onStep?.(`done ${transition.step}`)
  await deps.store.moveLeased(orderId, owner, order.state, patch)
  deps.onStep?.(`after ${transition.step}`)
  deps.log('sp-tsm.step', { step: transition.step, state: patch.state ?? order.state })
  return true
}

/** What to write into the order: the step's result with the next state, or the way back. */
async function outcome(deps: Running, order: OrderRow, to: Transition, owner: string): Promise<OrderPatch> {
  const work = { ...stepDeps(deps, order, owner), recording: recording() }
  const run = runOf(deps, order, to)
  let patch: OrderPatch
  try {
    patch = await STEPS[to.step](work, order)
  } catch (error) {
    const attempts = order.attempts + 1
    const definite = error instanceof Refusal && error.status < 500
    const reason = reasonOf(error)
    await run(definite ? 'refused' : 'failed', reason, work.recording.lines())
    deps.log('sp-tsm.failed', { step: to.step, attempts, reason })
    if (to.back && definite) return { state: to.back, attempts: 0, refusal: error.code }
    if (to.back && attempts >= attemptsFor(reason))
      return { state: to.back, attempts: 0, refusal: no.repeatedFailure().code }
    await deps.store.moveLeased(order.order_id, owner, order.state, { attempts })
    throw error
  }
  await run('done', null, [])
  return { state: to.next, attempts: 0, ...patch }
}

/** For operators: how long the step took, and what was said to the card when it failed. */
const runOf = ({ store, clock }: Running, { order_id }: OrderRow, { step }: Transition) => {
  const at = clock()
  return (outcome: StepRun['outcome'], code: string | null, lines: readonly string[]) => {
    const milliseconds = clock().getTime() - at.getTime()
    const transcript = lines.length === 0 ? null : lines.join('\n')
    return store.addRun({ order_id, at, step, milliseconds, outcome, code, transcript })
  }
}

export function stepDeps(deps: Running, { order_id }: OrderRow, owner: string): StepDeps {
  const { authority, carriers, entropy, secrets, store, uiApp, loadFile, onStep } = deps
  const carrierOf = ({ carrier }: Pick<OrderRow, 'carrier'>) => {
    const found = carriers[carrier]
    if (!found) throw no.unknownCarrier({ carrier })
    return found
  }
  return {
    authority,
    entropy,
    secrets,
    uiApp,
    loadFile,
    recording: recording(),
    loadFileOf: async (version) => {
      const found = (await store.campaigns()).find((one) => one.version === version)
      if (!found) throw no.unknownCampaign({ version })
      return found.load_file
    },
    carrierOf,
    removePartners: async ({ carrier, iccid }) => {
      for (const { request_id, partner } of await store.partnersOfSim(carrier, iccid)) {
        await carrierOf({ carrier }).removePartner({ requestingEntity: 'sp-tsm', iccid, partner })
        await store.changePartnerRequest(request_id, { state: 'removed', first_keys: null })
      }
    },
    effect: async (name, work) => {
      if (!(await store.renew(order_id, owner, leaseEnd(deps)))) throw no.leaseLost()
      onStep?.(`before ${name}`)
      const result = await work()
      onStep?.(`after ${name}`)
      return result
    },
  }
}
