// What must happen without anybody asking: the authority follows the resident register and puts out fresh CRLs, OCSP answers and filters; the
// SP-TSM wakes orders whose jobs have given up, and follows what was stopped at the authority.

import type { Log } from '../base/ports.ts'
import { reasonOf } from '../base/refusal.ts'
import type { Authority } from '../roles/authority/contract.ts'
import type { Verifier } from '../roles/verifier/contract.ts'

const EVERY_MS = 15 * 60_000

/** A certificate that is stopped by the hot line is not used in its SIM a minute later: docs/profile.md#life. */
export const FOLLOW_EVERY_MS = 10_000

export type Upkeep = () => Promise<unknown>

export const authorityUpkeep = (authority: Authority): readonly Upkeep[] => [
  () => authority.followRegister({}),
  () => authority.refreshStatus({}),
]

/** A moved citizen's services know within a minute: docs/profile.md#events. */
export const newsUpkeep = (
  verifier: Pick<
    Verifier,
    'followChanges' | 'deliverEvents' | 'notifyClients' | 'countActivity' | 'sealEvidence' | 'forgetDue'
  >,
): readonly Upkeep[] => [
  () => verifier.followChanges({}),
  () => verifier.deliverEvents({}),
  () => verifier.notifyClients({}),
  () => verifier.countActivity({}),
  () => verifier.sealEvidence({}),
  () => verifier.forgetDue({}),
]

/** Key pairs that wait for holders whose cards make none: docs/profile.md#key-pool. */
export const KEYS_AHEAD = 32

export const keysAhead =
  (authority: Authority): Upkeep =>
  () =>
    authority.fillKeyPool({ upTo: KEYS_AHEAD })

/** Once; what fails is logged and tried again the next time. */
export async function maintain(log: Log, works: readonly Upkeep[]): Promise<void> {
  for (const work of works) {
    try {
      await work()
    } catch (error) {
      log('maintenance.failed', { reason: reasonOf(error) })
    }
  }
}

/** Every quarter of an hour unless said; the returned function ends it, after what is running. */
export function keepMaintained(log: Log, works: readonly Upkeep[], every = EVERY_MS): () => Promise<void> {
  let running: Promise<void> | undefined
  // One that takes longer is not begun again meanwhile.
  const timer = setInterval(() => {
    running ??= maintain(log, works).finally(() => {
      running = undefined
    })
  }, every)
  timer.unref()
  return () => {
    clearInterval(timer)
    return Promise.resolve(running)
  }
}

/** Of works that are given to it one begins when the one before has ended, also when that failed. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> | undefined
  return (work) => {
    const mine = last ? last.then(work, work) : work()
    last = mine
    return mine
  }
}
