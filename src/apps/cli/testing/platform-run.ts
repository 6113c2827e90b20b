// Lives of the verification platform, where a seed says: its process or its database is killed at any statement and any call,
// J-LIS is away, requests and answers are lost or come twice. Somebody logs in, approves, signs or moves meanwhile; when all is
// quiet, what was told as done must be there, and nothing of it twice.

import type { Service } from '../../../roles/verifier/testing/http/openid-room.ts'
import type { ApprovalPhone } from '../../../roles/verifier/testing/phone.ts'
import { type Chance, chanceOf } from '../../../world/testing/chance.ts'
import { approve, type Count, type Found, logIn, nothing, phoneOf, signDocument } from './platform-acts.ts'
import { agree, type Ear, move, polled, pushed, type Watched } from './platform-news.ts'
import { type Along, type Citizen, type PlatformWorld, platformWorld, pushReceiver } from './platform-world.ts'
import { dueAt, eventually, strikes, WIRE_FATES } from './strikes.ts'

const DEATHS = ['verifier', 'database'] as const
export const PLATFORM_FATES = [...DEATHS, 'authority away', ...WIRE_FATES] as const
export type PlatformFate = (typeof PLATFORM_FATES)[number]
export const ACTS = ['login', 'approval', 'signature', 'move'] as const
/** One of these befalls each life. */
export type Deaths = readonly [PlatformFate, ...PlatformFate[]]
type Act = (typeof ACTS)[number]

export interface PlatformReport extends Found {
  readonly act: Act
  readonly fates: readonly PlatformFate[]
  /** With what came between, and where. */
  readonly told: string
  /** Ended clearly, and begun again by who was there. */
  readonly again: number
  readonly bugs: readonly string[]
}

/** Questions to J-LIS without an answer, once it is away. */
const AWAY = 2

/** A database of the lives' own. */
export interface Mortal {
  readonly url: string
  /** By SIGKILL; it is back by itself, or another in its place. */
  kill(): void
  /** After each life: as it was before. */
  mend?(): Promise<void>
}

export async function platformLives(server: Mortal, seed: string, deaths: Deaths = DEATHS) {
  let away = 0
  let risen: Promise<unknown> = Promise.resolve()
  const strike = async (fate: PlatformFate): Promise<void> => {
    if (fate === 'authority away') away = AWAY
    if (fate === 'database') server.kill()
    if (fate !== 'verifier' || !(await world.kill())) return
    // One that was killed while it started has been started again by whoever started it.
    const again = async () => {
      await world.kill()
      await world.start()
    }
    risen = risen.then(() => eventually(again))
  }
  const [calls, statements] = [strikes<PlatformFate>(strike), strikes<PlatformFate>(strike)]
  const along: Along = {
    statement: (send) => statements.around('a statement', send),
    call: (what, send) =>
      calls.around(what, () => {
        if (away === 0 || !what.startsWith('verifier → authority.')) return send()
        away -= 1
        return Promise.reject(new Error('away'))
      }),
  }
  const world = await platformWorld(server.url, along)
  const receiver = await pushReceiver(along)
  const people = await settled(world, receiver, seed)
  const known = new Map<Act, { calls: number; statements: number }>()
  /** How long an act is, is found out while nothing befalls it. */
  const lengthOf = async (act: Act) => {
    const length = known.get(act)
    if (length) return length
    const found = nothing()
    for (const one of [calls, statements]) one.begin([])
    await people.does[act](chanceOf(seed), found, { again: 0 })
    if (Object.values(found).flat().length > 0) throw new Error(`${act} without faults: ${JSON.stringify(found)}`)
    const counted = { calls: calls.counted(), statements: statements.counted() }
    known.set(act, counted)
    return counted
  }

  const run = async (number: number): Promise<PlatformReport> => {
    const chance = chanceOf(`${seed} ${number}`)
    const act = ACTS[number % ACTS.length]!
    const among = await lengthOf(act)
    const death = dueAt<PlatformFate>(chance, chance.oneOf(deaths), among.statements)
    const trouble = dueAt<PlatformFate>(chance, chance.oneOf(PLATFORM_FATES), among.calls)
    const found = nothing()
    const count: Count = { again: 0 }
    const bugs: string[] = []
    statements.begin([death])
    calls.begin(chance.perMille(700) ? [trouble] : [])
    await people.does[act](chance, found, count).catch((error: Error) => bugs.push(`${act}: ${error.stack}`))
    await Promise.all([calls.quiet(), statements.quiet()])
    await risen
    await server.mend?.()
    away = 0
    const befallen = [...statements.befallen(), ...calls.befallen()]
    const told = [
      `${act} (${calls.counted()} calls, ${statements.counted()} statements)`,
      ...befallen.map((one) => one.told),
    ]
    return { act, ...found, fates: befallen.map(({ fate }) => fate), told: told.join(', '), again: count.again, bugs }
  }
  const close = async () => {
    receiver.close()
    await world.close()
  }
  return { run, close }
}

interface People {
  readonly does: Readonly<Record<Act, (chance: Chance, found: Found, count: Count) => Promise<void>>>
}

/** Securities with FAPI, a bank that is told by push, a city that asks by CIBA and polls; two citizens who have agreed to the watch. */
async function settled(world: PlatformWorld, receiver: { url: string; sets: string[] }, seed: string): Promise<People> {
  const securities = await world.service('securities', { profile: 'fapi2' })
  const bank = await world.service('bank')
  const city = await world.service('city', { ciba: {} })
  const ears: readonly Ear[] = [
    await pushed({ world, service: bank, clientId: 'bank' }, receiver.url, receiver.sets),
    await polled({ world, service: city, clientId: 'city' }),
  ]
  const all: { watched: Watched; citizen: Citizen; phone: ApprovalPhone }[] = []
  for (const name of ['akari', 'kenji']) {
    const citizen = await world.citizen(name)
    const subject = async (service: Service) =>
      (await logIn({ world, service, citizen, chance: chanceOf(seed), found: nothing(), count: { again: 0 } }))!
    const subjects = { bank: await subject(bank), city: await subject(city), securities: await subject(securities) }
    for (const clientId of ['bank', 'city'] as const) await agree(world, clientId, subjects[clientId], citizen)
    all.push({ watched: { citizen, subjects }, citizen, phone: await phoneOf(world, citizen) })
  }
  const one = (chance: Chance) => all[chance.below(all.length)]!
  return {
    does: {
      login: async (chance, found, count) => {
        const { citizen, watched } = one(chance)
        const [clientId, service] = chance.oneOf([
          ['bank', bank],
          ['securities', securities],
        ])
        const subject = await logIn({ world, service, citizen, chance, found, count })
        if (subject && subject !== watched.subjects[clientId]) found.doubled.push('one person, two subjects')
      },
      approval: async (chance, found, count) => {
        const { citizen, watched, phone } = one(chance)
        const subject = watched.subjects.city!
        await approve({ world, service: city, citizen, chance, found, count, subject, phone })
      },
      signature: (chance, found, count) => signDocument({ world, citizen: one(chance).citizen, chance, found, count }),
      move: (chance, found) => move(world, ears, one(chance).watched, found),
    },
  }
}
