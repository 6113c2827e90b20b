// What must happen without anybody asking: the authority follows the resident register and puts out fresh CRLs, OCSP answers and filters; the
// SP-TSM wakes orders whose jobs have given up.

import type { Log } from '../base/ports.ts'
import type { Authority } from '../roles/authority/contract.ts'

const EVERY_MS = 15 * 60_000

export type Upkeep = () => Promise<unknown>

export const authorityUpkeep = (authority: Authority): readonly Upkeep[] => [
  () => authority.followRegister({}),
  () => authority.refreshStatus({}),
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
      log('maintenance.failed', { reason: (error as Error).name })
    }
  }
}

/** Every quarter of an hour; the returned function ends it, after what is running. */
export function keepMaintained(log: Log, works: readonly Upkeep[]): () => Promise<void> {
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(() => maintain(log, works))
  }, EVERY_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    return running
  }
}
