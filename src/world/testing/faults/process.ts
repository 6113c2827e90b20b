// Processes that can be killed inside of this one, and the calls between them. What a dead one had begun goes on in memory,
// but nothing that it calls returns to it and nothing that it calls is done: its doors to others, to the database, to
// the SIM and to its jobs are shut (each asks `Life.dead` first), and its transactions are rolled back before another
// begins in its place. What was on its way to others may still arrive, as after a real kill.

import { AsyncLocalStorage } from 'node:async_hooks'

/** What the network, or a machine that is away, says. */
export class Injected extends Error {}

export const forever = new Promise<never>(() => undefined)

export class Life {
  readonly party: string
  dead = false
  readonly #death = Promise.withResolvers<void>()
  readonly #remains = new Set<() => Promise<void> | void>()
  #buried: Promise<unknown> = Promise.resolve()

  constructor(party: string) {
    this.party = party
  }

  get death(): Promise<void> {
    return this.#death.promise
  }

  /** What of it is to be ended when it dies: a transaction, a session with a card. */
  leaves(end: () => Promise<void> | void): () => void {
    this.#remains.add(end)
    return () => this.#remains.delete(end)
  }

  kill(): void {
    if (this.dead) return
    this.dead = true
    this.#buried = Promise.all([...this.#remains].map((end) => end()))
    this.#death.resolve()
  }

  /** Nothing of it is left that could change anything. */
  async buried(): Promise<void> {
    await this.#buried
  }
}

interface Context {
  /** Undefined for a person, and for what is never killed. */
  readonly life: Life | undefined
  /** Step of the saga. */
  stage: string
}

const contexts = new AsyncLocalStorage<Context>()

export const caller = (): Life | undefined => contexts.getStore()?.life
export const stage = (): string => contexts.getStore()?.stage ?? ''
/** From here on, in this chain of calls. */
export function enter(name: string): void {
  const context = contexts.getStore()
  if (context) context.stage = name
}

/** As this process; the step that called goes along. */
export const within = <T>(life: Life | undefined, work: () => Promise<T>): Promise<T> =>
  contexts.run({ life, stage: stage() }, work)

/** Throws when it dies meanwhile: whoever called hears that the connection is gone. */
export const unlessItDies = <T>(life: Life, work: Promise<T>): Promise<T> => {
  work.catch(() => undefined)
  return Promise.race([
    work,
    life.death.then((): never => {
      throw new Injected(`${life.party} has died`)
    }),
  ])
}

type Methods = Record<string, (...args: unknown[]) => unknown>

/** Each call of a method goes through `around`. */
export const calls = <T extends object>(
  to: () => T,
  around: (method: string, work: () => Promise<unknown>) => Promise<unknown>,
): T =>
  new Proxy({} as T, {
    has: (_, name) => name in to(),
    get: (_, name: string) => {
      const member = (to() as unknown as Methods)[name]
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => around(name, async () => (to() as unknown as Methods)[name]!(...args))
    },
  })

/** Births that faults may end before they are over. */
const BIRTHS = 8

/** One that can be killed and begins anew over what it has stored. */
export class Party<T extends object> {
  readonly name: string
  readonly #birth: (life: Life) => Promise<T>
  #inside: T | undefined
  #reviving: Promise<void> | undefined
  life: Life

  constructor(name: string, birth: (life: Life) => Promise<T>) {
    this.name = name
    this.#birth = birth
    this.life = new Life(name)
    this.life.dead = true
  }

  get inside(): T {
    if (!this.#inside) throw new Injected(`${this.name} is not there`)
    return this.#inside
  }

  /** While it begins there is nobody to be called yet, and the one before must not be. */
  get beginning(): Promise<void> | undefined {
    return this.#reviving
  }

  /** Begins, or begins anew, unless it lives. */
  revive(): Promise<void> {
    this.#reviving ??= this.#begin().finally(() => {
      this.#reviving = undefined
    })
    return this.#reviving
  }

  async #begin(): Promise<void> {
    for (let i = 0; this.life.dead; i++) {
      await this.life.buried()
      const life = new Life(this.name)
      this.life = life
      try {
        this.#inside = await unlessItDies(
          life,
          within(life, () => this.#birth(life)),
        )
      } catch (error) {
        life.kill()
        if (i >= BIRTHS) throw error
      }
    }
  }
}
