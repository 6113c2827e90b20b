import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { renewableFrom } from '../../protocol/jpki-profile/index.ts'
import { type ApplicationForm, zApplicationForm, zOrderState } from './contract.ts'
import { zLifeEvent, zParty } from './life/contract.ts'
import { afterEvent, remaining } from './life/model.ts'
import {
  contentKey,
  domainDiversification,
  isWorking,
  progress,
  serviceInstance,
  TRANSITIONS,
  type Transition,
  tokenSerialNumber,
} from './model.ts'
import { randomPin } from './secrets.ts'
import { exactly } from './signed-by-card.ts'

const STATES = zOrderState.options
const ENDS = ['accepted', 'written', 'active', 'suspended', 'undone']

describe('life of an order', () => {
  test.each(STATES.filter(isWorking))('%s leads step by step to where somebody else decides', (from) => {
    const seen: string[] = []
    let state: (typeof STATES)[number] = from
    while (isWorking(state)) {
      expect(seen).not.toContain(state)
      seen.push(state)
      state = TRANSITIONS[state].next
    }
    expect(ENDS).toContain(state)
  })

  test.each(STATES.filter(isWorking))('%s that fails leads somewhere as well, and never round in a circle', (from) => {
    const { back } = TRANSITIONS[from] as Transition
    if (back) expect([...STATES.filter(isWorking), ...ENDS]).toContain(back)
    expect(back).not.toBe(from)
  })

  test('while a certificate may be there, a stop and the end always come through', () => {
    const over = ['undoing', 'certificateRevoked', 'undone']
    for (const state of STATES.filter((one) => !over.includes(one))) {
      expect(['holding', 'held', 'suspended', 'undoing', 'undone']).toContain(afterEvent(state, 'stop'))
      expect(['undoing', 'undone']).toContain(afterEvent(state, 'end'))
    }
    for (const state of over)
      for (const event of zLifeEvent.options) expect(afterEvent(state as never, event)).toBeUndefined()
  })

  test('every state is reached from an application by events and steps', () => {
    const reached = new Set<string>()
    const go = (state: (typeof STATES)[number]): void => {
      if (reached.has(state)) return
      reached.add(state)
      for (const event of zLifeEvent.options) {
        const to = afterEvent(state, event)
        if (to) go(to)
      }
      if (!isWorking(state)) return
      const { next, back } = TRANSITIONS[state] as Transition
      for (const to of back ? [next, back] : [next]) go(to)
    }
    go('applied')
    expect([...reached].toSorted()).toEqual(STATES.toSorted())
  })

  test('a thief with the phone, the hot line and time lift no stop; what another stopped stays', () => {
    expect(remaining('holder hot-line', 'holder')).toEqual([])
    expect(remaining('holder line', 'holder')).toEqual(['line'])
    expect(remaining('holder line', 'line')).toEqual(['holder'])
    expect(remaining('authority', 'operator')).toEqual(['authority'])
    for (const party of zParty.options) expect(remaining(party, 'hot-line')).toEqual([party])
  })

  test.each([
    ['2030-02-03', '2029-11-03'],
    ['2031-05-31', '2031-02-28'],
    ['2032-05-30', '2032-02-29'],
    ['2031-01-31', '2030-10-31'],
  ])('renewal is offered from three months before the end: %s, %s', (end, from) =>
    expect(renewableFrom(new Date(`${end}T14:59:59Z`))).toEqual(new Date(`${from}T14:59:59Z`)),
  )

  test.each(STATES)('%s has a place on the progress bar', (state) => {
    const { done, steps } = progress(state)
    expect(done).toBeGreaterThanOrEqual(0)
    expect(done).toBeLessThanOrEqual(steps)
  })
})

const FORM: ApplicationForm = {
  purpose: 'jpki-auth-certificate-for-phone',
  carrier: 'minato',
  msisdn: '819000000001',
  iccid: '8981990000000000018',
  deviceModel: 'kazasu-phone-1',
  appliedAt: '2026-04-01T00:00:00.000Z',
  nonce: '00112233445566778899aabbccddeeff',
}

describe('the signed form', () => {
  const parseForm = (content: Uint8Array) => exactly(zApplicationForm, content)

  test('is read from exactly the octets that it is written as', () =>
    expect(parseForm(utf8(JSON.stringify(FORM)))).toEqual(FORM))

  test.each([
    ['another purpose', JSON.stringify({ ...FORM, purpose: 'other' })],
    ['a member too many', JSON.stringify({ ...FORM, extra: 1 })],
    ['a member missing', JSON.stringify({ ...FORM, nonce: undefined })],
    ['members in another order', JSON.stringify(Object.fromEntries(Object.entries(FORM).toReversed()))],
    ['white space', JSON.stringify(FORM, null, 1)],
    ['a member twice', JSON.stringify(FORM).replace('{', '{"carrier":"aozora",')],
    ['no JSON', 'hello'],
    ['nothing', ''],
  ])('%s is refused', (_, text) =>
    expect(() => parseForm(utf8(text))).toThrow(expect.objectContaining({ code: 'sp-tsm/malformedForm' })),
  )

  test('octets that are not UTF-8 are refused', () =>
    expect(() => parseForm(Uint8Array.of(0xff))).toThrow(expect.objectContaining({ code: 'sp-tsm/malformedForm' })))
})

test('transport PINs have four digits, and every digit comes', () =>
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (seed) => {
      const entropy = seededEntropy(seed)
      const pins = Array.from({ length: 200 }, () => randomPin(entropy))
      expect(pins.every((pin) => /^[0-9]{4}$/.test(pin))).toBe(true)
      expect(new Set(pins.join('')).size).toBe(10)
    }),
    { numRuns: 20 },
  ))

test('two orders share no key and no name, and no name gives the order id away', () => {
  const [a, b] = ['00'.repeat(16), '01'.repeat(16)]
  const master = new Uint8Array(32)
  const derived = (id: string) => [
    hex(contentKey(master, id)),
    hex(domainDiversification(id)),
    serviceInstance(id),
    tokenSerialNumber(id),
  ]
  expect(new Set([...derived(a), ...derived(b)]).size).toBe(8)
  expect(contentKey(master, a)).toHaveLength(32)
  expect(tokenSerialNumber(a)).toMatch(/^[0-9]{16}$/)
  expect(derived(a).join()).not.toContain(a)
})
