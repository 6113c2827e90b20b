// A counter with register and authority behind it, all real, and one place for a card: for tests of the counter. It may be
// broken off at any of its steps to the outside, and another made over what it left.

import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { type CardMemory, volatileMemory } from '../../adapters/memory/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { testDatabase } from '../../adapters/testing/index.ts'
import type { KeyPair } from '../../base/crypto.ts'
import type { Log, Session } from '../../base/ports.ts'
import {
  type AuthorityTables,
  authorityMigrations,
  authorityStore,
  createAuthority,
} from '../../roles/authority/index.ts'
import type { Counter } from '../../roles/counter/contract.ts'
import { type CounterTables, counterMigrations, counterStore, createCounter } from '../../roles/counter/index.ts'
import { createMyNumberCard } from '../../roles/my-number-card/index.ts'
import {
  createResidentRegister,
  type ResidentRegisterTables,
  residentRegisterMigrations,
  residentRegisterStore,
} from '../../roles/resident-register/index.ts'
import { cardMachine } from '../card-machine.ts'
import { KAZASU_CITY } from '../people.ts'

/** Stands at every way out of the counter; throws to break it off. */
export type Watch = (step: string) => void

const watched = <T extends object>(name: string, inner: T, watch: Watch): T =>
  new Proxy(inner, {
    get: (target, member) => {
      const value = Reflect.get(target, member)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        watch(`before ${name}.${String(member)}`)
        const result = value.apply(target, args)
        const after = <R>(done: R): R => {
          watch(`after ${name}.${String(member)}`)
          return done
        }
        return result instanceof Promise ? result.then(after) : after(result)
      }
    },
  })

/** An own database, clock and log. */
export async function counterSpecimen(keyPairs?: () => KeyPair) {
  const database = await testDatabase()
  const clock = { now: new Date('2026-06-01T03:00:00Z') }
  const logged: string[] = []
  const log: Log = (event, fields) => void logged.push(JSON.stringify([event, fields]))
  const common = { clock: () => clock.now, entropy: systemEntropy, keys: volatileKeyStore(systemEntropy), log }
  const tables = await database.schema<CounterTables>('counter', counterMigrations)
  const register = createResidentRegister({
    ...common,
    store: residentRegisterStore(
      await database.schema<ResidentRegisterTables>('resident-register', residentRegisterMigrations),
    ),
  })
  const authorityTables = await database.schema<AuthorityTables>('authority', authorityMigrations)
  const authority = await createAuthority({
    ...common,
    register,
    store: authorityStore(authorityTables),
    publish: async () => undefined,
  })
  const memories = new Map<string, CardMemory>()
  const memory = (place: string) => memories.get(place) ?? memories.set(place, volatileMemory()).get(place)!
  const open = async (place: string): Promise<Session> => {
    const card = createMyNumberCard({ memory: memory(place), entropy: systemEntropy })
    return { transmit: async (command) => card.process(command), end: async () => card.reset() }
  }
  const counter = (watch: Watch = () => undefined): Counter => {
    const machine = cardMachine({ memory: (place) => watched('memory', memory(place), watch), open })
    return createCounter({
      ...common,
      register,
      store: watched('store', counterStore(tables), watch),
      authority: watched('authority', authority, watch),
      machine: { ...machine, ...(keyPairs && { keyPair: keyPairs }) },
      municipality: KAZASU_CITY.code,
    })
  }
  return {
    database,
    clock,
    logged,
    register,
    authority,
    authorityTables,
    tables,
    memory,
    open,
    counter,
    close: database.close,
  }
}
