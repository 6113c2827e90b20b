// Jobs for tests of what happens after failures.

import type { Jobs } from '../../base/ports.ts'

/** Work in this process, tried again at once: for tests of what happens after failures, which would wait otherwise. */
export function promptJobs(): Jobs & { idle(): Promise<void> } {
  const handlers = new Map<string, (data: Record<string, unknown>) => Promise<void>>()
  const running = new Set<Promise<void>>()
  const perform = async (queue: string, data: Record<string, unknown>, tries = 20): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    try {
      await handlers.get(queue)?.(data)
    } catch {
      if (tries > 0) await perform(queue, data, tries - 1)
    }
  }
  return {
    /** Nothing is done any more, nor will be tried again. */
    idle: async () => {
      while (running.size > 0) await Promise.all(running)
    },
    send: async (queue, data) => {
      const job = perform(queue, data)
      running.add(job)
      void job.then(() => running.delete(job))
    },
    work: async (queue, handler) => {
      handlers.set(queue, handler)
    },
  }
}
