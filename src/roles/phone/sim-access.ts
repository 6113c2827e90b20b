// The one door to the secure element: app, TSM proxy, connector and contactless face each get a session of their own, one at a
// time, so that a PIN verified by one is never open to another. Ours: docs/profile.md#sim-access.

import type { Clock, Link, Session } from '../../base/ports.ts'
import { no } from './refusals.ts'

export type Holder = 'proxy' | 'terminal' | 'reader' | 'connector'

export interface SimAccess {
  /** A session for one piece of work of the app; refused while the proxy or a reader has the SIM. */
  alone<T>(work: (link: Link) => Promise<T>): Promise<T>
  /** A session that stays: a proxy's replaces the one before it, a reader's goes on. */
  hold(by: Holder, fresh: boolean): Promise<void>
  /** Work in the session that `hold` began; refused when it has ended. */
  within<T>(by: Holder, work: (link: Link) => Promise<T>): Promise<T>
  release(by: Holder): Promise<void>
  /** Of whoever has one: the SIM is taken out. */
  end(): Promise<void>
}

/** After so long without a command a session counts as left behind. */
const IDLE_MS = 15_000

interface Held {
  readonly by: Holder
  readonly session: Session
  lastUsed: number
}

/** First come, first served; what fails does not keep the next from its turn. */
function takingTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let line: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = line.then(work)
    line = turn.catch(() => undefined)
    return turn
  }
}

/** Idle from the end of the work: a SIM may take longer to make a key pair than a session may be idle. */
async function using<T>(held: Held, work: (link: Link) => Promise<T>, clock: Clock): Promise<T> {
  try {
    return await work(held.session)
  } finally {
    held.lastUsed = clock().getTime()
  }
}

export function simAccess(power: () => Promise<Session>, clock: Clock): SimAccess {
  let held: Held | null = null
  const oneAtATime = takingTurns()
  const end = async () => {
    const ending = held
    held = null
    await ending?.session.end()
  }
  const free = async () => {
    // Either way: a clock that is set back must not keep the SIM for as long.
    if (held && Math.abs(clock().getTime() - held.lastUsed) < IDLE_MS) throw no.busy()
    await end()
  }
  return {
    alone: (work) =>
      oneAtATime(async () => {
        await free()
        const session = await power()
        try {
          return await work(session)
        } finally {
          await session.end()
        }
      }),
    hold: (by, fresh) =>
      oneAtATime(async () => {
        if (held?.by === by && !fresh) return
        await (held?.by === by ? end() : free())
        held = { by, session: await power(), lastUsed: clock().getTime() }
      }),
    within: (by, work) =>
      oneAtATime(async () => {
        if (held?.by !== by) throw no.channelClosed()
        return using(held, work, clock)
      }),
    end: () => oneAtATime(end),
    release: (by) => oneAtATime(async () => (held?.by === by ? end() : undefined)),
  }
}
