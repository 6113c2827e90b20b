// Enrolments and lives of a phone's certificate under faults that a seed chooses: calls between roles that do not arrive, whose
// answers are lost, that come twice; the SP-TSM killed before and after any effect; the SIM pulled out at any C-APDU; clocks
// that are wrong. After each act all is quiet for a while: then everything must be finished, and all must agree.

import type { Database } from '../../adapters/database/database.ts'
import { volatileMemory } from '../../adapters/memory/index.ts'
import { Refusal } from '../../base/refusal.ts'
import { CardRefused } from '../../protocol/iso7816/index.ts'
import { KEYS } from '../../protocol/jpki-ap/index.ts'
import { type AuthorityTables, authorityMigrations } from '../../roles/authority/index.ts'
import type { SIM_MODELS } from '../../roles/carrier/index.ts'
import { RECORD } from '../../roles/secure-element/jicsap/table.ts'
import { zOrderState } from '../../roles/sp-tsm/contract.ts'
import type { SpTsmDeps } from '../../roles/sp-tsm/index.ts'
import { type Chance, chanceOf } from './chance.ts'
import { type Act, lifeOfCase } from './fault-acts.ts'
import { calledIn, forever, mortalJobs, newLife } from './mortal-process.ts'
import { smallWorld } from './small-world.ts'

export const FAULTS = [
  'not sent',
  'answer lost',
  'twice',
  'killed before',
  'killed after',
  'clock',
  'SIM pulled',
] as const
export type Fault = (typeof FAULTS)[number]

export interface CaseReport {
  readonly faults: readonly Fault[]
  readonly acts: readonly string[]
  /** Of each act, what did not agree when all was quiet again. */
  readonly disagreements: readonly string[]
  /** Orders that did not end, and SIMs that could not be seen. */
  readonly unended: readonly string[]
  /** Key pairs in the SIM beyond that of a living order, and those that the authority could still hand out. */
  readonly keysTwice: number
  /** Errors that are neither refusals nor faults of ours. */
  readonly bugs: readonly string[]
}

class Injected extends Error {}

/** Faults of a thousand calls, and of a thousand C-APDUs. */
const OFTEN = { call: 25, apdu: 4 }
const MOST_FAULTS = 8
const MINUTE = 60_000
const OVER = ['applied', 'accepted', 'written', 'active', 'suspended', 'undone']

/** Of the key pair in use, and of one that is to follow it: names of records in the SIM. */
const PRIVATE_KEY = new RegExp(`/(next-)?${RECORD.key(KEYS.auth.key)}$`)

/** A world of its own for each seed and model; `run` is one enrolment with what follows, from the application to the end. */
export async function faultWorld(database: Database, seed: string, simModel: keyof typeof SIM_MODELS) {
  const { jobs, forget, idle } = mortalJobs()
  const sim = volatileMemory()
  let now = new Date('2026-04-01T09:00:00Z')
  let skew = 0
  let life = newLife()
  let chance: Chance | undefined
  let faults: Fault[] = []

  const happens = (often: number, ...kinds: [Fault, ...Fault[]]): Fault | undefined => {
    if (!chance || faults.length >= MOST_FAULTS || !chance.perMille(often)) return undefined
    const fault = chance.oneOf(kinds)
    faults.push(fault)
    return fault
  }
  const die = (): Promise<never> => {
    life.kill()
    forget()
    return forever
  }
  const throughFault = async (work: () => Promise<unknown>, fault: Fault | undefined): Promise<unknown> => {
    if (fault === 'not sent') throw new Injected(fault)
    if (fault === 'killed before') return die()
    if (fault === 'clock') skew = (chance!.below(7) - 3) * 20 * MINUTE
    if (fault === 'twice') await work().catch(() => undefined)
    const answer = await work()
    if (fault === 'killed after') return die()
    if (fault === 'answer lost') throw new Injected(fault)
    return answer
  }
  const asked = (work: () => Promise<unknown>) =>
    throughFault(
      work,
      happens(OFTEN.call, 'not sent', 'answer lost', 'twice', 'killed before', 'killed after', 'clock'),
    )
  const bend = (deps: SpTsmDeps): SpTsmDeps => {
    const born = newLife()
    life = born
    const carriers = Object.entries(deps.carriers).map(([id, carrier]) => [id, calledIn(born, carrier, asked)])
    return {
      ...deps,
      clock: () => new Date(deps.clock().getTime() + skew),
      store: calledIn(born, deps.store),
      authority: calledIn(born, deps.authority, asked),
      carriers: Object.fromEntries(carriers),
    }
  }
  const world = await smallWorld({
    database,
    jobs,
    sim,
    bend,
    clock: () => now,
    line: { simModel },
    door: (spTsm) =>
      calledIn(newLife(), spTsm, (work) => throughFault(work, happens(OFTEN.call, 'not sent', 'answer lost', 'twice'))),
    touchSim: (reset) => {
      if (!happens(OFTEN.apdu, 'SIM pulled')) return
      reset()
      throw new Injected('SIM pulled')
    },
  })
  const register = await database.schema<AuthorityTables>('authority', authorityMigrations)
  const card = await register
    .selectFrom('certificate')
    .select('not_after')
    .where('medium', '=', 'card')
    .executeTakeFirst()
  // A phone's certificate ends with the card's: two months before that, each can be renewed as soon as it is there.
  now = new Date(card!.not_after.getTime() - 60 * 24 * 60 * MINUTE)

  const restartIfDead = async () => {
    if (life.dead) await world.restartSpTsm()
  }
  /** No faults: what was begun is finished, what was left behind in the SIM ends by itself. */
  const quiet = async () => {
    chance = undefined
    skew = 0
    await restartIfDead()
    await idle()
    now = new Date(now.getTime() + MINUTE)
    for (let i = 0; i < 3; i++) {
      await world.spTsm.wake()
      for (const carrier of Object.values(world.carriers)) await carrier.wake()
      await idle()
    }
  }
  const keysTwice = async (): Promise<number> => {
    const inSim = [...sim.load().keys()].filter((name) => PRIVATE_KEY.test(name)).length
    const { orders } = await world.spTsm.census({})
    const living = ['written', 'active', 'suspended'].reduce((sum, state) => sum + (orders[state] ?? 0), 0)
    const kept = await register
      .selectFrom('key_delivery')
      .select('request_key')
      .where('envelope', 'is not', null)
      .execute()
    return Math.max(0, inSim - living) + kept.length
  }

  const run = async (number: number): Promise<CaseReport> => {
    const decisions = chanceOf(`${seed} ${simModel} ${number}`)
    faults = []
    const found = { acts: [] as string[], disagreements: [] as string[], unended: [] as string[], bugs: [] as string[] }
    let twice = 0
    const act: Act = async (name, work) => {
      found.acts.push(name)
      chance = decisions
      const noted = (error: unknown) => {
        const known = error instanceof Refusal || error instanceof Injected || error instanceof CardRefused
        if (!known) found.bugs.push(`${name}: ${(error as Error).stack}`)
      }
      await Promise.race([work().catch(noted), life.death])
      for (;;) {
        await Promise.race([idle(), life.death])
        if (!life.dead) break
        await restartIfDead()
      }
      await quiet()
      const { findings, simsUnseen } = await world.audit()
      for (const { code, expected, found: is } of findings)
        found.disagreements.push(`${name}: ${code}: ${expected} / ${is}`)
      for (const { because } of simsUnseen) found.unended.push(`${name}: SIM ${because}`)
      const { orders } = await world.spTsm.census({})
      for (const state of zOrderState.options)
        if (!OVER.includes(state) && orders[state]) found.unended.push(`${name}: ${state}`)
      twice += await keysTwice()
    }
    await lifeOfCase(world, decisions, act)
    return { ...found, faults, keysTwice: twice }
  }
  return { run }
}
