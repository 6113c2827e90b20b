// The counter broken off at its steps to the outside, then asked again or undone: what was lost and doubled, counted.

import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type CounterSpecimen,
  counterSpecimen,
  FACTS,
  PASSWORD,
  proof,
  type Watch,
} from '../../world/testing/counter-specimen.ts'
import type { Counter } from './contract.ts'

let made: CounterSpecimen
let counter: Counter
beforeAll(async () => {
  made = await counterSpecimen()
  counter = made.counter()
})
afterAll(() => made.close())

class Broken extends Error {}
const broken = (at: number, seen: string[] = []): Watch => {
  let step = 0
  return (what) => {
    seen.push(what)
    if (step++ === at) throw new Broken(what)
  }
}
/** Key pairs take their time: every fourth step, or every one when asked. */
const STRIDE = process.env.KAZASU_EVERY_STEP ? 1 : 4
/** Counts what was lost and what was doubled after `then`. */
async function breaks(
  prepare: () => Promise<{ residentId: string; cardNumber?: string }>,
  act: (counter: Counter, of: { residentId: string; cardNumber?: string }) => Promise<unknown>,
  then: (of: { residentId: string; cardNumber?: string }) => Promise<unknown>,
  expected: string[],
) {
  const counts = { breaks: 0, wrong: 0 }
  for (let at = 0; ; at += STRIDE) {
    const of = await prepare()
    const whole = await act(made.counter(broken(at)), of).then(
      () => true,
      (error) => {
        if (!(error instanceof Broken)) throw error
        return false
      },
    )
    if (whole) return counts
    counts.breaks++
    await then(of)
    if (JSON.stringify(await made.living(of.residentId)) !== JSON.stringify(expected)) counts.wrong++
  }
}
const fresh = async () => ({ residentId: await made.resident() })
const issue = (one: Counter, { residentId }: { residentId: string }) =>
  one.issueCard(made.order(residentId, { cardNumber: `1399900000${residentId.replace(/\D/g, '').padStart(6, '0')}` }))

test('issuing, asked again: one card, one certificate of each kind', async () => {
  const counts = await breaks(
    fresh,
    issue,
    async (of) => {
      expect(await issue(counter, of)).toMatchObject({ state: 'made' })
      await made.signs(of.residentId, 'sign', PASSWORD)
    },
    ['auth', 'sign'],
  )
  expect(counts.breaks).toBeGreaterThan(5)
  expect(counts.wrong).toBe(0)
})

test('issuing, then undone: no valid certificate, nothing on the card', async () => {
  const counts = await breaks(
    fresh,
    issue,
    async ({ residentId }) => {
      const { cards } = await counter.person({ session: made.session, residentId })
      for (const { cardNumber } of cards) await counter.abandonCard({ session: made.session, cardNumber })
      expect(made.memory(residentId).load().size).toBe(0)
    },
    [],
  )
  expect(counts.breaks).toBeGreaterThan(5)
  expect(counts.wrong).toBe(0)
})

test('renewing, asked again: one certificate, and the card signs with it', async () => {
  const renewal = (one: Counter, { cardNumber }: { cardNumber?: string }) =>
    one.renew({ session: made.session, cardNumber: cardNumber!, kind: 'sign', proof })
  const counts = await breaks(
    async () => {
      const of = await made.holder()
      const fourInfo = { ...FACTS, address: '東京都かざす市８番' }
      await counter.record({ session: made.session, residentId: of.residentId, event: 'move', fourInfo, proof })
      return of
    },
    renewal,
    async (of) => {
      // Broken off after the last step: it is renewed, and not due again.
      await renewal(counter, of).catch((error) => expect(error).toMatchObject({ code: 'counter/tooEarly' }))
      await made.signs(of.residentId, 'sign', PASSWORD)
    },
    ['auth', 'sign'],
  )
  expect(counts.breaks).toBeGreaterThan(3)
  expect(counts.wrong).toBe(0)
})
