// The three ways to apply, each to a certificate in use. Seed 0 村上.

import { codeFrom } from '../../codes.ts'
import { CITIZENS } from '../../people.ts'
import { type Holder, PROOF } from '../holder.ts'
import type { Household } from '../household.ts'
import type { Path } from './path.ts'

export const applying: readonly Path[] = [
  {
    title: 'applied for with the card, approved by SMS',
    ...{ who: 'adult', from: 'undone', to: 'active' },
    walk: async ({ applied, installed }) => {
      await applied()
      await installed()
    },
  },
  {
    title: 'applied for with the card, approved by mail',
    ...{ who: 'adult', from: 'undone', to: 'active' },
    walk: async ({ phone, withCard, installed }, { outbox }) => {
      const { mailAddress } = CITIZENS.adult
      await phone.apply({ ...withCard, mailAddress })
      await phone.confirmCode({ code: await codeFrom(outbox, 'mail', mailAddress) })
      await installed()
    },
  },
  {
    title: 'applied for from home, approved by SMS and by a letter that is handed over to its addressee',
    ...{ who: 'elder', from: 'undone', to: 'active' },
    walk: async ({ phone, fourInfo, sms, installed }, { outbox }) => {
      await phone.applyFromHome({ fourInfo })
      await phone.confirmCode({ code: await sms() })
      const [letter] = await outbox.inbox('letter', fourInfo.name)
      await outbox.handOver(letter!.id, { name: fourInfo.name, document: 'passport' })
      await phone.confirmCode({ code: await codeFrom(outbox, 'letter', fourInfo.name) })
      await installed()
    },
  },
  {
    title: 'applied for at the counter, with the card and the SIM in the reader of the desk',
    ...{ who: 'elder', from: 'undone', to: 'active' },
    walk: (me, household) => applyAtCounter(me, household, CITIZENS.elder.password),
  },
  {
    title: 'applied for at the counter, with documents',
    ...{ who: 'adult', from: 'undone', to: 'active' },
    walk: (me, household) => applyAtCounter(me, household, null),
  },
]

/** Without a password by documents alone. */
export async function applyAtCounter(me: Holder, { counter }: Household, password: string | null) {
  const { carrier, msisdn, deviceModel } = me.line
  await me.atCounter(async ({ session, residentId }) => {
    const desk = { session, residentId }
    const line = { carrier, msisdn, deviceModel }
    await counter.applyForPhone({ ...desk, simPlace: `${residentId}-phone`, line, password, proof: PROOF })
    while ((await counter.phoneOrder(desk)).order?.state !== 'written')
      await new Promise((resolve) => setTimeout(resolve, 50))
    await counter.setPhonePin({ ...desk, pin: me.phonePin })
  })
  await me.phone.takeOver(me.withCard)
}
