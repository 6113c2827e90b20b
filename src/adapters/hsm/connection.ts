// The way from the authority to the signer process: started when first needed, started anew when it or the token dies,
// and what was being asked is asked again. A signature asked for twice is the same signature, or as good as.

import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as after } from 'node:timers/promises'
import type { Refusal } from '../../base/refusal.ts'
import type { Answered, Failure, Question, Value } from './messages.ts'
import { no } from './refusals.ts'
import type { HsmSettings } from './settings.ts'

export interface HsmConnection {
  /** Refuses with one of `hsm/…`. */
  ask(question: Exclude<Question, { ask: 'open' }>): Promise<Value>
  /** Label, model and serial number of the token. */
  describe(): Promise<string>
  /** The signer process, for who watches it; undefined when none runs. */
  pid(): number | undefined
  close(): void
}

class Lost extends Error {
  readonly noToken: boolean

  constructor(reason: string, noToken = false) {
    super(reason)
    this.noToken = noToken
  }
}

/** `.ts` as we run it, `.js` in the built package. */
const SUFFIX = import.meta.url.slice(-3)

const SESSIONS = 4

/** Waits between tries: a token that is replugged or a network HSM that restarts. */
const PATIENCE_MS = [0, 100, 200, 400, 800, 1600, 3200] as const

const FINAL: Partial<Record<Failure, () => Refusal>> = {
  'not-installed': no['not-installed'],
  'wrong-pin': no['wrong-pin'],
}

export function connectHsm(settings: HsmSettings, patience: readonly number[] = PATIENCE_MS): HsmConnection {
  let current: Promise<Signing> | undefined
  const opened = (): Promise<Signing> => {
    current ??= start(settings)
    current.catch(() => undefined)
    return current
  }
  const patiently = async <T>(work: (signing: Signing) => Promise<T>): Promise<T> => {
    let last: Lost | undefined
    for (const wait of patience) {
      if (wait > 0) await after(wait)
      const mine = opened()
      try {
        return await work(await mine)
      } catch (error) {
        if (current === mine) current = undefined
        if (!(error instanceof Lost)) throw error
        last = error
      }
    }
    const { token } = settings
    throw last?.noToken ? no['no-token']({ token }, last) : no.unavailable({ token, reason: last?.message ?? '' }, last)
  }
  let pid: number | undefined
  return {
    ask: (question) =>
      patiently((signing) => {
        pid = signing.pid
        return signing.ask(question)
      }),
    describe: () => patiently(async (signing) => signing.description),
    pid: () => pid,
    close: () => {
      current?.then((signing) => signing.end()).catch(() => undefined)
      current = undefined
    },
  }
}

interface Signing {
  readonly pid: number | undefined
  readonly description: string
  ask(question: Question): Promise<Value>
  end(): void
}

async function start({ module, token, pin, sessions = SESSIONS, environment }: HsmSettings): Promise<Signing> {
  const { KAZASU_PKCS11_PIN: _, ...env } = process.env
  const child = fork(new URL(`./signer-process${SUFFIX}`, import.meta.url), {
    serialization: 'advanced',
    execArgv: [],
    env: { ...env, ...environment },
  })
  child.unref()
  child.channel?.unref()
  const ask = asking(child)
  const end = () => child.kill()
  try {
    const description = await ask({ ask: 'open', module, token, pin: pin(), sessions })
    return { pid: child.pid, description: String(description), ask, end }
  } catch (error) {
    end()
    throw error
  }
}

interface Waiting {
  resolve(value: Value): void
  reject(error: Error): void
}

/** While somebody waits for an answer, this process stays. */
function asking(child: ChildProcess): Signing['ask'] {
  const waiting = new Map<number, Waiting>()
  let gone = false
  let next = 0
  const settled = (id: number): Waiting | undefined => {
    const one = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) child.channel?.unref()
    return one
  }
  child.on('message', (answered: Answered) => {
    const one = settled(answered.id)
    if ('failure' in answered)
      one?.reject(FINAL[answered.failure]?.() ?? new Lost(answered.reason, answered.failure === 'no-token'))
    else one?.resolve(answered.value)
  })
  const lose = () => {
    gone = true
    for (const id of [...waiting.keys()]) settled(id)?.reject(new Lost('the signer process has ended'))
  }
  // Not at `exit`: its last answer may still be on the way, and a PIN that was wrong must not be tried again.
  child.on('disconnect', lose).on('error', lose)
  return (question) =>
    new Promise((resolve, reject) => {
      if (gone) return reject(new Lost('the signer process has ended'))
      const id = next++
      waiting.set(id, { resolve, reject })
      child.channel?.ref()
      child.send({ id, ...question }, (error) => {
        if (error) settled(id)?.reject(new Lost(error.message))
      })
    })
}
