// Attacks on PINs and on PIN-less use. Each of them fails; docs/security.md names them.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { privateKey, sign } from '../../base/crypto.ts'
import { command, encodeCommand } from '../../codec/apdu.ts'
import { decodeCvc, encodeCvc } from '../../codec/cvc.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import * as pinless from '../../protocol/pinless/index.ts'
import { CardMute, type SecureElement } from './contract.ts'
import { enrolledMemory, inApplication, tap } from './enrolled.ts'
import {
  cvc,
  outcome,
  pair,
  revokedTerminals,
  SpecimenMemory,
  TERMINAL_ID,
  TERMINAL_ROOT_ID,
  terminalCaId,
  terminalCredentials,
  wake,
} from './specimen.ts'

const PIN = '1234'
let enrolled: SpecimenMemory
let memory: SpecimenMemory
let sim: SecureElement
beforeAll(async () => {
  enrolled = await enrolledMemory(PIN)
})
beforeEach(() => {
  memory = new SpecimenMemory(enrolled.records)
  sim = wake(memory)
})
const does = (dialogue: Dialogue<unknown>) => outcome(sim, dialogue)
const say = (apdu: string) => hex(sim.process(fromHex(apdu)))
const tries = () => run(wake(new SpecimenMemory(memory.records)).link(), inApplication(jpki.pinRetries('auth')))
const SELECT = encodeCommand(command(0x00, 0xa4, 0x04, 0x0c, jpki.JPKI.aid))
const verify = (pin: string) => encodeCommand(command(0x00, 0x20, 0x00, 0x98, utf8(pin)))

describe('PIN storm', () => {
  test('ten thousand PINs get three tries, over resets, channels of power and new selections', () => {
    const answers = new Set<string>()
    for (let guess = 0; guess < 300; guess++) {
      if (guess % 3 === 0) sim.reset()
      if (guess % 7 === 0) sim = wake(memory)
      sim.process(SELECT)
      answers.add(hex(sim.process(verify(String(9999 - guess)))))
    }
    expect([...answers]).toEqual(['63c2', '63c1', '63c0', '6984'])
  })
  test('no power cut gives a try back, and what it costs no try tells nothing', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let cut = 0; cut < 20; cut++) {
        const left = await tries()
        const pin = cut % 2 === 0 ? '0000' : '1111'
        const card = wake(memory)
        card.process(SELECT)
        memory.cut = { at: memory.commits + 1, when }
        if (left > 0) expect(() => card.process(verify(pin))).toThrow(CardMute)
        memory.cut = undefined
        expect(await tries()).toBe(Math.max(0, left - (when === 'after' ? 1 : 0)))
      }
    }
    expect(await tries()).toBe(0)
  })
  test('the right PIN and a wrong one look alike until they have been written', () => {
    const cutAt = (pin: string) => {
      const card = wake(memory)
      card.process(SELECT)
      memory.cut = { at: memory.commits + 1, when: 'before' }
      expect(() => card.process(verify(pin))).toThrow(CardMute)
      memory.cut = undefined
      return [...memory.records].length
    }
    expect(cutAt(PIN)).toBe(cutAt('0000'))
  })
  test('a PIN that one channel of the card has verified serves no other', async () => {
    const other = wake(memory)
    sim.process(SELECT)
    expect(hex(sim.process(verify(PIN)))).toBe('9000')
    other.process(SELECT)
    expect(hex(other.process(fromHex('802a009701 61 00'.replaceAll(' ', ''))))).toBe('6982')
  })
})

/** EXTERNAL AUTHENTICATE done, INTERNAL not yet. */
function* authenticated(terminal: pinless.TerminalCredentials = terminalCredentials()): Dialogue<void> {
  const challenge = yield* pinless.beginPinless(terminal)
  const message = pinless.terminalMessage(challenge, TERMINAL_ID)
  const proof = sign('RSA-SHA256', privateKey(pair('terminal').privateKey), message)
  const { sw } = yield command(0x00, 0x82, 0x00, 0x16, proof)
  if (sw !== 0x9000) throw new CardRefused(sw, 'EXTERNAL AUTHENTICATE')
}
const INTERNAL = (data = '00'.repeat(16)) => `0088009710${data}00`

describe('PIN-less misuse', () => {
  test.each([
    ['SIGN', '802a009701 61 00', '6982'],
    ['SIGN by PSS', `802a04972${'0'}${'00'.repeat(32)}00`, '6982'],
    ['the certificate of a phone', '00b08a0004', '6982'],
    ['a new PIN', '0024019804 30303030', '6982'],
    ['an INTERNAL AUTHENTICATE with another key', `0088009a10${'00'.repeat(16)}00`, '6a86'],
    ['a challenge that is a DigestInfo', `0088009733${'30'.repeat(51)}00`, '6700'],
  ])('an authenticated terminal does not get %s', async (_, apdu, sw) => {
    await run(sim.link(), authenticated())
    expect(say(apdu.replaceAll(' ', ''))).toBe(sw)
  })
  test('one act for one authentication, and none after another challenge or selection', async () => {
    await run(sim.link(), authenticated())
    expect(say(INTERNAL())).toMatch(/^80.*(9000|61..)$/)
    expect(say(INTERNAL())).toBe('6982')
    await run(sim.link(), authenticated())
    say('0084000010')
    expect(say(INTERNAL())).toBe('6982')
    await run(sim.link(), authenticated())
    sim.process(SELECT)
    expect(say(INTERNAL())).toBe('6982')
  })
  test('a PIN does not stand in for the terminal, nor the terminal for the PIN', async () => {
    sim.process(SELECT)
    sim.process(verify(PIN))
    expect(say(INTERNAL())).toBe('6982')
    await run(sim.link(), authenticated())
    expect(say('802a0097016100')).toBe('6982')
  })
  test('a recorded proof does not fit the next challenge', async () => {
    await run(sim.link(), pinless.beginPinless(terminalCredentials()))
    const old = pinless.terminalMessage(new Uint8Array(16), TERMINAL_ID)
    const proof = sign('RSA-SHA256', privateKey(pair('terminal').privateKey), old)
    expect(hex(sim.process(encodeCommand(command(0x00, 0x82, 0x00, 0x16, proof))))).toBe('6300')
    expect(hex(sim.process(encodeCommand(command(0x00, 0x82, 0x00, 0x16, proof))))).toBe('6985')
  })
})

/** What SET PUBLIC IC KEY says to these certificates, one after the other. */
function presented(...certificates: Bytes[]): string {
  sim.process(SELECT)
  return certificates.map((data) => hex(sim.process(encodeCommand(command(0x80, 0xa2, 0x00, 0x16, data))))).join(' ')
}

describe('terminals’ certificates', () => {
  const { certificate, caCertificate } = terminalCredentials()
  const terminalAsCa: [string, Bytes] = ['terminal', TERMINAL_ID]
  test.each<[string, () => Bytes[], string]>([
    ['the chain', () => [caCertificate, certificate], '9000 9000'],
    ['a terminal whose CA is not known', () => [certificate], '6a88'],
    ['a terminal that plays the CA', () => [caCertificate, cvc(terminalAsCa, ['thief', TERMINAL_ID])], '9000 6a88'],
    [
      'a CA below a CA',
      () => [caCertificate, cvc(['terminal ca', terminalCaId()], ['thief', terminalCaId(2)])],
      '9000 6985',
    ],
    ['a terminal that the root itself signed', () => [cvc(['terminal root', TERMINAL_ROOT_ID], terminalAsCa)], '6985'],
    ['a root of the same name', () => [cvc(['thief', TERMINAL_ROOT_ID], ['thief', terminalCaId()])], '6300'],
    ['a CA of the same name', () => [caCertificate, cvc(['thief', terminalCaId()], terminalAsCa)], '9000 6300'],
    ['a certificate with one bit changed', () => [caCertificate, spoilt(certificate)], '9000 6300'],
  ])('%s', (_, certificates, sws) => expect(presented(...certificates())).toBe(sws))

  test('a newer generation ends the older, on a card that is never on line', async () => {
    expect(await does(tap())).toBe('9000')
    expect(await does(tap(terminalCredentials(2)))).toBe('9000')
    sim = wake(memory)
    expect(await does(tap(terminalCredentials(1)))).toBe('6985')
    expect(await does(tap(terminalCredentials(2)))).toBe('9000')
  })
  test('a revoked terminal, after an honest one has brought the list, which nobody takes back', async () => {
    const honest = { ...terminalCredentials(), revoked: revokedTerminals(1, [terminalCaId(7)]) }
    expect(await does(tap(honest))).toBe('9000')
    expect(await does(tap({ ...honest, revoked: revokedTerminals(2, [TERMINAL_ID]) }))).toBe('6985')
    sim = wake(memory)
    expect(await does(tap({ ...honest, revoked: revokedTerminals(1, []) }))).toBe('6985')
  })
  test.each<[string, () => Bytes, string]>([
    ['another key signed', () => revokedTerminals(9, [TERMINAL_ID], 'thief'), '6300'],
    ['is cut', () => revokedTerminals(9, [TERMINAL_ID]).slice(0, -1), '6a80'],
    ['a certificate pretends to be', () => terminalCredentials().caCertificate, '6a80'],
  ])('a list that %s is not taken', (_, list, sw) => {
    sim.process(SELECT)
    expect(hex(sim.process(encodeCommand(command(0x80, 0xa2, 0x01, 0x16, list()))))).toBe(sw)
  })
})

function spoilt(certificate: Bytes): Bytes {
  const { body, signature } = decodeCvc(certificate)
  return encodeCvc(concat(body.slice(0, 31), Uint8Array.of(body[31]! ^ 1), body.slice(32)), signature)
}
