// A citizen of the seeded world with a phone and a browser of their own: one walks in Japanese and one in English, at the same
// time. What many walks have in common is a step here.

import { expect } from 'vitest'
import type { DeliveryWay } from '../../../base/ports.ts'
import type { Phone } from '../../../roles/phone/contract.ts'
import type { Order, OrderState } from '../../../roles/sp-tsm/contract.ts'
import { choosePin } from '../../../world/choose-pin.ts'
import { codeFrom } from '../../../world/codes.ts'
import { CITIZENS } from '../../../world/people.ts'
import type { Language } from '../language.ts'
import { refusalText } from '../refusal-texts.ts'
import { type Room, SIGNERS, type Signer, type Walker } from './room.ts'

export interface Person extends Walker {
  readonly name: Signer
  readonly me: (typeof CITIZENS)[Signer]
  readonly phone: Phone
  /** A screen of this person's phone. */
  open(path?: string): Promise<unknown>
  enterPin(pin: string, button: string): Promise<void>
  /** With the card held to the phone. */
  withCard(button: string, password?: string): Promise<void>
  refused(code: string): Promise<void>
  /** Of the newest message. */
  code(way: DeliveryWay): Promise<string>
  enterCode(code: string): Promise<void>
  choosePin(pin?: string): Promise<void>
  order(): Promise<Order>
  becomes(state: OrderState): Promise<void>
}

export const people = (room: Room): Promise<readonly Person[]> =>
  Promise.all((Object.keys(SIGNERS) as Language[]).map(async (language) => person(room, await room.walker(language))))

function person(room: Room, walker: Walker): Person {
  const { language, t, say, go, fill, press } = walker
  const name = SIGNERS[language]
  const me = CITIZENS[name]
  const { phone } = room.world.citizens[name]
  const order = async () => (await phone.order({})).order!
  const addresses = { sms: me.line.msisdn, mail: me.mailAddress ?? '', letter: me.fourInfo.name }
  return {
    ...walker,
    name,
    me,
    phone,
    open: (path = '') => go(`/phone/${name}${path}`),
    enterPin: async (pin, button) => {
      await fill(t.phone.pin, pin)
      await press(button)
    },
    withCard: async (button, password = me.password) => {
      await fill(t.phone.password, password)
      await press(button)
    },
    refused: (code) => walker.alerted(say(refusalText(code))),
    code: (way) => codeFrom(room.world.outbox, way, addresses[way]),
    enterCode: async (code) => {
      await fill(t.apply.code, code)
      await press(t.apply.codeButton)
    },
    choosePin: (pin = me.phonePin) =>
      choosePin(phone, pin, async (chosen) => {
        await fill(t.phone.newPin, chosen)
        await fill(t.phone.again, chosen)
        await press(t.phone.setPinButton)
      }),
    order,
    becomes: (state) => expect.poll(async () => (await order()).state).toBe(state),
  }
}

/** A code that is not this one. */
export const otherThan = (code: string): string => code.replace(/.$/, (last) => String((Number(last) + 1) % 10))
