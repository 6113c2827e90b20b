// Publications that were asked for, kept in memory under their address for a minute, and dropped before that when the
// status of their certificate changes, wherever that was done: the order of changes is looked at once a second.

import type { Clock } from '../../base/ports.ts'
import type { Authority, CertificateKind } from './contract.ts'

/** What a publication speaks of: of one certificate, or of a whole authority. */
export interface Subject {
  readonly kind: CertificateKind
  readonly serial?: bigint | undefined
}

export interface Memory<T> {
  /** At once when nothing must be looked at; what is older than a second in its knowledge of changes is not given. */
  at(address: string): T | undefined
  /** There was a change, here: whatever is asked next looks first. */
  changed(): void
  /** Looks for changes, then gives what is kept. */
  look(address: string): Promise<T | undefined>
  /** Of which change the memory knows: taken before something is made, it says whether that may be kept. */
  known(): number | undefined
  /** Not when a change was seen since `known`: the value may be of the time before it. */
  keep(address: string, subject: Subject, value: T, known: number | undefined): void
}

export const KEPT_MS = 60_000
const LOOK_EVERY_MS = 1000
const CHANGES_PAGE = 1000

interface Kept<T> {
  readonly value: T
  readonly subject: Subject
  readonly until: number
}

const nameOf = ({ kind, serial }: Subject) => `${kind} ${serial ?? ''}`

/** Holds at most `most` publications, the oldest go first. */
export function createMemory<T>(authority: Pick<Authority, 'statusChanges'>, clock: Clock, most = 50_000): Memory<T> {
  const kept = new Map<string, Kept<T>>()
  const addresses = new Map<string, Set<string>>()
  let seen: number | undefined
  let looked = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined

  const drop = (address: string) => {
    const one = kept.get(address)
    if (!one) return
    kept.delete(address)
    const name = nameOf(one.subject)
    const others = addresses.get(name)
    others?.delete(address)
    if (others?.size === 0) addresses.delete(name)
  }
  const dropAll = (name: string) => {
    for (const address of addresses.get(name) ?? []) drop(address)
  }
  const look = async () => {
    const started = clock().getTime()
    if (seen === undefined) seen = (await authority.statusChanges({ after: 0, limit: 0 })).last
    for (;;) {
      const { changes } = await authority.statusChanges({ after: seen, limit: CHANGES_PAGE })
      for (const { kind, serial, sequence } of changes) {
        dropAll(nameOf({ kind, serial }))
        dropAll(nameOf({ kind }))
        seen = sequence
      }
      if (changes.length < CHANGES_PAGE) break
    }
    looked = started
  }
  // Also of a time to come: a clock that was set back must not stop the looking.
  const isFresh = (now: number) => now - looked < LOOK_EVERY_MS && now >= looked
  const current = (address: string, now: number) => {
    const one = kept.get(address)
    if (one && now < one.until && now >= one.until - KEPT_MS) return one.value
    drop(address)
    return undefined
  }
  return {
    at: (address) => {
      const now = clock().getTime()
      return isFresh(now) ? current(address, now) : undefined
    },
    look: async (address) => {
      if (!isFresh(clock().getTime())) {
        looking ??= look().finally(() => {
          looking = undefined
        })
        await looking
      }
      return current(address, clock().getTime())
    },
    changed: () => {
      looked = Number.NEGATIVE_INFINITY
    },
    known: () => seen,
    keep: (address, subject, value, known) => {
      drop(address)
      if (known === undefined || known !== seen) return
      kept.set(address, { value, subject, until: clock().getTime() + KEPT_MS })
      const name = nameOf(subject)
      addresses.set(name, (addresses.get(name) ?? new Set()).add(address))
      if (kept.size > most) drop(kept.keys().next().value!)
    },
  }
}
