// Jobs of one life: tried again at once, and forgotten when it dies.

import type { Jobs } from '../../../base/ports.ts'
import { forever, type Life, unlessItDies, within } from './process.ts'

/** More than faults in one act. */
const TRIES = 12

export interface MortalJobs extends Jobs {
  /** Nothing is being done any more, nor will be tried again. */
  idle(): Promise<void>
  /** How many were sent. */
  readonly sent: number
}

/** `failed` hears of each try that did not succeed. */
export function mortalJobs(life: Life, failed: (error: unknown) => void): MortalJobs {
  const handlers = new Map<string, (data: Record<string, unknown>) => Promise<void>>()
  const running = new Set<Promise<void>>()
  let sent = 0
  const perform = async (queue: string, data: Record<string, unknown>): Promise<void> => {
    for (let left = TRIES; left > 0 && !life.dead; left--) {
      await new Promise((resolve) => setImmediate(resolve))
      try {
        return await unlessItDies(
          life,
          within(life, async () => handlers.get(queue)?.(data)),
        )
      } catch (error) {
        if (!life.dead) failed(error)
      }
    }
  }
  return {
    send: async (queue, data) => {
      if (life.dead) return forever
      sent += 1
      const job = perform(queue, data)
      running.add(job)
      void job.then(() => running.delete(job))
    },
    work: async (queue, handler) => {
      handlers.set(queue, handler)
    },
    get sent() {
      return sent
    },
    idle: async () => {
      while (running.size > 0) await Promise.race(running)
    },
  }
}
