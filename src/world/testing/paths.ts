// Every path of an application, of a certificate's life and of the applet's renewal, as the people of the household walk
// it; none knows whether the roles are one process or several. Seed 0 村上; seed 4 (4)②, (5).

import assert from 'node:assert/strict'
import { equal } from '../../base/bytes.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { codeFrom } from '../codes.ts'
import { CITIZENS } from '../people.ts'
import { type Holder, holder, PROOF } from './holder.ts'
import type { HolderName, Household } from './household.ts'

export interface Path {
  readonly title: string
  readonly who: HolderName
  /** What the order is when it begins, and when it ends. */
  readonly from: 'undone' | 'active'
  readonly to: 'undone' | 'active' | 'suspended'
  readonly walk: (me: Holder, household: Household) => Promise<unknown>
}

const DAY_MS = 86_400_000
/** A stop counts within a minute. Seed 4 (5)③. */
const MINUTE_MS = 60_000

const applying: readonly Path[] = [
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

async function applyAtCounter(me: Holder, { counter }: Household, password: string | null) {
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

const living: readonly Path[] = [
  {
    title: 'another PIN',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ phone, phonePin, certificates }) => {
      await phone.changePin({ pin: phonePin, newPin: '9081' })
      await assert.rejects(certificates())
      await phone.changePin({ pin: '9081', newPin: phonePin })
      await certificates()
    },
  },
  {
    title: 'PIN used up, set anew with the card',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ phone, phonePin, withCard, become, serial }) => {
      const before = await serial()
      for (let i = 0; i < 3; i++) await assert.rejects(phone.certificates({ pin: '0000' }))
      assert.equal((await phone.status({})).applet, 'blocked')
      await phone.resetPin(withCard)
      await become('written')
      await phone.setPin({ pin: phonePin })
      assert.equal(await serial(), before)
    },
  },
  {
    title: 'stopped in the phone, and on again with the card',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ phone, withCard, become, serial, status, certificates }) => {
      await phone.stop({})
      await become('suspended')
      assert.equal(await status(await serial()), 'onHold')
      await assert.rejects(certificates(), { code: 'phone/suspended' })
      await phone.resume(withCard)
      await become('active')
      assert.equal(await status(await serial()), 'valid')
    },
  },
  {
    title: 'phone lost: stopped from another one with the card, found again and brought to the counter',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ withCard, become, serial }, { phones, spTsm }) => {
      await phones.elder.stopElsewhere(withCard)
      await become('suspended')
      await spTsm.resumeBySerial({ serial: await serial(), requestedBy: 'counter' })
      await become('active')
    },
  },
  {
    title: 'phone lost: the hot line stops it at the authority, and within a minute the SIM is suspended',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ become, serial, phone }, { authority }) => {
      const ofPhone = { kind: 'auth', serial: await serial() } as const
      const told = performance.now()
      await authority.revoke({ ...ofPhone, reason: 'certificateHold', requestedBy: 'hot-line' })
      await become('suspended')
      assert.ok(performance.now() - told < MINUTE_MS)
      assert.equal((await phone.status({})).applet, 'suspended')
      await authority.resume({ ...ofPhone, requestedBy: 'operator' })
      await become('active')
    },
  },
  {
    title: 'phone lost: the hot line stops it by the number of the card',
    ...{ who: 'elder', from: 'active', to: 'suspended' },
    walk: async ({ atCounter, become }, { spTsm, counter }) => {
      const card = await atCounter(async ({ session, residentId }) => counter.person({ session, residentId }))
      await spTsm.stopBySerial({ serial: card.cards[0]!.authSerial!, requestedBy: 'hot-line' })
      await become('suspended')
    },
  },
  {
    title: 'phone not found: ended from another one with the card',
    ...{ who: 'adult', from: 'active', to: 'undone' },
    walk: async ({ withCard, become, serial, status }, { phones }) => {
      const before = await serial()
      await phones.elder.endElsewhere(withCard)
      await become('undone')
      assert.equal(await status(before), 'revoked')
    },
  },
  {
    title: 'line not paid, SIM locked meanwhile; on again when both are',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ become, line: { msisdn, iccid }, carrier }) => {
      await carrier.suspendLine({ msisdn, reason: 'unpaid' })
      await become('suspended')
      await carrier.changeSimStatus({ iccid, status: 'LOCKED' })
      await carrier.resumeLine({ msisdn, reason: 'paid' })
      await carrier.changeSimStatus({ iccid, status: 'ACTIVE' })
      await become('active')
    },
  },
  {
    title: 'line restricted, another number, another phone that finds its certificate with the card',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ become, phone, withCard, serial, line: { msisdn, deviceModel }, carrier }) => {
      const before = await serial()
      await carrier.restrictLine({ msisdn, reason: 'asked-by-subscriber' })
      await become('suspended')
      await carrier.resumeLine({ msisdn, reason: 'asked-by-subscriber' })
      await become('active')
      const newMsisdn = '819012345678'
      await carrier.changeMsisdn({ msisdn, newMsisdn })
      await carrier.changeDevice({ msisdn: newMsisdn, deviceModel: 'sim-free-phone-1' })
      assert.equal((await phone.takeOver(withCard)).serial, before)
      await carrier.changeDevice({ msisdn: newMsisdn, deviceModel })
      await carrier.changeMsisdn({ msisdn: newMsisdn, newMsisdn: msisdn })
    },
  },
  {
    title: 'a later applet over the one in the SIM, where the carrier loads',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: upgraded,
  },
  {
    title: 'a later applet over the one in the SIM, where J-LIS loads with tokens',
    ...{ who: 'elder', from: 'active', to: 'active' },
    walk: upgraded,
  },
  {
    title: 'moved to another address: the certificate in the phone stays',
    ...{ who: 'elder', from: 'active', to: 'active' },
    walk: async ({ atCounter, fourInfo, serial, status }, { counter }) => {
      await atCounter(({ session, residentId }) => {
        const moved = { ...fourInfo, address: '東京都かざす市みなと町９丁目９番９号' }
        return counter.record({ session, residentId, event: 'move', fourInfo: moved, proof: PROOF })
      })
      assert.equal(await status(await serial()), 'valid')
      await atCounter(({ session, cardNumber }) => counter.renew({ session, cardNumber, kind: 'sign', proof: PROOF }))
    },
  },
  {
    title: 'line made over to another person and back: nothing usable is left, who has it then enrols',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async (me) => {
      const { line, fourInfo, become, phone, withCard, applied, installed, carrier } = me
      const { msisdn } = line
      await carrier.transferLine({ msisdn, subscriber: { name: '試験　次郎', birthDate: '1999-01-01' } })
      await become('undone')
      await assert.rejects(phone.apply(withCard), { code: 'sp-tsm/notEligible' })
      const { name, birthDate } = fourInfo
      await carrier.transferLine({ msisdn, subscriber: { name, birthDate, mailAddress: CITIZENS.adult.mailAddress } })
      await applied()
      await installed()
    },
  },
]

/** As the registry of the SIM lists the load file. */
async function upgraded({ line, carrier, certificates, become }: Holder, { spTsm }: Household) {
  const version = 2
  const before = await certificates()
  await spTsm.startCampaign({ version, percent: 100, mostErrors: 20, loadFile: jpkiLoadFile(version) })
  const asked = { requestingEntity: 'sp-tsm', iccid: line.iccid }
  for (;;) {
    await become('active')
    const { entries } = await carrier.getApplicationOrELFStatus(asked)
    if (entries.find(({ aid }) => equal(aid, JPKI.loadFile))?.version === `${version}.0`) break
    const [campaign] = (await spTsm.campaigns({})).campaigns
    assert.equal(campaign!.failed, 0)
  }
  assert.deepEqual(await certificates(), before)
}

const ending: readonly Path[] = [
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
    title: 'renewed before the end, under the old PIN',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ phone, become, serial, status }, household) => {
      const { order } = await phone.order({})
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

/** In this order: the last of them change what cannot be changed back. */
export const PATHS = [...applying, ...living, ...ending] as const

/** Walks it from where it begins; where it ended. */
export async function walk(path: Path, household: Household): Promise<string> {
  const me = holder(household, path.who)
  await path.walk(me, household)
  return me.state()
}
