// What happens to a certificate in its SIM: PIN, stops, line, facts, a later applet. Seed 4 (4)②, (5)③④.

import assert from 'node:assert/strict'
import { equal } from '../../../base/bytes.ts'
import { JPKI, jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import { bucketOf } from '../../../roles/sp-tsm/index.ts'
import { choosePin } from '../../choose-pin.ts'
import { CITIZENS } from '../../people.ts'
import { bring, type Holder, holder, PROOF, settled, subscriberOf, within } from '../holder.ts'
import type { Household } from '../household.ts'
import { applyAtCounter } from './applying.ts'
import type { Path } from './path.ts'

/** A stop counts within a minute. Seed 4 (5)③. */
const MINUTE_MS = 60_000

export const living: readonly Path[] = [
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
    title: 'PIN forgotten, set anew with the card',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async ({ phone, phonePin, withCard, become, serial }) => {
      const before = await serial()
      await assert.rejects(phone.certificates({ pin: '0000' }), { code: 'phone/wrongPin' })
      await phone.resetPin(withCard)
      await become('written')
      await choosePin(phone, phonePin)
      assert.equal(await serial(), before)
    },
  },
  {
    title: 'PIN used up and no card at hand: removed, and written anew at the counter with documents',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async (me, household) => {
      const { phone, become, serial, status } = me
      const before = await serial()
      for (let i = 0; i < 3; i++) await assert.rejects(phone.certificates({ pin: '0000' }))
      assert.equal((await phone.status({})).applet, 'blocked')
      await phone.remove({})
      await become('undone')
      assert.equal(await status(before), 'revoked')
      await applyAtCounter(me, household, null)
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
      await choosePin(phone, phonePin)
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
    title:
      'a later applet for a share of the phones, where the carrier loads: it comes when the share reaches this one',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async (me, household) => {
      const { orderId } = (await me.phone.order({})).order!
      await begun(household, bucketOf(orderId))
      await settled(household)
      assert.equal(await versionInSim(me), '1.0')
      await upgraded(me, household)
    },
  },
  {
    title: 'a later applet over the one in the SIM, where J-LIS loads with tokens',
    ...{ who: 'elder', from: 'active', to: 'active' },
    walk: upgraded,
  },
  {
    title:
      'a later applet that the SIM refuses: the first failure stops the campaign, and the one in the SIM serves on',
    ...{ who: 'adult', from: 'active', to: 'active' },
    walk: async (me, household) => {
      const { spTsm } = household
      // Alone, so that no other SIM's refusal comes first.
      await bring(holder(household, 'elder'), 'undone')
      const before = [await versionInSim(me), await me.certificates()]
      const version = VERSION + 1
      await spTsm.startCampaign({
        ...{ version, percent: 100, mostErrors: 20, enough: 1 },
        // The card has no code of that name.
        loadFile: jpkiLoadFile(version),
      })
      const campaign = async () => (await spTsm.campaigns({})).campaigns.find((one) => one.version === version)!
      await within(async () => (await campaign()).failed > 0)
      await settled(household)
      await household.wake()
      assert.equal((await campaign()).state, 'stopped')
      assert.equal((await me.phone.order({})).order!.refusal, 'sp-tsm/repeatedFailure')
      assert.deepEqual([await versionInSim(me), await me.certificates()], before)
      await spTsm.abortCampaign({ version })
    },
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
      const { line, become, phone, withCard, applied, installed, carrier } = me
      const { msisdn } = line
      await carrier.transferLine({ msisdn, subscriber: { name: '試験　次郎', birthDate: '1999-01-01' } })
      await become('undone')
      await assert.rejects(phone.apply(withCard), { code: 'sp-tsm/notEligible' })
      await carrier.transferLine({ msisdn, subscriber: subscriberOf('adult') })
      await applied()
      await installed()
    },
  },
  {
    title: 'phone sold with its SIM: nothing usable is left, and the next owner enrols with a card of their own',
    ...{ who: 'adult', from: 'active', to: 'undone' },
    walk: async (me, household) => {
      const { line, become, serial, status, phone, carrier, sms } = me
      const { msisdn } = line
      await bring(holder(household, 'elder'), 'undone')
      const before = await serial()
      await carrier.transferLine({ msisdn, subscriber: subscriberOf('elder') })
      await become('undone')
      assert.equal(await status(before), 'revoked')
      await assert.rejects(phone.certificates({ pin: me.phonePin }))
      await phone.apply({ card: 'elder', password: CITIZENS.elder.password })
      await phone.confirmCode({ code: await sms() })
      await me.installed()
      await phone.remove({})
      await become('undone')
      await carrier.transferLine({ msisdn, subscriber: subscriberOf('adult') })
    },
  },
]

const VERSION = 2

const begun = ({ spTsm }: Household, percent: number) =>
  spTsm.startCampaign({ version: VERSION, percent, mostErrors: 20, loadFile: jpkiLoadFile(VERSION) })

/** As the registry of the SIM lists the load file. */
async function versionInSim({ carrier, phone }: Holder) {
  const { iccid } = await phone.sim({})
  const { entries } = await carrier.getApplicationOrELFStatus({ requestingEntity: 'sp-tsm', iccid })
  return entries.find(({ aid }) => equal(aid, JPKI.loadFile))?.version
}

async function upgraded(me: Holder, household: Household) {
  const before = await me.certificates()
  await begun(household, 100)
  for (;;) {
    await me.become('active')
    if ((await versionInSim(me)) === `${VERSION}.0`) break
    const [campaign] = (await household.spTsm.campaigns({})).campaigns
    assert.equal(campaign!.failed, 0)
  }
  assert.deepEqual(await me.certificates(), before)
}
