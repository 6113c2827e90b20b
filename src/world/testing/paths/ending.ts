// Renewal, and the ends: removed, card lost, death, the calendar. Seed 4 (4)②, (5).

import assert from 'node:assert/strict'
import { CITIZENS } from '../../people.ts'
import { type Holder, PROOF } from '../holder.ts'
import type { Household } from '../household.ts'
import type { Path } from './path.ts'

const DAY_MS = 86_400_000

export const ending: readonly Path[] = [
  {
    title: 'removed by the holder',
    ...{ who: 'adult', from: 'active', to: 'undone' },
    walk: async ({ phone, become, serial, status }) => {
      const before = await serial()
      await phone.remove({})
      await become('undone')
      assert.equal(await status(before), 'revoked')
      assert.equal((await phone.status({})).applet, 'none')
    },
  },
  {
    title: 'its end is shown; renewed before that, under the old PIN',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ phone, become, serial, status, certificates }, household) => {
      const { order } = await phone.order({})
      assert.deepEqual((await certificates())[0]!.notAfter, order!.notAfter)
      await until(household, order!.notAfter!.getTime() - 60 * DAY_MS)
      const before = await serial()
      await phone.renew({})
      await become('active')
      assert.notEqual(await serial(), before)
      assert.equal(await status(before), 'revoked')
    },
  },
  {
    title: 'card renewed at the counter: the phone keeps its certificate, and its next ends with the new card',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ phone, atCounter, serial, status, become }, { counter, spTsm }) => {
      const before = (await phone.order({})).order!
      await atCounter(({ session, cardNumber }) => counter.renew({ session, cardNumber, kind: 'auth', proof: PROOF }))
      await spTsm.followAuthority({})
      assert.equal(await status(await serial()), 'valid')
      await phone.renew({})
      await become('active')
      const after = (await phone.order({})).order!
      assert.ok(after.notAfter! > before.notAfter!)
    },
  },
  {
    title:
      'card lost: stopped at the counter with the phone’s certificate, then ended for good; enrolled again under a new card',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async (me, { counter, spTsm }) => {
      const { atCounter, become, serial, status } = me
      const before = await serial()
      await atCounter(({ session, cardNumber }) => counter.stopCard({ session, cardNumber, reason: 'certificateHold' }))
      await become('suspended')
      await atCounter(({ session, cardNumber }) =>
        counter.stopCard({ session, cardNumber, reason: 'keyCompromise', proof: PROOF }),
      )
      await spTsm.followAuthority({})
      await become('undone')
      assert.equal(await status(before), 'revoked')
      await newCard(me, counter)
      await me.applied()
      await me.installed()
    },
  },
  {
    title: 'death: nothing is left in the SIM',
    ...{ who: 'elder', from: 'active', to: 'undone' },
    walk: async ({ atCounter, become, serial, status }, { counter, spTsm }) => {
      const before = await serial()
      await atCounter(({ session, residentId }) => counter.record({ session, residentId, event: 'die', proof: PROOF }))
      await spTsm.followAuthority({})
      await become('undone')
      assert.equal(await status(before), 'revoked')
    },
  },
  {
    title: 'the end has come: nothing is left in the SIM',
    ...{ who: 'adult', from: 'active', to: 'undone' },
    walk: async ({ phone, become }, household) => {
      const { notAfter } = (await phone.order({})).order!
      await until(household, notAfter!.getTime() + DAY_MS)
      await household.wake()
      await become('undone')
    },
  },
]

/** Lists and answers are those of that day. */
async function until({ clock, pass, authority }: Household, time: number): Promise<void> {
  pass(time - clock().getTime())
  await authority.refreshStatus({})
}

const newCard = ({ atCounter }: Holder, counter: Household['counter']) =>
  atCounter(async ({ session, residentId }) => {
    const { pin, password } = CITIZENS.adult
    const order = { session, residentId, place: residentId, pin, password, proof: PROOF }
    const { cardNumber } = await counter.issueCard(order)
    await counter.handOver({ session, cardNumber, proof: PROOF })
  })
