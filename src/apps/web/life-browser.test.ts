// What befalls a certificate, on a phone-sized screen in a real Chromium, one person in Japanese and one in English at the same
// time: stopped and used again, PIN changed and forgotten, seen and used, lost, in a new phone, after a move, renewed, sold with
// the phone, ended with the card. At the end of each way the parties agree.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '../../world/audit/audit.ts'
import { CLERK } from '../../world/people.ts'
import { INELIGIBLE } from './ineligible-texts.ts'
import { inLanguage } from './language.ts'
import { TOPICS, USE_OUTCOMES, USE_TEXTS } from './messages-help.ts'
import { EVENT_TEXTS, PARTY_TEXTS } from './messages-life.ts'
import { type Person, people } from './testing/person.ts'
import { chromiumPresent, click, openRoom, type Room, type Signer, withCertificate } from './testing/room.ts'

const NEW_PIN = '7391'

describe.skipIf(!chromiumPresent)('a certificate’s life in Chromium (absent: chromium is not installed)', () => {
  let room: Room
  let walkers: readonly Person[]
  const both = (walk: (person: Person) => Promise<void>) => Promise.all(walkers.map(walk))
  let pinOf = ({ me }: Person): string => me.phonePin
  beforeAll(async () => {
    room = await openRoom()
    await Promise.all([withCertificate(room.world, 'adult'), withCertificate(room.world, 'elder')])
    walkers = await people(room)
  })
  afterEach(async () => expect((await audit(room.world)).findings).toEqual([]))
  afterAll(() => room?.close())

  const other = ({ name }: Person): Signer => (name === 'adult' ? 'elder' : 'adult')
  const proof = { how: 'photo-document', reference: 'L-0042' } as const
  const clerk = async () => (await room.world.counter.signIn(CLERK)).session

  /** On a phone that is another's, with one's own card. */
  async function withOwnCard(person: Person, button: string): Promise<void> {
    await person.page.getByLabel(person.t.phone.applyCard, { exact: true }).selectOption(person.name)
    await person.withCard(button)
  }

  test('stopped without a PIN, used again with the card; who stopped it is said', () =>
    both(async (person) => {
      const { t } = person
      await person.open()
      await person.look('life-home')
      await person.follow(t.life.doStop)
      await person.look('life-stop')
      await person.press(t.life.stopButton)
      await person.becomes('suspended')
      await person.open()
      await person.at(t.phone.suspendedTitle)
      await person.sees(person.say(PARTY_TEXTS.holder))
      await person.look('life-stopped')
      await person.follow(t.life.resumeTitle)
      await person.look('life-resume')
      await person.withCard(t.life.resumeButton)
      await person.becomes('active')
    }))

  test('the PIN is changed; used up, the help leads to a new one with the card, whose wrong password is said', async () => {
    await both(async (person) => {
      const { t, me, page } = person
      await person.open('/change-pin')
      const change = async (present: string, pin: string) => {
        await person.fill(t.phone.presentPin, present)
        await person.fill(t.phone.newPin, pin)
        await person.fill(t.phone.again, pin)
        await person.press(t.phone.changePinButton)
      }
      await change('0000', NEW_PIN)
      await person.alerted(t.page.triesLeft(2))
      await person.look('life-change-pin')
      await change(me.phonePin, NEW_PIN)
      await person.sees(t.phone.pinChanged)
      await person.open('/certificates')
      for (let tries = 0; tries < 3; tries += 1) {
        await person.enterPin('0000', t.phone.show)
        await page.getByRole('alert').waitFor()
      }
      await person.refused('phone/pinBlocked')
      await person.look('life-pin-blocked')
      await person.follow(t.help.see)
      await person.sees(person.say(TOPICS.pin.text))
      await person.open()
      await person.at(t.phone.blockedTitle)
      await person.look('life-blocked')
      await person.follow(t.life.resetTitle)
      await person.look('life-reset')
      await person.withCard(t.life.resetButton, 'WRONG1')
      await person.alerted(t.page.triesLeft(4))
      await person.withCard(t.life.resetButton)
      await person.at(t.phone.setPinTitle)
      await person.choosePin(NEW_PIN)
      await person.sees(t.phone.pinSet)
    })
    pinOf = () => NEW_PIN
  })

  test('certificates with their ends, here and on the card; where it was used, declined and answered; erased', () =>
    both(async (person) => {
      const { t } = person
      for (const answer of ['no', 'yes']) {
        const { party, requestId } = await room.world.shop.askAge({ limit: 20 })
        await person.open(`/age?party=${party}&request=${requestId}`)
        if (answer === 'no') await person.press(t.asking.decline)
        else await person.enterPin(pinOf(person), t.asking.answer)
        await person.sees(answer === 'no' ? t.asking.declined : t.asking.reached(20))
      }
      await person.open()
      await person.follow(t.help.doUses)
      for (const text of [USE_TEXTS.age, USE_TEXTS.question]) await person.sees(person.say(text))
      for (const text of [USE_OUTCOMES.done, USE_OUTCOMES.declined]) await person.sees(person.say(text))
      await person.sees(inLanguage('かざす酒店 / Kazasu Sake Shop', person.language))
      await person.look('life-uses')
      await click(person.page.getByText(t.help.forget))
      await person.press(t.help.forgetNow)
      await person.sees(t.help.usesNone)
      await person.look('life-uses-erased')
      await person.open('/certificates')
      await person.enterPin(pinOf(person), t.phone.show)
      await person.sees(t.help.onCard)
      await person.look('life-certificates')
    }))

  test('what happened so far; help for everything that a phone can meet; what to do with a new phone', () =>
    both(async (person) => {
      const { t } = person
      await person.open()
      await person.follow(t.life.doHistory)
      for (const event of ['stop', 'resume', 'resetPin', 'confirmPin'] as const)
        await person.sees(person.say(EVENT_TEXTS[event]))
      await person.look('life-history')
      await person.open('/help?topic=sim')
      await person.sees(person.say(INELIGIBLE['sim-not-certified']))
      await person.look('help')
      await person.open('/move')
      await person.look('life-move')
    }))

  test('a lost phone: stopped from another with the card, found again; stopped by the hot line, found again', () =>
    both(async (person) => {
      const { t } = person
      await person.go('/phone/child/lost')
      await person.look('life-lost')
      await withOwnCard(person, t.life.lostButton)
      await person.sees(t.life.lostStopped)
      await person.look('life-lost-stopped')
      await person.becomes('suspended')
      await person.open('/resume')
      await person.withCard(t.life.resumeButton)
      await person.becomes('active')
      const { serial } = await person.order()
      await room.world.spTsm.stopBySerial({ serial: serial!, requestedBy: 'hot-line' })
      await person.becomes('suspended')
      await person.open()
      await person.sees(person.say(PARTY_TEXTS['hot-line']))
      await person.look('life-stopped-hot-line')
      await person.follow(t.life.resumeTitle)
      await person.withCard(t.life.resumeButton)
      await person.becomes('active')
    }))

  /** Each SIM goes into the other's phone, or back. */
  async function swapSims(): Promise<void> {
    const { adult, elder } = room.world.citizens
    const [a, e] = [await adult.phone.sim({}), await elder.phone.sim({})]
    await adult.phone.receiveSim(e)
    await elder.phone.receiveSim(a)
    await adult.phone.insertSim({ iccid: e.iccid })
    await elder.phone.insertSim({ iccid: a.iccid })
  }

  test('a new phone with the same SIM: it works at once, and shows its certificate after the card was held to it once', async () => {
    await swapSims()
    await both(async (person) => {
      const { t } = person
      const { order } = await room.world.citizens[other(person)].phone.order({})
      expect(order).toBeNull()
      await person.go(`/phone/${other(person)}`)
      await person.sees(t.apply.atCounter)
      await person.look('life-new-phone')
      await person.follow(t.apply.takeOver)
      await withOwnCard(person, t.apply.takeOver)
      await person.at(t.phone.readyTitle)
      expect(await person.page.getByText(t.apply.atCounter).count()).toBe(0)
    })
    await swapSims()
    await both((person) => person.becomes('active'))
  })

  test('a move of the holder: the card’s signature certificate ends, the phone’s stays; the card is renewed', async () => {
    const { register, authority, spTsm, counter } = room.world
    const session = await clerk()
    await both(async ({ name, me }) => {
      const fourInfo = { ...me.fourInfo, address: '東京都かざす市はま町９番' }
      await register.change({ residentId: name, event: 'move', fourInfo })
    })
    await authority.followRegister({})
    await spTsm.followAuthority({})
    await both(async (person) => {
      const { t, me } = person
      await person.open('/certificates')
      await person.enterPin(pinOf(person), t.phone.show)
      await person.sees(t.help.onCard)
      await person.look('life-moved')
      await person.open('/reset-pin')
      await person.withCard(t.life.resetButton)
      await person.refused('sp-tsm/signatureNotPassed')
      await person.look('life-card-too-old')
      await counter.renew({ session, cardNumber: me.cardNumber, kind: 'sign', proof })
      await person.open('/reset-pin')
      await person.withCard(t.life.resetButton)
      await person.at(t.phone.setPinTitle)
      await person.choosePin(pinOf(person))
      await person.becomes('active')
      expect(await person.order()).toMatchObject({ state: 'active', endedBy: null })
    })
  })

  test('the card is renewed, the phone’s certificate stays and its renewal is offered when its end is near; the PIN stays', async () => {
    const { counter, spTsm, platform } = room.world
    const ends = await Promise.all(walkers.map(async (person) => ({ person, order: await person.order() })))
    const inTurn = ends.toSorted((a, b) => a.order.renewableFrom!.getTime() - b.order.renewableFrom!.getTime())
    for (const { person, order } of inTurn) {
      const { t, me } = person
      room.pass(order.renewableFrom!.getTime() - platform.clock().getTime())
      await counter.renew({ session: await clerk(), cardNumber: me.cardNumber, kind: 'auth', proof })
      await spTsm.followAuthority({})
      await person.open()
      await person.sees(t.life.renewSoon)
      expect((await person.order()).serial).toBe(order.serial)
      await person.look('life-renew-offer')
      await person.follow(t.life.doRenew)
      await person.look('life-renew')
      await person.press(t.life.renewButton)
      await person.becomes('active')
      expect((await person.order()).serial).not.toBe(order.serial)
      await person.open('/certificates')
      await person.enterPin(pinOf(person), t.phone.show)
      await person.page.locator('#serial').waitFor()
    }
  })

  test('a phone that is sold: its certificate and its records go, and its next owner enrols with a SIM of their own', async () => {
    await both(async (person) => {
      const { t } = person
      await person.open('/remove')
      await person.press(t.phone.removeButton)
      await person.sees(t.phone.removedTitle)
      expect(await person.phone.status({})).toMatchObject({ applet: 'none' })
      await person.phone.forgetUses({})
    })
    await swapSims()
    await both(async (person) => {
      const { t } = person
      const here = `/phone/${other(person)}`
      await person.go(`${here}/uses`)
      await person.sees(t.help.usesNone)
      await person.go(here)
      await person.at(t.phone.applyTitle)
      await person.look('life-next-owner')
      await withOwnCard(person, t.phone.applyButton)
      await person.at(t.apply.codeTitle)
      await person.enterCode(await person.code('sms'))
      await person.press(t.phone.installButton)
      await person.at(t.phone.setPinTitle)
      await person.choosePin()
      await person.at(t.phone.readyTitle)
      await person.look('life-next-owner-ready')
    })
  })

  test('a phone that is stolen: its certificate is revoked for good from another phone', () =>
    both(async (person) => {
      const { t } = person
      const stolen = room.world.citizens[other(person)].phone
      await person.go('/phone/child/lost')
      await click(person.page.getByText(t.life.lostEnd))
      await withOwnCard(person, t.life.lostButton)
      await person.sees(t.life.lostEnded)
      await person.look('life-lost-ended')
      await expect.poll(async () => (await stolen.order({})).order!.state).toBe('undone')
      await person.go(`/phone/${other(person)}`)
      await person.at(t.phone.applyTitle)
      await withCertificate(room.world, person.name, other(person))
    }))

  test('the card is lost and stopped: so is the phone’s; its holder dies: both end, and the phone says so', async () => {
    const { register, authority, spTsm, counter, citizens } = room.world
    const session = await clerk()
    const ordersBecome = (state: string) =>
      both(async (person) => {
        const { phone } = citizens[other(person)]
        await expect.poll(async () => (await phone.order({})).order?.state).toBe(state)
      })
    await both(async ({ me }) => {
      await counter.stopCard({ session, cardNumber: me.cardNumber, reason: 'certificateHold', proof })
    })
    await spTsm.followAuthority({})
    await ordersBecome('suspended')
    await both(async (person) => {
      await person.go(`/phone/${other(person)}`)
      await person.sees(person.t.life.authorityResumes)
      await person.look('life-card-stopped')
    })
    await both(async ({ name }) => {
      await register.change({ residentId: name, event: 'die' })
    })
    await authority.followRegister({})
    await spTsm.followAuthority({})
    await ordersBecome('undone')
    await both(async (person) => {
      const { t } = person
      await person.go(`/phone/${other(person)}`)
      await person.sees(t.move.endedCard)
      await person.look('life-ended-with-card')
      await withOwnCard(person, t.phone.applyButton)
      await person.refused('sp-tsm/signatureNotPassed')
      await person.look('life-dead-applies')
    })
  })
})
