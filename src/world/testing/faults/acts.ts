// What people do with a phone's certificate in one case: they apply in one of three ways until it is there, let some things
// happen, and take it away. Who got no answer looks how far it is and goes on from there. Whether the roles are objects,
// processes, or one process that is killed.

import type { Outbox } from '../../../adapters/deliveries/index.ts'
import { hex } from '../../../base/bytes.ts'
import type { Entropy } from '../../../base/ports.ts'
import { jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import type { Authority } from '../../../roles/authority/contract.ts'
import type { Carrier } from '../../../roles/carrier/contract.ts'
import type { Phone } from '../../../roles/phone/contract.ts'
import type { Order, OrderState, SpTsm } from '../../../roles/sp-tsm/contract.ts'
import { codeFrom } from '../../codes.ts'
import { CITIZENS, CLERK } from '../../people.ts'
import type { Chance } from '../chance.ts'
import { choosePin } from '../choose-pin.ts'

/** One that failed for good: an order that does not become what it should. */
export class NotReached extends Error {}

/** A phone with the SIM that is in it. */
export interface InHand {
  readonly phone: Phone
  readonly iccid: string
  /** How far it is, past all faults. */
  readonly order: () => Promise<Order | null>
}

export interface Person {
  readonly parties: {
    readonly spTsm: SpTsm
    readonly authority: Authority
    readonly carrier: Carrier
    readonly mailbox: Outbox
  }
  readonly line: {
    readonly carrier: string
    readonly msisdn: string
    readonly simModel: string
    readonly deviceModel: string
  }
  readonly chance: Chance
  readonly entropy: Entropy
  readonly now: () => Date
  inHand: InHand
  /** Of the line's carrier and model, from the shop; `inserted` when the line has it. */
  readonly anotherSim: () => Promise<{ readonly iccid: string; readonly inserted: () => Promise<InHand> }>
  /**
   * Lets it happen under faults (`calm`: without); afterwards all is quiet, and was compared. Whether it came back without
   * an error.
   */
  readonly act: (name: string, work: () => Promise<unknown>, calm?: boolean) => Promise<boolean>
}

const { fourInfo: OWNER, password, mailAddress } = CITIZENS.adult
const WITH_CARD = { card: 'adult', password }
const PIN = '4711'

/** Under faults, and after them without. */
const TRIES = { faulty: 10, calm: 8 }
/** Who was turned away so often tries with the card too: a letter may be lost, and what was to be moved may be gone. */
const SAME_WAY = 4
/** A code that was refused so often counts no more. */
const REFUSED = 2

export type Way = 'card' | 'home' | 'counter' | 'move'
const WAYS = ['card', 'card', 'home', 'counter'] as const

const orderOf = ({ inHand }: Person) => inHand.order()
const stateOf = async (person: Person): Promise<OrderState> => (await orderOf(person))?.state ?? 'undone'
const serialOf = async (person: Person) => (await orderOf(person))?.serial ?? 0n

/** Again until it is so. */
async function until(
  person: Person,
  what: string,
  reached: () => Promise<boolean>,
  once: (calm: boolean) => Promise<unknown>,
): Promise<void> {
  for (let i = 0; i < TRIES.faulty + TRIES.calm; i++) {
    if (await reached()) return
    await once(i >= TRIES.faulty)
  }
  if (!(await reached())) throw new NotReached(`${what}: ${await stateOf(person)}`)
}

/** What somebody must get through, and asks again until it is acknowledged. */
async function done(person: Person, name: string, work: () => Promise<unknown>): Promise<void> {
  let well = false
  await until(
    person,
    name,
    async () => well,
    async (calm) => {
      well = await person.act(name, work, calm)
    },
  )
}

const become = (person: Person, states: readonly string[], name: string, work: () => Promise<unknown>) =>
  until(
    person,
    name,
    async () => states.includes(await stateOf(person)),
    (calm) => person.act(name, work, calm),
  )

const APPLY: Readonly<Record<Way, (person: Person, calm: boolean) => Promise<unknown>>> = {
  card: (person, calm) => person.act('apply with the card', () => person.inHand.phone.apply(WITH_CARD), calm),
  move: (person, calm) =>
    person.act('apply to move', () => person.inHand.phone.apply({ ...WITH_CARD, moves: true }), calm),
  home: (person, calm) =>
    person.act('apply from home', () => person.inHand.phone.applyFromHome({ fourInfo: OWNER }), calm),
  counter: async (person, calm) => {
    const { carrier, msisdn, deviceModel } = person.line
    const form = {
      ...{
        purpose: 'jpki-auth-certificate-for-phone' as const,
        carrier,
        msisdn,
        iccid: person.inHand.iccid,
        deviceModel,
      },
      ...{ appliedAt: person.now().toISOString(), nonce: hex(person.entropy(16)) },
    }
    const vouched = { clerk: CLERK.clerkId, act: 'a1', proof: { how: 'photo-document', reference: 'L-0042' } }
    const asked = { by: { form, fourInfo: OWNER }, ...vouched }
    await person.act('apply at the counter', () => person.parties.spTsm.applyAtCounter(asked), calm)
    await person.act('show the order', () => person.inHand.phone.takeOver(WITH_CARD), calm)
  },
}

/** The code that is due, by whatever way it came; the letter is handed over to its addressee. */
async function enterCode(person: Person, calm: boolean): Promise<boolean> {
  const { mailbox } = person.parties
  const { phone } = person.inHand
  const due = (await orderOf(person))?.due?.code
  if (due === 'letter') {
    const [letter] = await mailbox.inbox('letter', OWNER.name)
    if (letter) await mailbox.handOver(letter.id, { name: OWNER.name, document: 'passport' })
  }
  const to = due === 'letter' ? OWNER.name : person.line.msisdn
  const code = due && (await codeFrom(mailbox, due, to).catch(() => undefined))
  // What was to follow a right code, or the message, got lost with its process.
  if (!code) return person.act('ask for a code', () => phone.resendCode({}), calm)
  return person.act('enter code', () => phone.confirmCode({ code }), calm)
}

/** What is the holder's part, by how far the order is. */
export const ONWARDS: Partial<Record<OrderState, { name: string; work: (phone: Phone) => Promise<unknown> }>> = {
  accepted: { name: 'install', work: (phone) => phone.install({}) },
  written: { name: 'set PIN', work: (phone) => choosePin(phone, PIN) },
  suspended: { name: 'resume', work: (phone) => phone.resume(WITH_CARD) },
}

/** From wherever it is to a certificate with a PIN of the holder's. */
async function enrol(person: Person, way: Way): Promise<void> {
  let [applied, refused] = [0, 0]
  await until(
    person,
    'enrol',
    async () => (await stateOf(person)) === 'active',
    async (calm) => {
      const { phone } = person.inHand
      const state = await stateOf(person)
      if (state === 'applied' && refused < REFUSED) {
        if (!(await enterCode(person, calm))) refused += 1
        return
      }
      refused = 0
      if (state === 'undone' || state === 'applied') {
        applied += 1
        return APPLY[applied <= SAME_WAY || applied % 2 === 0 ? way : 'card'](person, calm)
      }
      const next = ONWARDS[state]
      if (next) return person.act(next.name, () => next.work(phone), calm)
      return person.act(`wait in ${state}`, async () => undefined, true)
    },
  )
}

type Happening = (person: Person) => Promise<unknown>

const both = (...work: Promise<unknown>[]) => Promise.allSettled(work)

const HAPPENINGS = {
  lost: (person) => become(person, ['suspended'], 'stop', () => person.inHand.phone.stop({})),
  'lost and found': async (person) => {
    await become(person, ['suspended'], 'stop', () => person.inHand.phone.stop({}))
    await become(person, ['active', 'written'], 'resume', () => person.inHand.phone.resume(WITH_CARD))
  },
  'stopped and resumed at once': ({ act, inHand: { phone } }) =>
    act('stop and resume', () => both(phone.stop({}), phone.resume(WITH_CARD))),
  'hot line': async (person) => {
    const { act, parties } = person
    const serial = await serialOf(person)
    await act('hot line', () => parties.spTsm.stopBySerial({ serial, requestedBy: 'hot-line' }))
    await act('counter lifts', () => parties.spTsm.resumeBySerial({ serial, requestedBy: 'counter' }))
  },
  'PIN forgotten': ({ act, inHand: { phone } }) => act('reset PIN', () => phone.resetPin(WITH_CARD)),
  'a later applet': ({ act, parties }) =>
    act('upgrade', () =>
      parties.spTsm.startCampaign({ version: 2, percent: 100, mostErrors: 100, loadFile: jpkiLoadFile(2) }),
    ),
  renewal: ({ act, inHand: { phone } }) => act('renew', () => phone.renew({})),
  'renewed twice': async ({ act, inHand: { phone } }) => {
    await act('renew', () => phone.renew({}))
    await act('renew again', () => phone.renew({}))
  },
  'lost while it is renewed': ({ act, inHand: { phone } }) =>
    act('renew and stop', () => both(phone.renew({}), phone.stop({}))),
  'removed while it is renewed': ({ act, inHand: { phone } }) =>
    act('renew and remove', () => both(phone.renew({}), phone.remove({}))),
  'line not paid': async (person) => {
    const { carrier } = person.parties
    const { msisdn } = person.line
    await done(person, 'suspend line', () => carrier.suspendLine({ msisdn, reason: 'unpaid' }))
    await stopped(person, 'line')
    await done(person, 'resume line', () => carrier.resumeLine({ msisdn, reason: 'paid' }))
  },
  'SIM locked': async (person) => {
    const { carrier } = person.parties
    const { iccid } = person.inHand
    await done(person, 'lock SIM', () => carrier.changeSimStatus({ iccid, status: 'LOCKED' }))
    await stopped(person, 'sim')
    await done(person, 'unlock SIM', () => carrier.changeSimStatus({ iccid, status: 'ACTIVE' }))
  },
  'line made over': async (person) => {
    const { carrier } = person.parties
    const { msisdn } = person.line
    const { name, birthDate } = OWNER
    const other = { name: '試験　次郎', birthDate: '1999-01-01', mailAddress }
    await done(person, 'make over', () => carrier.transferLine({ msisdn, subscriber: other }))
    await gone(person)
    const back = { msisdn, subscriber: { name, birthDate, mailAddress } }
    await done(person, 'make back', () => carrier.transferLine(back))
  },
  'stopped at the window': async (person) => {
    const { act, parties } = person
    const ofPhone = { kind: 'auth', serial: await serialOf(person), requestedBy: 'counter' } as const
    await act('authority stops', () => parties.authority.revoke({ ...ofPhone, reason: 'certificateHold' }))
    await act('authority lifts', () => parties.authority.resume(ofPhone))
  },
  'new phone for the SIM': async (person) => {
    const { act, parties } = person
    const { msisdn, deviceModel } = person.line
    await act('change device', () => parties.carrier.changeDevice({ msisdn, deviceModel: 'sim-free-phone-1' }))
    await act('device back', () => parties.carrier.changeDevice({ msisdn, deviceModel }))
  },
  'new SIM for a lost one': async (person) => {
    const next = await renewedSim(person, 'lost-or-stolen')
    await stopped(person, 'sim')
    person.inHand = await next.inserted()
    await enrol(person, 'move')
  },
  'moved to another SIM': async (person) => {
    const next = await renewedSim(person, 'exchanged')
    person.inHand = await next.inserted()
    await enrol(person, 'move')
  },
} as const satisfies Record<string, Happening>
type HappeningName = keyof typeof HAPPENINGS

async function renewedSim(person: Person, reason: 'lost-or-stolen' | 'exchanged') {
  const { carrier } = person.parties
  const { msisdn, simModel } = person.line
  const next = await person.anotherSim()
  const asked = { msisdn, iccid: next.iccid, simModel, reason }
  await done(person, `renew SIM, ${reason}`, () => carrier.renewSim(asked))
  return next
}

async function stopped(person: Person, by: string): Promise<void> {
  const order = await orderOf(person)
  if (order && order.state !== 'undone' && !order.stoppedBy.includes(by as never))
    throw new NotReached(`the certificate is not stopped by ${by}: ${order.state}`)
}
async function gone(person: Person): Promise<void> {
  const state = await stateOf(person)
  if (state !== 'undone') throw new NotReached(`the certificate is still there: ${state}`)
}

/** What happens, and in which way the person applies before the first and after each but the last. */
export interface Plan {
  readonly happenings: readonly HappeningName[]
  readonly ways: readonly [Way, ...Way[]]
}

function planOf(chance: Chance): Plan {
  const names = Object.keys(HAPPENINGS) as [HappeningName, ...HappeningName[]]
  const happenings = Array.from({ length: 1 + chance.below(2) }, () => chance.oneOf(names))
  return { happenings, ways: [chance.oneOf(WAYS), chance.oneOf(WAYS)] }
}

export async function lifeOfCase(person: Person, { happenings, ways } = planOf(person.chance)): Promise<void> {
  for (const [i, happening] of happenings.entries()) {
    await enrol(person, ways[i % ways.length]!)
    await HAPPENINGS[happening](person)
  }
  await become(person, ['undone'], 'remove', () => person.inHand.phone.remove({}))
}
