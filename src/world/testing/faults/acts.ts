// What a person does to have a certificate in the phone, in one of three ways. Who got no answer looks how far it is and goes
// on from there. Whether the roles are objects, processes, or one process that is killed.

import type { Outbox } from '../../../adapters/deliveries/index.ts'
import { hex } from '../../../base/bytes.ts'
import type { Entropy } from '../../../base/ports.ts'
import type { Authority } from '../../../roles/authority/contract.ts'
import type { Carrier } from '../../../roles/carrier/contract.ts'
import type { Phone } from '../../../roles/phone/contract.ts'
import type { Order, OrderState, SpTsm } from '../../../roles/sp-tsm/contract.ts'
import { choosePin } from '../../choose-pin.ts'
import { codeFrom } from '../../codes.ts'
import { CITIZENS, CLERK } from '../../people.ts'
import type { Chance } from '../chance.ts'

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

const { fourInfo: OWNER, password } = CITIZENS.adult
export const WITH_CARD = { card: 'adult', password }
const PIN = '4711'

/** Under faults, and after them without. */
const TRIES = { faulty: 10, calm: 8 }
/** Who was turned away so often tries with the card too: a letter may be lost, and what was to be moved may be gone. */
const SAME_WAY = 4
/** A code that was refused so often counts no more. */
const REFUSED = 2

export type Way = 'card' | 'home' | 'counter' | 'move'
export const WAYS = ['card', 'card', 'home', 'counter'] as const

export const orderOf = ({ inHand }: Person) => inHand.order()
export const stateOf = async (person: Person): Promise<OrderState> => (await orderOf(person))?.state ?? 'undone'
export const serialOf = async (person: Person) => (await orderOf(person))?.serial ?? 0n

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
export async function done(person: Person, name: string, work: () => Promise<unknown>): Promise<void> {
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

export const become = (person: Person, states: readonly string[], name: string, work: () => Promise<unknown>) =>
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
export async function enrol(person: Person, way: Way): Promise<void> {
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
