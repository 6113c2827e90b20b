// The three applications of seed 0 村上 on a phone-sized screen in a real Chromium: one person in Japanese on one network, another
// in English on another, at the same time. Codes that are wrong, late and asked for again; a phone that loses its network.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { FourInfo } from '../../base/contract.ts'
import { audit } from '../../world/audit/audit.ts'
import { CITIZENS, CLERK } from '../../world/people.ts'
import { INELIGIBLE } from './ineligible-texts.ts'
import { TOPICS } from './messages-help.ts'
import { otherThan, type Person, people } from './testing/person.ts'
import { chromiumPresent, click, openRoom, type Room } from './testing/room.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

describe.skipIf(!chromiumPresent)('ways to a certificate in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let both: (walk: (person: Person) => Promise<void>) => Promise<unknown>
  beforeAll(async () => {
    room = await openRoom()
    const walkers = await people(room)
    both = (walk) => Promise.all(walkers.map(walk))
  })
  afterEach(async () => expect((await audit(room.world)).findings).toEqual([]))
  afterAll(() => room?.close())

  const family = ({ name }: Person) => CITIZENS[name === 'adult' ? 'elder' : 'adult'].fourInfo

  async function enterFacts({ fill, t, page, press }: Person, facts: FourInfo): Promise<void> {
    await fill(t.apply.name, facts.name)
    await fill(t.apply.address, facts.address)
    await fill(t.apply.birthDate, facts.birthDate)
    await page.getByLabel(facts.gender === '1' ? t.apply.gender1 : t.apply.gender2, { exact: true }).check()
    await press(t.apply.homeButton)
  }

  test('① from home: the line must be the applicant’s, the facts the register’s; a wrong code is said', () =>
    both(async (person) => {
      const { t, me } = person
      await person.open()
      await person.look('apply')
      await person.follow(t.apply.doHome)
      await person.look('apply-home')
      await enterFacts(person, family(person))
      await person.alerted(person.say(INELIGIBLE['not-the-subscriber']))
      await person.look('apply-home-not-your-line')
      await enterFacts(person, { ...me.fourInfo, address: '東京都かざす市みなと町' })
      await person.refused('sp-tsm/nobodyHasThese')
      expect(await person.page.getByLabel(t.apply.name, { exact: true }).inputValue()).toBe(me.fourInfo.name)
      expect(person.page.url()).not.toContain('%E')
      await enterFacts(person, me.fourInfo)
      await person.at(t.apply.codeTitle)
      await person.look('apply-home-sms')
      await person.enterCode(otherThan(await person.code('sms')))
      await person.alerted(t.page.triesLeft(4))
      await person.look('apply-code-wrong')
    }))

  test('a code that came too late is refused, another is sent; then a letter, which is handed to its addressee alone', async () => {
    room.pass(10 * MINUTE_MS)
    await both(async (person) => {
      const { t, page } = person
      await person.open()
      await person.enterCode(await person.code('sms'))
      await person.refused('sp-tsm/codeExpired')
      await person.look('apply-code-late')
      await person.press(t.apply.resend)
      await person.enterCode(await person.code('sms'))
      await person.sees(t.apply.letterLead)
      await person.look('apply-home-letter')
      await person.follow(t.apply.seeMessages)
      await page.getByLabel(t.apply.whoReceives, { exact: true }).selectOption('child')
      await person.press(t.apply.receive)
      await person.refused('delivery/notTheAddressee')
      await person.look('messages-not-addressee')
      await page.getByLabel(t.apply.whoReceives, { exact: true }).selectOption(person.name)
      await person.press(t.apply.receive)
      await person.sees('受付番号')
      await person.look('messages-letter')
      await person.open()
      await person.enterCode(otherThan(await person.code('letter')))
      await person.alerted(t.page.triesLeft(4))
      await person.enterCode(await person.code('letter'))
      await person.at(t.phone.acceptedTitle)
      await person.look('apply-accepted')
    })
  })

  test('it installs in the background: out of reach it waits and says so, back in reach it goes on; two PINs that differ', () =>
    both(async (person) => {
      const { t } = person
      dropsOnceDeployed(person)
      await person.press(t.phone.installButton)
      await person.at(t.phone.progressTitle)
      await person.sees(t.phone.waitsForNetwork)
      await person.look('progress-out-of-reach')
      const { steps, done } = await person.order()
      // The person looks elsewhere, for longer than three tries take.
      await person.go('/')
      await expect.poll(async () => failures(person)).toBeGreaterThan(2)
      expect(await person.order()).toMatchObject({ steps, done, refusal: null })
      await person.open()
      await person.press(t.phone.switchOn)
      await person.at(t.phone.setPinTitle)
      await person.fill(t.phone.newPin, '7391')
      await person.fill(t.phone.again, '7392')
      await person.press(t.phone.setPinButton)
      await person.alerted(t.phone.pinsDiffer)
      await person.look('set-pin-differ')
      await person.choosePin()
      await person.sees(t.phone.pinSet)
      await person.look('ready')
    }))

  /** The network goes away when the carrier has made room, and before J-LIS comes. */
  function dropsOnceDeployed({ phone, order }: Person): void {
    const bent = phone as { -readonly [K in keyof typeof phone]: (typeof phone)[K] }
    const { connections } = bent
    bent.connections = async (input) => {
      if ((await order()).state === 'deployed') {
        bent.connections = connections
        await phone.setConnections({ mobileData: false, wifi: false, shortMessages: false })
      }
      return connections(input)
    }
  }

  /** How often the step that the order waits for has failed. */
  async function failures({ me }: Person): Promise<number> {
    const { orders } = await room.world.spTsm.records({ after: 0, limit: 100 })
    return orders.findLast(({ iccid }) => iccid === me.line.iccid)!.attempts
  }

  test('it is removed: asked first, kept, then gone, and nothing is left in the phone', () =>
    both(async (person) => {
      const { t } = person
      await person.follow(t.phone.doRemove)
      await person.look('remove')
      await person.follow(t.phone.keep)
      await person.at(t.phone.readyTitle)
      await person.follow(t.phone.doRemove)
      await person.press(t.phone.removeButton)
      await person.sees(t.phone.removedTitle)
      await person.look('removed')
      expect((await person.phone.status({})).applet).toBe('none')
    }))

  test('② with the card: on another’s line a stolen card is worth nothing; a wrong password; a code wrong, late, sent again', async () => {
    await both(async (person) => {
      const { t, me } = person
      await person.go('/phone/child')
      await person.page.getByLabel(t.phone.applyCard, { exact: true }).selectOption(person.name)
      await person.withCard(t.phone.applyButton)
      await person.alerted(person.say(INELIGIBLE['not-the-subscriber']))
      await person.look('apply-card-not-your-line')
      await person.open()
      await person.withCard(t.phone.applyButton, 'WRONG1')
      await person.alerted(t.page.triesLeft(4))
      await person.withCard(t.phone.applyButton, me.password.toLowerCase())
      await person.at(t.apply.codeTitle)
      await person.look('apply-card-sms')
      await person.enterCode(otherThan(await person.code('sms')))
      await person.alerted(t.page.triesLeft(4))
    })
    room.pass(10 * MINUTE_MS)
    await both(async (person) => {
      const { t } = person
      await person.enterCode(await person.code('sms'))
      await person.refused('sp-tsm/codeExpired')
      await person.press(t.apply.resend)
      await person.enterCode(await person.code('sms'))
      await person.at(t.phone.acceptedTitle)
      await person.press(t.phone.installButton)
      await person.at(t.phone.setPinTitle)
      await person.choosePin()
      await person.at(t.phone.readyTitle)
      await person.becomes('active')
      await person.phone.remove({})
      await person.becomes('undone')
    })
  })

  test.each(['ja', 'en'] as const)('② approved by mail, where the carrier knows the address (%s)', async (language) => {
    const { t, say, ...walker } = await room.walker(language)
    const { password, mailAddress } = CITIZENS.adult
    const enter = async (mail: string) => {
      // It stands open when it is what was wrong.
      if (!(await walker.page.getByLabel(t.apply.mailAddress).isVisible()))
        await click(walker.page.getByText(t.apply.byMail))
      await walker.fill(t.apply.mailAddress, mail)
      await walker.fill(t.phone.password, password)
      await walker.press(t.phone.applyButton)
    }
    await walker.go('/phone/adult')
    await enter('not an address')
    await walker.alerted(t.apply.mailShape)
    await enter('stranger@example.jp')
    await walker.alerted(say(INELIGIBLE['mail-not-the-subscribers']))
    await walker.look('apply-mail-stranger')
    await enter(mailAddress)
    await walker.at(t.apply.codeTitle)
    await walker.sees(t.apply.mailLead)
    await walker.look('apply-card-mail')
    await walker.follow(t.phone.cancelButton)
    await walker.at(t.apply.withdrawTitle)
    await walker.press(t.phone.cancelButton)
    await walker.sees(t.apply.withdrawn)
    await walker.look('apply-withdrawn')
  })

  test('③ at the counter: what to bring; the clerk writes it; on the phone it works at once and is taken over with the card', async () => {
    const { counter } = room.world
    const { session } = await counter.signIn(CLERK)
    await both(async (person) => {
      const { t, me, name } = person
      await person.open('/apply-counter')
      await person.look('apply-counter')
      const { carrier, msisdn, deviceModel } = me.line
      const asked = { session, residentId: name, simPlace: `${name}-phone`, password: me.password }
      const proof = { how: 'photo-document', reference: 'L-0042' } as const
      await counter.applyForPhone({ ...asked, proof, line: { carrier, msisdn, deviceModel } })
      const at = async () => (await counter.phoneOrder({ session, residentId: name })).order?.state
      await expect.poll(at).toBe('written')
      await counter.setPhonePin({ session, residentId: name, pin: me.phonePin })
      await person.open()
      await person.sees(t.apply.atCounter)
      await person.look('ready-from-counter')
      await person.follow(t.apply.takeOver)
      await person.withCard(t.apply.takeOver)
      await person.at(t.phone.readyTitle)
      await person.becomes('active')
      expect(await person.page.getByText(t.apply.atCounter).count()).toBe(0)
      await person.phone.remove({})
      await person.becomes('undone')
    })
  })

  test('a letter that lay too long: no second one is sent; withdrawn, and the way is free again', async () => {
    await both(async (person) => {
      await person.phone.applyFromHome({ fourInfo: person.me.fourInfo })
      await person.phone.confirmCode({ code: await person.code('sms') })
      const [letter] = await room.world.outbox.inbox('letter', person.me.fourInfo.name)
      await room.world.outbox.handOver(letter!.id, { name: person.me.fourInfo.name, document: 'passport' })
    })
    room.pass(14 * DAY_MS)
    await both(async (person) => {
      const { t } = person
      await person.open()
      await person.enterCode(await person.code('letter'))
      await person.refused('sp-tsm/codeExpired')
      await person.sees(t.apply.letterOnce)
      expect(await person.page.getByRole('button', { name: t.apply.resend }).count()).toBe(0)
      await person.look('apply-letter-late')
      await person.follow(t.help.see)
      await person.sees(person.say(TOPICS.code.text))
      await person.look('help-code')
      await person.open()
      await person.follow(t.phone.cancelButton)
      await person.at(t.apply.withdrawTitle)
      await person.look('apply-withdraw')
      await person.press(t.phone.cancelButton)
      await person.at(t.phone.applyTitle)
    })
  })
})
