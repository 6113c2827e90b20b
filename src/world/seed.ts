// Fills a new world: residents, their cards, their SIMs and lines, bank customers, the gate. Everything is idempotent,
// so a world whose seeding was interrupted is completed at the next start.

import type { CardMemory } from '../adapters/memory/index.ts'
import { Refusal } from '../base/refusal.ts'
import { manufactureSecureElement } from '../roles/secure-element/index.ts'
import {
  atShinkin,
  type CarrierId,
  CITIZEN_NAMES,
  CITIZENS,
  type CitizenName,
  CLERK,
  CUSTODY,
  FIRM,
  KAZASU_CITY,
  PARTIES,
} from './people.ts'
import type { CardName } from './shelf.ts'
import { simImage } from './sims.ts'
import type { World } from './world.ts'

type SeedStep<W> = readonly [what: string, work: (world: W) => Promise<unknown>]

/** What people need before they have a phone's certificate; all but the cards themselves may be somewhere else. */
export type Town = Pick<World, 'register' | 'counter' | 'carriers' | 'shelf'> & {
  readonly platform: Pick<World['platform'], 'keys'>
}

const eachCitizen =
  <W>(work: (world: W, name: CitizenName) => Promise<unknown>): SeedStep<W>[1] =>
  async (world) => {
    for (const name of CITIZEN_NAMES) await work(world, name)
  }

const PEOPLE: readonly SeedStep<Town>[] = [
  ['residents', eachCitizen(enter)],
  ['custody', (town) => town.register.recordCustody(CUSTODY)],
  ['cards', issueCards],
  ['SIMs and lines', eachCitizen(openLine)],
]

const STEPS: readonly SeedStep<World>[] = [
  ...PEOPLE,
  ['bank', openAccounts],
  ['parties', accreditParties],
  ['gate', (world) => world.gate.prepare({})],
]

/** How often `onProgress` is told something. */
export const SEED_STEPS = STEPS.length

export async function seed(world: World, onProgress: (what: string) => void = () => undefined): Promise<void> {
  for (const [what, work] of STEPS) {
    onProgress(what)
    await work(world)
  }
}

/** Residents with their cards, SIMs and lines. */
export async function settle(town: Town): Promise<void> {
  for (const [, work] of PEOPLE) await work(town)
}

/** Once: a world that began in another year has its own birthdays. */
async function enter({ register }: Town, residentId: CitizenName): Promise<void> {
  const { fourInfo } = CITIZENS[residentId]
  if (await found(register.find({ residentId }), 'resident-register/unknownResident')) return
  await register.register({ residentId, fourInfo, municipality: KAZASU_CITY, status: 'resident' })
}

async function found(asked: Promise<unknown>, unknown: string): Promise<boolean> {
  try {
    await asked
    return true
  } catch (error) {
    if (error instanceof Refusal && error.code === unknown) return false
    throw error
  }
}

/** As a citizen gets a card: the clerk makes it and hands it over. */
async function issueCards({ counter }: Town): Promise<void> {
  await counter.addClerk(CLERK)
  const { session } = await counter.signIn(CLERK)
  for (const name of CITIZEN_NAMES) {
    const { cardNumber, pin, password, myNumber, facePin, securityCode } = CITIZENS[name]
    const face = { myNumber, facePin, securityCode }
    const card = { session, residentId: name, place: name, cardNumber, pin, password, face, proof: PROOF }
    const { state } = await counter.issueCard(card)
    if (state === 'made') await counter.handOver({ session, cardNumber, proof: PROOF })
  }
  await counter.signOut({ session })
}

const PROOF = { how: 'photo-document', reference: 'SEED' } as const

/** What somebody has put into a reader was made before: a card that is not cannot be powered. */
async function withMemory(
  { shelf }: Town,
  name: CardName,
  work: (memory: CardMemory) => void | Promise<void>,
): Promise<void> {
  let memory: CardMemory
  try {
    memory = shelf.memory(name)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'card/in-use') return
    throw error
  }
  try {
    await work(memory)
  } finally {
    memory.close()
  }
}

async function openLine(world: Town, name: CitizenName): Promise<void> {
  const { line, mailAddress } = CITIZENS[name]
  const carrier: CarrierId = line.carrier
  const image = await simImage(world.platform.keys, carrier, line)
  await withMemory(world, `${name}-phone`, (memory) => {
    if (!memory.load().has('card/atr')) manufactureSecureElement(memory, image)
  })
  if (await retired(world, carrier, line.iccid)) return
  if (await found(world.carriers[carrier].line({ msisdn: line.msisdn }), 'carrier/unknownLine')) return
  const { name: subscriber, birthDate } = (await world.register.find({ residentId: name })).fourInfo
  await world.carriers[carrier].subscribe({
    ...line,
    subscriber: { name: subscriber, birthDate, ...(mailAddress && { mailAddress }) },
  })
}

/** The line has another SIM by now, another carrier, or none. */
async function retired({ carriers }: Town, carrier: CarrierId, iccid: string): Promise<boolean> {
  const { sims } = await carriers[carrier].inventory({ after: String(BigInt(iccid) - 1n), limit: 1 })
  return sims[0]?.iccid === iccid && sims[0].status === 'TERMINATED'
}

const YEARS_ACCREDITED = 2

/** Anew at each start: what is seeded does not run out. */
async function accreditParties({ authority, platform }: World): Promise<void> {
  const until = new Date(platform.clock())
  until.setUTCFullYear(until.getUTCFullYear() + YEARS_ACCREDITED)
  for (const [name, { displayName, services, ageLimits }] of Object.entries(PARTIES))
    await authority.accredit({ name, displayName, services: [...services], ageLimits: [...ageLimits], until })
}

async function openAccounts(world: World): Promise<void> {
  for (const name of CITIZEN_NAMES) await openAccount(world, name)
  await world.bank.addCustomer({ ...FIRM.bankCustomer, displayName: FIRM.name })
}

async function openAccount(world: World, name: CitizenName): Promise<void> {
  const { bankCustomer, fourInfo } = CITIZENS[name]
  const displayName = fourInfo.name
  await world.bank.addCustomer({ ...bankCustomer, displayName })
  await world.shinkin.addCustomer({ ...atShinkin(bankCustomer), displayName })
}
