// Another SIM for the line, and numbers that go to other carriers: the certificate is issued anew, no key is copied. Seed 4 (5)⑦.

import assert from 'node:assert/strict'
import { type Holder, subscriberOf, within } from '../holder.ts'
import type { NewSim } from '../household.ts'
import type { Path } from './path.ts'

/** The new SIM is in the phone: its certificate takes the place of the other, by a key of its own. */
async function moved(
  { phone, serial, status, applied, installed }: Holder,
  { iccid }: NewSim,
  meanwhile: 'valid' | 'onHold' = 'valid',
) {
  const before = await serial()
  assert.equal(await status(before), meanwhile)
  await phone.insertSim({ iccid })
  await applied(true)
  await installed()
  assert.notEqual(await serial(), before)
  await within(async () => (await status(before)) === 'revoked')
}

const portings = [
  ['another network', 'minato', 'aozora'],
  ['an MVNO', 'aozora', 'kodama'],
  ['a network again', 'kodama', 'minato'],
] as const

export const moving: readonly Path[] = [
  {
    title: 'another SIM for the line: the old one serves until the new one does',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async (me, { newSim, carriers }) => {
      const sim = await newSim('adult', 'minato')
      await carriers.minato.renewSim({ msisdn: me.line.msisdn, ...sim, reason: 'exchanged' })
      await moved(me, sim)
    },
  },
  {
    title: 'SIM lost or stolen: what is in it is on hold at once, and revoked when the next one serves',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async (me, { newSim, carriers }) => {
      const before = await me.serial()
      const sim = await newSim('adult', 'minato')
      await carriers.minato.renewSim({ msisdn: me.line.msisdn, ...sim, reason: 'lost-or-stolen' })
      await within(async () => (await me.status(before)) === 'onHold')
      await moved(me, sim, 'onHold')
    },
  },
  ...portings.map(
    ([where, from, to]): Path => ({
      title: `number taken to ${where}, with a new SIM`,
      ...{ who: 'adult', from: 'active', to: 'active' },
      walk: async (me, { newSim, carriers }) => {
        const { msisdn, deviceModel } = me.line
        const { reservation } = await carriers[from].reservePortOut({ msisdn })
        const sim = await newSim('adult', to)
        const line = { msisdn, deviceModel, ...sim, subscriber: subscriberOf('adult') }
        await carriers[to].portIn({ ...line, reservation, from })
        await moved(me, sim)
      },
    }),
  ),
  {
    title: 'SIM destroyed: revoked, and enrolled again in the next one',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async (me, household) => {
      const { iccid } = await me.phone.sim({})
      await household.carriers.minato.changeSimStatus({ iccid, status: 'TERMINATED' })
      await endedIn(me)
      const sim = await household.newSim('adult', 'minato')
      await household.carriers.minato.renewSim({ msisdn: me.line.msisdn, ...sim, reason: 'defective' })
      await enrolledIn(me, sim)
    },
  },
  {
    title: 'line closed: revoked, and enrolled again on the next one',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async (me, household) => {
      const { msisdn, deviceModel } = me.line
      await household.carriers.minato.terminateLine({ msisdn, reason: 'cancelled' })
      await endedIn(me)
      const sim = await household.newSim('adult', 'minato')
      const line = { msisdn, deviceModel, ...sim, subscriber: subscriberOf('adult') }
      await household.carriers.minato.subscribe(line)
      await enrolledIn(me, sim)
    },
  },
]

async function endedIn({ become, serial, status }: Holder) {
  const before = await serial()
  await become('undone')
  assert.equal(await status(before), 'revoked')
}

async function enrolledIn({ phone, applied, installed }: Holder, { iccid }: NewSim) {
  await phone.insertSim({ iccid })
  await applied()
  await installed()
}
