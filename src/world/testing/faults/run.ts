// Enrolments and lives of a phone's certificate under faults that a seed chooses, each case from the same beginning. After each
// act all is quiet for a while: then everything must be finished, all must agree, and every private key is in one place.

import type { Database } from '../../../adapters/database/database.ts'
import { outboxMigrations } from '../../../adapters/deliveries/index.ts'
import { volatileKeyStore } from '../../../adapters/keys/index.ts'
import { volatileMemory } from '../../../adapters/memory/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { hex, utf8 } from '../../../base/bytes.ts'
import { seededEntropy, sha256 } from '../../../base/crypto.ts'
import { Refusal } from '../../../base/refusal.ts'
import { SecureMessagingError } from '../../../protocol/globalplatform/index.ts'
import { CardRefused } from '../../../protocol/iso7816/index.ts'
import {
  type AuthorityTables,
  authorityMigrations,
  authorityStore,
  createAuthority,
} from '../../../roles/authority/index.ts'
import { carrierMigrations } from '../../../roles/carrier/index.ts'
import { phoneMigrations } from '../../../roles/phone/index.ts'
import { openResidentRegister } from '../../../roles/resident-register/index.ts'
import { spTsmMigrations } from '../../../roles/sp-tsm/index.ts'
import { verifierMigrations } from '../../../roles/verifier/index.ts'
import { audit } from '../../audit/audit.ts'
import { CARRIERS, CITIZENS } from '../../people.ts'
import { certificatesDue } from '../certificates-due.ts'
import { handOverCard } from '../hand-over-card.ts'
import { type InHand, NotReached, type Person } from './acts.ts'
import type { Defect } from './defects.ts'
import { Draw } from './draw.ts'
import { type Aim, type Fault, Faults } from './faults.ts'
import { keyPairs, placesOf } from './key-pairs.ts'
import { lifeOfCase, type Plan } from './lives.ts'
import { type Line, type Parties, type PhoneWithSim, parties } from './parties.ts'
import { Injected } from './process.ts'
import { snapshot } from './snapshot.ts'

const adult = CITIZENS.adult.line
const line = (of: Pick<Line, 'carrier' | 'simModel'> & Partial<Line>): Line => ({
  ...{ msisdn: adult.msisdn, iccid: adult.iccid, deviceModel: adult.deviceModel },
  ...of,
})

/** Who loads, and who makes the key pair: by the carrier, its host or J-LIS; the SIM or the authority. */
const SETTINGS = {
  simple: line({ carrier: 'minato', simModel: 'minato-nfc-1' }),
  delegated: line({ carrier: 'aozora', simModel: 'aozora-nfc-1' }),
  'delegated, key of the authority': line({ carrier: 'aozora', simModel: 'aozora-lite-1' }),
  'simple, key of the authority': line({ carrier: 'minato', simModel: 'aozora-lite-1' }),
  authorized: line({ carrier: 'aozora', simModel: 'aozora-nfc-1', mode: 'AUTHORIZED' }),
  MVNO: line({ carrier: 'kodama', simModel: 'kodama-nfc-1', deviceModel: CITIZENS.child.line.deviceModel }),
} as const satisfies Record<string, Line>
export type SettingName = keyof typeof SETTINGS
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

/** A case in which nothing is left to chance. */
export interface Directed {
  readonly setting: SettingName
  readonly plan: Plan
  readonly aims: readonly Aim[]
}

export interface CaseReport {
  readonly setting: SettingName
  readonly faults: readonly Fault[]
  readonly acts: readonly string[]
  /** Of each act, what did not agree when all was quiet again. */
  readonly disagreements: readonly string[]
  /** Orders that did not end or become what they should, and SIMs that could not be seen. */
  readonly unended: readonly string[]
  /** Private keys in two places, or in a SIM without an order that lives. */
  readonly keysTwice: readonly string[]
  /** Errors that are neither refusals nor faults of ours. */
  readonly bugs: readonly string[]
  /** Of all that happened: two runs of one case have the same. */
  readonly digest: string
}

const MOST_FAULTS = 6
/** What is not done after these will not be. */
const MOST_WAKINGS = 5
const MINUTE = 60_000
const OVER = ['applied', 'accepted', 'written', 'active', 'suspended', 'undone']

/** What a directed case is about has shown. */
class Found extends Error {}

/** Tables, keys of the authorities, the citizen's card: what all cases begin with. */
async function foundation(database: Database) {
  let now = new Date('2026-04-01T09:00:00Z')
  const keys = volatileKeyStore(systemEntropy)
  const common = { clock: () => now, entropy: systemEntropy, keys, log: () => undefined }
  const register = await openResidentRegister(database, common.clock)
  const tables = await database.schema<AuthorityTables>('authority', authorityMigrations)
  const publish = async () => undefined
  const authority = await createAuthority({ ...common, register, publish, store: authorityStore(tables) })
  const card = volatileMemory()
  await handOverCard(card, { register, authority })
  for (const id of Object.keys(CARRIERS)) await database.schema(`carrier-${id}`, carrierMigrations)
  await database.schema('sp-tsm', spTsmMigrations)
  await database.schema('verifier', verifierMigrations)
  await database.schema('outbox', outboxMigrations)
  await database.schema('phone-adult', phoneMigrations)
  const ofCard = await tables
    .selectFrom('certificate')
    .select('not_after')
    .where('medium', '=', 'card')
    .executeTakeFirst()
  // A phone's certificate ends with the card's: two months before that, each can be renewed as soon as it is there.
  now = new Date(ofCard!.not_after.getTime() - 60 * 24 * 60 * MINUTE)
  return { keys, card, tables, begins: now }
}

/** A command that comes twice breaks a secure channel: that is found, and the step is done once more. */
const isExpected = (error: unknown): boolean =>
  [Refusal, Injected, CardRefused, SecureMessagingError].some((kind) => error instanceof kind)

/** `run` is one enrolment with what follows, from the application to the end. */
export async function faultCases(database: Database, seed: string) {
  const { keys, card, tables, begins } = await foundation(database)
  const kept = await snapshot(database)

  const run = async (number: number, defect: Defect = {}, directed?: Directed): Promise<CaseReport> => {
    await kept.restore()
    const setting = directed?.setting ?? SETTING_NAMES[number % SETTING_NAMES.length]!
    const draw = new Draw(`${seed} ${number}`)
    const faults = new Faults(draw, directed?.aims)
    const mostFaults = directed ? 0 : MOST_FAULTS
    const entropy = seededEntropy(utf8(`${seed} ${number}`))
    const pairs = keyPairs()
    const acts: string[] = []
    const found = {
      ...{ disagreements: [] as string[], unended: [] as string[] },
      ...{ keysTwice: [] as string[], bugs: [] as string[] },
    }
    let now = begins
    let acting = 'begin'
    let searched = 0
    const failed = (error: unknown) => {
      if (!isExpected(error)) found.bugs.push(`${acting}: ${(error as Error).stack}`)
    }
    const all = await parties({
      ...{ database, keys, card, entropy, faults, failed, defect },
      ...{ clock: () => now, keyPairs: pairs.make, line: SETTINGS[setting] },
    })
    const { carrier, msisdn, iccid, simModel, deviceModel } = SETTINGS[setting]
    const { name, birthDate } = CITIZENS.adult.fourInfo
    const subscriber = { name, birthDate, mailAddress: CITIZENS.adult.mailAddress }
    await all.inside.carriers[carrier]!.inside.subscribe({ msisdn, iccid, simModel, deviceModel, subscriber })
    const first = await all.simInPhone('adult', iccid)

    const compare = async (act: string) => {
      const { findings, simsUnseen } = await look(all)
      for (const { code, expected, found: is } of findings)
        found.disagreements.push(`${act}: ${code}: ${expected} / ${is}`)
      const { orders } = await all.inside.spTsm().records({ after: 0, limit: 500 })
      // One that a host has in stock for an MVNO, which has not heard of it, is nobody's yet: the shop asks once more.
      for (const { iccid, because } of simsUnseen)
        if (because !== 'carrier/unknownSim' || orders.some((order) => order.iccid === iccid))
          found.unended.push(`${act}: SIM ${because}`)
      for (const { state } of orders) if (!OVER.includes(state)) found.unended.push(`${act}: ${state}`)
      const living = certificatesDue(orders)
      const atAuthority = await keysAtAuthority(tables)
      const cards = all.phones.map(({ sim }) => sim.load())
      // A record that is only read needs no second look: only a new key may be somewhere new.
      const records = pairs.given.length === searched ? '' : await kept.asText()
      searched = pairs.given.length
      const places = placesOf(pairs.given, { cards, records, atAuthority })
      // One that was struck off may be out of reach for ever; the certificates of what it holds are revoked, which audit() sees.
      const { sims } = await all.inside.carriers[carrier]!.inside.inventory({ after: '', limit: 500 })
      const used = all.phones.filter((one) =>
        sims.some((sim) => sim.iccid === one.iccid && sim.status !== 'TERMINATED'),
      )
      const inHand = placesOf(pairs.given, { cards: used.map(({ sim }) => sim.load()), records: '', atAuthority: [] })
      if (places.some((count) => count > 1)) found.keysTwice.push(`${act}: ${places}`)
      const there = inHand.reduce((sum, count) => sum + count, 0)
      if (there > living) found.keysTwice.push(`${act}: ${there} in SIMs, of ${living} orders`)
    }
    const act: Person['act'] = async (what, work, calm = false) => {
      acting = what
      acts.push(what)
      if (!calm) draw.begin(`${acts.length} ${what}`, mostFaults)
      let well = true
      await work().catch((error) => {
        well = false
        failed(error)
      })
      await all.settle()
      draw.end()
      await all.settle()
      faults.clocksRight()
      now = new Date(now.getTime() + MINUTE)
      for (let i = 0; i < MOST_WAKINGS && (await all.wake()); i++) await all.settle()
      await compare(what)
      if (directed && Object.values(found).some((all) => all.length > 0)) throw new Found()
      return well
    }
    const person: Person = {
      parties: all,
      line: SETTINGS[setting],
      chance: draw.chance('life'),
      entropy,
      now: () => now,
      inHand: inHand(first),
      anotherSim: async () => {
        const next = String(BigInt(person.inHand.iccid) + 1000n)
        const made = await all.simInPhone(`adult's next ${next}`, next)
        return { iccid: next, inserted: async () => inHand(made) }
      },
      act,
    }
    await lifeOfCase(person, directed?.plan).catch((error) => {
      if (error instanceof Found) return
      if (error instanceof NotReached) found.unended.push(error.message)
      else found.bugs.push(`${acting}: ${(error as Error).stack}`)
    })
    await all.close()
    const digest = hex(sha256(utf8(JSON.stringify([acts, faults.noted])))).slice(0, 16)
    return { setting, acts, ...found, faults: faults.noted, digest }
  }
  return { run }
}

const inHand = ({ phone, iccid, party }: PhoneWithSim): InHand => ({
  ...{ phone, iccid },
  order: async () => (await party.inside.order({})).order,
})

const look = ({ inside }: Parties) =>
  audit(
    {
      authority: inside.authority(),
      carriers: Object.fromEntries(Object.entries(inside.carriers).map(([id, one]) => [id, one.inside])),
      spTsm: inside.spTsm(),
    },
    { allSims: true },
  )

/** In its pool, wrapped; or in an envelope that it could still hand out. */
async function keysAtAuthority(tables: Awaited<ReturnType<typeof foundation>>['tables']): Promise<string[]> {
  const pool = await tables.selectFrom('key_pool').select('public_key').execute()
  const envelopes = tables.selectFrom('key_delivery').select('public_key').where('envelope', 'is not', null)
  return [...pool, ...(await envelopes.execute())].map(({ public_key }) => hex(public_key))
}
