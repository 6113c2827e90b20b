// A customer on the telephone with the bank, in a real Chromium: the clerk's desk and the customer's phone, each in both
// languages. Seed 0 高橋②.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { login } from '../../cases/main-job/steps.ts'
import { BANK, CITIZENS } from '../../world/people.ts'
import { BANK_DESK } from './screens/bank-desk.ts'
import {
  chromiumPresent,
  DESK,
  openRoom,
  type Room,
  SIGNERS,
  signIn,
  type Walker,
  withCertificate,
} from './testing/room.ts'

describe.skipIf(!chromiumPresent)('approval on the telephone in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  beforeAll(async () => {
    room = await openRoom()
    for (const name of Object.values(SIGNERS)) {
      await withCertificate(room.world, name)
      await login({ world: room.world, name, sabotage: null })
    }
  })
  afterAll(() => room?.close())

  test('without the IVR platform’s signature the machine says nothing', async () => {
    const answer = await fetch(`${room.world.origin}/bank/ivr`, { method: 'POST', body: 'customer=1' })
    expect(answer.status).toBe(401)
  })

  test.each(['ja', 'en'] as const)(
    '%s: asked by a clerk, a wrong number, then the right one; what came of it',
    async (language) => {
      const name = SIGNERS[language]
      const { phonePin, bankCustomer } = CITIZENS[name]
      const clerk = await room.walker(language, DESK)
      const holder = await room.walker(language)
      const { t } = holder
      const bank = language === 'ja' ? 'ひなた銀行' : 'Hinata Bank'

      await holder.go(`/phone/${name}`)
      await holder.follow(t.approval.doApprovals)
      await holder.look('phone-approvals-off')
      await holder.fill(t.approval.userCode, '13579')
      await holder.fill(t.phone.pin, phonePin)
      await holder.press(t.approval.receive)
      await holder.sees(t.approval.received)
      await holder.look('phone-approvals-none')

      await clerk.go(BANK_DESK)
      await signIn(clerk.page, room.world, 'bank', 'mori')
      await clerk.at(t.approval.deskTitle)
      await clerk.press(t.approval.send)
      await clerk.alerted(t.approval.deskShape)
      await clerk.look('bank-desk')

      const ask = async () => {
        await clerk.go(BANK_DESK)
        await clerk.fill(t.approval.customerNumber, bankCustomer!.customerNumber)
        await clerk.page.getByLabel(t.approval.kind_limit, { exact: true }).check()
        await clerk.fill(t.approval.yen, '300000')
        await clerk.press(t.approval.send)
        await clerk.sees(t.approval.speak)
        return (await clerk.page.locator('.compare-code').textContent())!
      }
      const first = await ask()
      await clerk.look('bank-desk-waiting')
      expect(await clerk.page.getByRole('main').textContent()).not.toContain(CITIZENS[name].fourInfo.name)

      // It appears by itself on the phone that lies there.
      await holder.follow(t.approval.see)
      await holder.at(t.approval.askTitle(bank))
      await holder.look('phone-approval')
      await holder.fill(t.phone.pin, phonePin)
      await holder.press(t.approval.approve)
      await holder.alerted(t.approval.choose)
      await choose(holder, first, 'another')
      await holder.fill(t.phone.pin, phonePin)
      await holder.press(t.approval.approve)
      await holder.alerted(language === 'ja' ? '相手が言った番号と違う' : 'not the number that was spoken')
      await holder.look('phone-approval-wrong')
      await clerk.at(t.approval.declinedTitle)
      await clerk.look('bank-desk-declined')

      const second = await ask()
      await holder.go(`/phone/${name}`)
      await holder.follow(t.approval.see)
      await choose(holder, second, 'this')
      await holder.fill(t.phone.pin, phonePin)
      await holder.press(t.approval.approve)
      await holder.sees(t.approval.resultAwaited)
      await clerk.at(t.approval.approvedTitle)
      await clerk.look('bank-desk-approved')
      await clerk.press(t.approval.doLimit)
      await clerk.at(t.approval.doneTitle)
      await clerk.look('bank-desk-done')
      await holder.sees(t.approval.result_completed)
      await holder.look('phone-approval-done')

      await ask()
      await holder.go(`/phone/${name}/approvals`)
      await holder.follow(t.approval.see)
      await holder.press(t.approval.unexpected)
      await holder.sees(t.approval.state_declined)
      await clerk.at(t.approval.declinedTitle)
      await clerk.go(BANK_DESK)
      await clerk.fill(t.approval.customerNumber, bankCustomer!.customerNumber)
      await clerk.press(t.approval.send)
      await clerk.alerted(language === 'ja' ? 'いま確認を送れません' : 'cannot be asked now')

      await holder.go(`/phone/${name}/approvals`)
      await holder.look('phone-approvals-past')
      await holder.press(t.approval.stop)
      await holder.sees(t.approval.stopped)
      const { uses } = await room.world.citizens[name].phone.uses({})
      const answers = uses.filter(({ kind }) => kind === 'approval').map(({ who, outcome }) => [who, outcome])
      expect(answers).toEqual([
        [BANK.name, 'declined'],
        [BANK.name, 'done'],
      ])
    },
  )
})

async function choose({ page }: Walker, code: string, which: 'this' | 'another'): Promise<void> {
  const numbers = await page.getByRole('radio').evaluateAll((found) => found.map((one) => one.getAttribute('value')!))
  await page
    .getByRole('radio', { name: which === 'this' ? code : numbers.find((one) => one !== code)!, exact: true })
    .check()
}
