// A dead letter is given up for good: it never comes, and the receiver is told that there is a gap. SSF 1.0 §8.1.5 has an event for what
// a transmitter does to a stream by itself; that it also says a gap is ours: docs/profile.md#events.

import { hex } from '../../../../base/bytes.ts'
import type { Deps } from '../../model.ts'
import type { Ends } from '../../operator/store.ts'
import { no } from '../../refusals.ts'

export async function mustBeDead({ store }: Pick<Deps, 'store'>, jti: string): Promise<void> {
  if (!(await store.events.isDead(jti))) throw no.noDeadLetter()
}

export async function giveUp({ store, clock, entropy, log }: Deps, jti: string, reason: string, ends: Ends) {
  if (!(await store.events.drop(jti, { reason, now: clock(), gap: hex(entropy(16)), ends }))) throw no.noDeadLetter()
  log('verifier.events.given-up', { jti })
}
