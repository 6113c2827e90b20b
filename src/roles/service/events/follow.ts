// What the service does about news by itself: it sees to its stream, and takes over the facts of customers who have new ones, by
// their consent. One whose consent is gone keeps what the service knows.

import { hex } from '../../../base/bytes.ts'
import { Refusal } from '../../../base/refusal.ts'
import type { Service } from '../contract.ts'
import type { Deps } from '../model.ts'
import { ASK_AGAIN_MS, ASKED_AT_ONCE, CHECK_STREAM_MS } from './model.ts'
import type { DueCustomer } from './store.ts'

export const followNews =
  (deps: Deps): Service['followNews'] =>
  async () => {
    if (!deps.signals || !deps.asking) return { subscribed: false, refreshed: 0 }
    const subscribed = await subscribe(deps)
    let refreshed = 0
    for (const customer of await deps.store.dueCustomers(deps.clock(), ASKED_AT_ONCE))
      if (await refresh(deps, customer)) refreshed++
    if (refreshed > 0) deps.log('service.refreshed', { refreshed })
    return { subscribed, refreshed }
  }

async function subscribe({ signals, store, clock, entropy, log }: Deps): Promise<boolean> {
  const now = clock()
  const before = (ms: number) => new Date(now.getTime() - ms)
  const known = await store.stream()
  const checkedBefore = before(known?.verified ? CHECK_STREAM_MS.verified : CHECK_STREAM_MS.unverified)
  if (known && known.checkedAt > checkedBefore) return false
  const state = hex(entropy(16))
  // Recorded first: the answer may be pushed before ours is here.
  await store.checkStream(state, now)
  const streamId = await signals!.subscribe(state)
  log('service.stream', { streamId })
  return true
}

async function refresh(deps: Deps, customer: DueCustomer): Promise<boolean> {
  const { store, clock, asking } = deps
  const { clientId, verifier, own } = asking!
  const subject = own ? customer.customerNumber : customer.subject
  try {
    const { facts } = await verifier.latestFacts({ clientId, subject })
    return await store.settle(customer, facts, clock())
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === 'verifier/noConsent') return store.settle(customer, {}, clock()).then(() => false)
    await store.askAgain(customer, new Date(clock().getTime() + ASK_AGAIN_MS))
    return false
  }
}
