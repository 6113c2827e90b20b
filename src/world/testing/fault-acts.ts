// What people do with a phone's certificate in one case of the fault run: they apply until it is there, let some things
// happen, and take it away. Who got no answer looks how far it is and goes on from there.

import { jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import type { Carrier } from '../../roles/carrier/contract.ts'
import type { SpTsm } from '../../roles/sp-tsm/contract.ts'
import { CITIZENS } from '../people.ts'
import type { Chance } from './chance.ts'
import { choosePin } from './choose-pin.ts'
import type { SmallWorld } from './small-world.ts'

/** Whose certificate it is, and whom that person and others ask; wherever the roles run. */
export interface Lived extends Pick<SmallWorld, 'phone' | 'password' | 'authority'> {
  readonly applied: () => Promise<unknown>
  readonly carriers: { readonly minato: Carrier }
  readonly spTsm: SpTsm
}

/** Lets it happen under faults; afterwards all is quiet, and was compared. */
export type Act = (name: string, work: () => Promise<unknown>) => Promise<void>

const PIN = '4711'
const { msisdn, iccid } = CITIZENS.adult.line
const OWNER = CITIZENS.adult.fourInfo

/** More tries than faults. */
const TRIES = 12

type Happening = (world: Lived, act: Act) => Promise<void>

const stateOf = async ({ phone }: Lived) => (await phone.order({})).order?.state ?? 'undone'

/** From wherever it is to a certificate with a PIN of the holder's. */
async function enrol(world: Lived, act: Act): Promise<void> {
  const { phone, password } = world
  const withCard = { card: 'adult', password }
  for (let i = 0; i < TRIES; i++) {
    const state = await stateOf(world)
    if (state === 'active') return
    if (state === 'undone' || state === 'applied') await act('apply', () => world.applied())
    else if (state === 'accepted') await act('install', () => phone.install({}))
    else if (state === 'written') await act('set PIN', () => choosePin(phone, PIN))
    else if (state === 'suspended') await act('resume', () => phone.resume(withCard))
  }
  throw new Error(`not enrolled after ${TRIES} tries: ${await stateOf(world)}`)
}

async function until(world: Lived, states: readonly string[], once: () => Promise<void>): Promise<void> {
  for (let i = 0; i < TRIES && !states.includes(await stateOf(world)); i++) await once()
}

async function serialOf({ phone }: Lived): Promise<bigint> {
  return (await phone.order({})).order?.serial ?? 0n
}

const HAPPENINGS: Readonly<Record<string, Happening>> = {
  lost: async (world, act) => {
    await until(world, ['suspended'], () => act('stop', () => world.phone.stop({})))
  },
  'hot line': async (world, act) => {
    const serial = await serialOf(world)
    await act('hot line', () => world.spTsm.stopBySerial({ serial, requestedBy: 'hot-line' }))
    await act('counter lifts', () => world.spTsm.resumeBySerial({ serial, requestedBy: 'counter' }))
  },
  'PIN forgotten': async (world, act) => {
    await act('reset PIN', () => world.phone.resetPin({ card: 'adult', password: world.password }))
  },
  renewal: (world, act) => act('renew', () => world.phone.renew({})),
  'lost while it is renewed': (world, act) =>
    act('renew and stop', () => Promise.allSettled([world.phone.renew({}), world.phone.stop({})])),
  'removed while it is renewed': (world, act) =>
    act('renew and remove', () => Promise.allSettled([world.phone.renew({}), world.phone.remove({})])),
  'a later applet': (world, act) =>
    act('upgrade', () =>
      world.spTsm.startCampaign({ version: 2, percent: 100, mostErrors: 100, loadFile: jpkiLoadFile(2) }),
    ),
  'line not paid': async ({ carriers: { minato } }, act) => {
    await act('suspend line', () => minato.suspendLine({ msisdn, reason: 'unpaid' }))
    await act('resume line', () => minato.resumeLine({ msisdn, reason: 'paid' }))
  },
  'SIM locked': async ({ carriers: { minato } }, act) => {
    await act('lock SIM', () => minato.changeSimStatus({ iccid, status: 'LOCKED' }))
    await act('unlock SIM', () => minato.changeSimStatus({ iccid, status: 'ACTIVE' }))
  },
  'line made over': async ({ carriers: { minato } }, act) => {
    const { name, birthDate } = OWNER
    const { mailAddress } = CITIZENS.adult
    const other = { name: '試験　次郎', birthDate: '1999-01-01', mailAddress }
    await act('make over', () => minato.transferLine({ msisdn, subscriber: other }))
    await act('make back', () => minato.transferLine({ msisdn, subscriber: { name, birthDate, mailAddress } }))
  },
  'stopped at the window': async (world, act) => {
    const ofPhone = { kind: 'auth', serial: await serialOf(world), requestedBy: 'counter' } as const
    await act('authority stops', () => world.authority.revoke({ ...ofPhone, reason: 'certificateHold' }))
    await act('authority lifts', () => world.authority.resume(ofPhone))
  },
}

export async function lifeOfCase(world: Lived, chance: Chance, act: Act): Promise<void> {
  await enrol(world, act)
  const names = Object.keys(HAPPENINGS) as [string, ...string[]]
  for (let i = chance.below(3); i >= 0; i--) {
    await HAPPENINGS[chance.oneOf(names)]!(world, act)
    if (i > 0) await enrol(world, act)
  }
  await until(world, ['undone'], () => act('remove', () => world.phone.remove({})))
}
