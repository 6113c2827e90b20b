// A counter with register and authority behind it, all real, and places for cards: for tests of the counter. At each of
// its steps to the outside somebody may watch.

import type { Database } from '../../adapters/database/database.ts'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { type CardMemory, volatileMemory } from '../../adapters/memory/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { testDatabase } from '../../adapters/testing/index.ts'
import { type Bytes, utf8 } from '../../base/bytes.ts'
import type { KeyStore, Log, Session } from '../../base/ports.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import {
  type AuthorityTables,
  authorityMigrations,
  authorityStore,
  createAuthority,
} from '../../roles/authority/index.ts'
import type { Counter } from '../../roles/counter/contract.ts'
import { type CounterTables, counterMigrations, counterStore, createCounter } from '../../roles/counter/index.ts'
import { createMyNumberCard } from '../../roles/my-number-card/index.ts'
import { openResidentRegister } from '../../roles/resident-register/index.ts'
import { cardMachine } from '../card-machine.ts'
import { CLERK, KAZASU_CITY } from '../people.ts'

export { CLERK }

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

export const PIN = '1234'
export const PASSWORD = 'ABC123'
export const proof = { how: 'photo-document', reference: 'L-0042' } as const
export const FACTS = {
  name: '窓口　花子',
  address: '東京都かざす市１番',
  birthDate: '1990-02-03',
  gender: '2',
} as const

export type CounterSpecimen = Awaited<ReturnType<typeof counterSpecimen>>

interface Held {
  readonly database: Database
  readonly keys: KeyStore
  readonly memory: (place: string) => CardMemory
}

/** An own database, cards and keys unless they are given; a clock and a log. */
export async function counterSpecimen(held?: Held) {
  const database = held?.database ?? (await testDatabase())
  const clock = { now: new Date('2026-06-01T03:00:00Z') }
  const logged: string[] = []
  const log: Log = (event, fields) => void logged.push(JSON.stringify([event, fields]))
  const common = {
    clock: () => clock.now,
    entropy: systemEntropy,
    keys: held?.keys ?? volatileKeyStore(systemEntropy),
    log,
  }
  const tables = await database.schema<CounterTables>('counter', counterMigrations)
  const register = await openResidentRegister(database, common.clock)
  const authorityTables = await database.schema<AuthorityTables>('authority', authorityMigrations)
  const authority = await createAuthority({
    ...common,
    register,
    store: authorityStore(authorityTables),
    publish: async () => undefined,
  })
  const memories = new Map<string, CardMemory>()
  const memory =
    held?.memory ?? ((place: string) => memories.get(place) ?? memories.set(place, volatileMemory()).get(place)!)
  const open = async (place: string): Promise<Session> => {
    const opened = memory(place)
    const card = createMyNumberCard({ memory: opened, entropy: systemEntropy })
    return { transmit: async (command) => card.process(command), end: async () => opened.close() }
  }
  const counter = (watch: Watch = () => undefined): Counter => {
    const machine = cardMachine({ memory: (place) => watched('memory', memory(place), watch), open })
    return createCounter({
      ...common,
      register,
      store: watched('store', counterStore(tables), watch),
      authority: watched('authority', authority, watch),
      machine,
      spTsm: () => {
        throw new Error('no phones here')
      },
      municipality: KAZASU_CITY.code,
    })
  }
  await counter().addClerk(CLERK)
  const { session } = await counter().signIn(CLERK)
  let people = 0
  const resident = async (birthDate: string = FACTS.birthDate, known?: string): Promise<string> => {
    const residentId = known ?? `person-${++people}`
    const fourInfo = { ...FACTS, birthDate }
    await register.register({ residentId, fourInfo, municipality: KAZASU_CITY, status: 'resident' })
    return residentId
  }
  const order = (residentId: string, more: object = {}) => ({
    ...{ session, residentId, place: residentId, pin: PIN, password: PASSWORD, proof },
    ...more,
  })
  const certificatesOf = (residentId: string) =>
    authorityTables
      .selectFrom('certificate')
      .select(['kind', 'status', 'reason', 'serial'])
      .where('resident_id', '=', residentId)
      .execute()
  return {
    clock,
    logged,
    register,
    memory,
    counter,
    session,
    resident,
    order,
    certificatesOf,
    close: database.close,
    /** Kinds of the certificates that are or will be valid. */
    living: async (residentId: string) =>
      (await certificatesOf(residentId))
        .filter(({ status }) => status === 'valid' || status === 'pending')
        .map(({ kind }) => kind)
        .toSorted(),
    /** Somebody with a card in use. */
    holder: async () => {
      const residentId = await resident()
      const { cardNumber } = await counter().issueCard(order(residentId))
      await counter().handOver({ session, cardNumber, proof })
      return { residentId, cardNumber }
    },
    signs: async (place: string, kind: 'auth' | 'sign', secret: string) => {
      const card = await open(place)
      try {
        return await run(card, signing(kind, secret))
      } finally {
        await card.end()
      }
    },
  }
}

function* signing(kind: 'auth' | 'sign', secret: string): Dialogue<{ signature: Bytes; certificate: Bytes }> {
  yield* jpki.select()
  const signature = yield* jpki.signMessage(kind, secret, utf8('m'))
  return { signature, certificate: yield* jpki.readCertificate(kind) }
}
