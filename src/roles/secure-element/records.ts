// The card's non-volatile state as records, and the one transaction that each command is.

import type { Bytes } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'

/** What an application sees of them. */
export interface RecordStore {
  get(name: string): Bytes | undefined
  set(name: string, value: Bytes): void
  delete(name: string): void
  /** Names that begin with `prefix`, in order. */
  names(prefix: string): string[]
}

/**
 * Writes are gathered and committed once, before the answer leaves. No earlier commit is needed, not even for try
 * counters: nothing that depends on a comparison leaves the card before the commit, every VERIFY writes its counter
 * whatever its outcome, and power lost before the commit loses the outcome together with the counter.
 */
export class Records implements RecordStore {
  readonly #memory: Memory
  #stored: Map<string, Bytes>
  /** Of the stored records, in order; made when it is asked for. */
  #names: readonly string[] | undefined
  #pending = new Map<string, Bytes | null>()
  /** What was written before the act that is going on. */
  #before: ReadonlyMap<string, Bytes | null> = new Map()

  constructor(memory: Memory) {
    this.#memory = memory
    this.#stored = new Map(memory.load())
  }

  get(name: string): Bytes | undefined {
    const pending = this.#pending.get(name)
    return pending === undefined ? this.#stored.get(name) : (pending ?? undefined)
  }

  set(name: string, value: Bytes): void {
    this.#pending.set(name, value)
  }

  delete(name: string): void {
    this.#pending.set(name, null)
  }

  names(prefix: string): string[] {
    this.#names ??= [...this.#stored.keys()].sort()
    const stored = this.#names.filter((name) => name.startsWith(prefix))
    if (this.#pending.size === 0) return stored
    const written = [...this.#pending.keys()].filter((name) => name.startsWith(prefix))
    return [...new Set([...stored, ...written])].filter((name) => this.get(name) !== undefined).sort()
  }

  /** The records of one application, under names of its own. */
  scoped(scope: string): RecordStore {
    const full = madeOnce((name: string) => `${scope}/${name}`)
    return {
      get: (name) => this.get(full(name)),
      set: (name, value) => this.set(full(name), value),
      delete: (name) => this.delete(full(name)),
      names: (prefix) => this.names(full(prefix)).map((name) => name.slice(scope.length + 1)),
    }
  }

  /** Makes the command's writes last, all of them or none. Throws what the memory throws. */
  commit(): void {
    if (this.#pending.size === 0) return
    this.#memory.commit(this.#pending)
    for (const [name, value] of this.#pending) {
      if (value === null || !this.#stored.has(name)) this.#names = undefined
      if (value === null) this.#stored.delete(name)
      else this.#stored.set(name, value)
    }
    this.#pending = new Map()
  }

  /** Bytes that the command's writes add to what is kept. */
  get growth(): number {
    let bytes = 0
    for (const [name, value] of this.#pending) bytes += (value?.length ?? 0) - (this.#stored.get(name)?.length ?? 0)
    return bytes
  }

  /** Takes back what the command, or the act within it, has written. */
  rollback(): void {
    this.#pending = new Map(this.#before)
  }

  /** An act within the command: what it wrote is taken back when it throws, what was written before it stays. */
  attempt<T>(act: () => T): T {
    const outer = this.#before
    this.#before = new Map(this.#pending)
    try {
      return act()
    } catch (error) {
      this.rollback()
      throw error
    } finally {
      this.#before = outer
    }
  }

  /** After loss of power only the memory counts. */
  reload(): void {
    this.#pending.clear()
    this.#names = undefined
    this.#stored = new Map(this.#memory.load())
  }
}

/** Names are kept: to join one and look it up costs more than all else in a short command. */
export function madeOnce<K extends string | number>(make: (key: K) => string): (key: K) => string {
  const known = new Map<K, string>()
  return (key) => {
    const made = known.get(key) ?? make(key)
    if (known.size < MOST_NAMES) known.set(key, made)
    return made
  }
}

const MOST_NAMES = 256
