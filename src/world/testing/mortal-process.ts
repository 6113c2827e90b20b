// A process that can be killed inside of this one: after its death nothing that it called returns, and nothing that it worked at
// is heard of again. What was on its way to others may still arrive, as after a real kill.

import type { Jobs } from '../../base/ports.ts'

export interface Life {
  dead: boolean
  readonly death: Promise<void>
  kill(): void
}

export function newLife(): Life {
  const { promise, resolve } = Promise.withResolvers<void>()
  const life: Life = {
    dead: false,
    death: promise,
    kill: () => {
      life.dead = true
      resolve()
    },
  }
  return life
}

export const forever = new Promise<never>(() => undefined)

type Methods = Record<string, (...args: unknown[]) => unknown>

/** What the process calls: `around` stands between, and knows the call by its name. */
export const calledIn = <T extends object>(
  life: Life,
  role: T,
  around: (work: () => Promise<unknown>, name: string) => Promise<unknown> = (work) => work(),
): T =>
  new Proxy(role, {
    get: (target, name: string) => {
      const member = (target as unknown as Methods)[name]
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        if (life.dead) return forever
        const answer = await around(async () => member(...args), name)
        return life.dead ? forever : answer
      }
    },
  })

/** Jobs that are tried again at once, and forgotten when their process dies. */
export function mortalJobs(tries = 12) {
  const handlers = new Map<string, (data: Record<string, unknown>) => Promise<void>>()
  const running = new Set<Promise<void>>()
  let births = 0
  const perform = async (queue: string, data: Record<string, unknown>, born: number, left = tries): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    if (born !== births) return
    try {
      await handlers.get(queue)?.(data)
    } catch {
      if (left > 0) await perform(queue, data, born, left - 1)
    }
  }
  const jobs: Jobs = {
    send: async (queue, data) => {
      const job = perform(queue, data, births)
      running.add(job)
      void job.then(() => running.delete(job))
    },
    work: async (queue, handler) => {
      handlers.set(queue, handler)
    },
  }
  const forget = () => {
    births += 1
    running.clear()
  }
  const idle = async () => {
    while (running.size > 0) await Promise.race(running)
  }
  return { jobs, forget, idle }
}
