// What happens to a phone's certificate in one case: it is applied for until it is there, some things happen, and it is taken away.

import { jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import { CITIZENS } from '../../people.ts'
import type { Chance } from '../chance.ts'
import {
  become,
  done,
  enrol,
  NotReached,
  orderOf,
  type Person,
  serialOf,
  stateOf,
  WAYS,
  type Way,
  WITH_CARD,
} from './acts.ts'

const { fourInfo: OWNER, mailAddress } = CITIZENS.adult

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
