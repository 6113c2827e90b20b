// Bytes that the client sends, as real clients send them, and answers of cards that are not by the book.

import { describe, expect, test } from 'vitest'
import { type Bytes, fromHex, hex } from '../../base/bytes.ts'
import { encodeCommand, type Response, response } from '../../codec/apdu.ts'
import type { Dialogue } from '../iso7816/index.ts'
import * as gp from './index.ts'

/** Answers a dialogue from a list; gives its result and what was asked. */
function play<T>(dialogue: Dialogue<T>, ...answers: readonly (Response | string)[]): { asked: string[]; result: T } {
  const asked: string[] = []
  let step = dialogue.next()
  for (const answer of answers) {
    if (step.done) throw new Error('the dialogue ended early')
    asked.push(hex(encodeCommand(step.value)))
    step = dialogue.next(typeof answer === 'string' ? response(0x9000, fromHex(answer)) : answer)
  }
  if (!step.done) throw new Error(`another command: ${hex(encodeCommand(step.value))}`)
  return { asked, result: step.value }
}

const asked = (dialogue: Dialogue<unknown>): string => play(dialogue, '').asked.join(' ')
const aid = (text: string): Bytes => fromHex(text)
const dek = fromHex('404142434445464748494a4b4c4d4e4f')

describe('GET STATUS', () => {
  const entry = 'e3134f08a0000001510000009f70010fc5039efe80'

  test('goes on while there is more, and an endless promise is refused', () => {
    const more = response(0x6310, fromHex(entry))
    const { asked, result } = play(gp.getStatus('applications'), more, entry)
    expect(asked).toEqual(['80f24002024f0000', '80f24003024f0000'])
    expect(result).toHaveLength(2)
    expect(() => play(gp.getStatus('applications'), more, response(0x6310))).toThrow('none comes')
  })

  test('asks a card that does not know the TLV form in the old one', () => {
    const old = '08a0000001510000000f9e'
    const { asked, result } = play(gp.getStatus('issuer'), response(0x6a86), old)
    expect(asked).toEqual(['80f28002024f0000', '80f28000024f0000'])
    expect(result).toEqual([{ aid: aid('a000000151000000'), lifeCycle: 0x0f, privileges: fromHex('9e') }])
    const files = play(
      gp.getStatus('loadFilesAndModules', { old: true }),
      '05a000000001010001 06a00000000101'.replace(' ', ''),
    )
    expect(files.result).toEqual([{ aid: aid('a000000001'), lifeCycle: 1, modules: [aid('a00000000101')] }])
    expect(() => play(gp.getStatus('issuer', { old: true }), old.slice(0, -2))).toThrow('entry is cut')
  })

  test.each([0x6a88, 0x6a82])('%i is an empty list, another status is a refusal', (sw) => {
    expect(play(gp.getStatus('loadFiles'), response(sw)).result).toEqual([])
    expect(() => play(gp.getStatus('loadFiles'), response(0x6982))).toThrow('6982')
  })

  test('asks for tags as pySim does', () =>
    expect(asked(gp.getStatus('applications', { tags: fromHex('4f9f70c5cc') }))).toBe('80f24002094f005c054f9f70c5cc00'))
})

test.each([
  [
    'registry update',
    gp.updateRegistry({ aid: aid('d000000001'), privileges: 0x808000 }),
    '80e640000e000005d00000000103808000000000',
  ],
  ['restriction of the card', gp.updateRegistry({ restrict: 0x02 }), '80e640000b00000000' + '05ef03d901020000'],
  ['personalization', gp.installForPersonalization(aid('d000000001')), '80e620000b000005d00000000100000000'],
  ['a locked card', gp.setCardState('cardLocked'), '80f0807f'],
  ['a locked domain', gp.setDomainLocked(aid('d000000001'), true), '80f0608005d000000001'],
  ['a state of one’s own', gp.setOwnState(0x0f, aid('d000000001')), '80f0400f05d000000001'],
  ['keys that go', gp.deleteKeys({ version: 0x31 }), '80e4000003d2013100'],
] as const)('%s', (_, dialogue, expected) => expect(asked(dialogue)).toBe(expected))

test('data groupings go one in each command', () => {
  const groupings = [
    { id: 0x70, value: fromHex('01') },
    { id: 0x71, value: fromHex('02') },
  ]
  expect(play(gp.storeDgis(groupings), '', '').asked).toEqual(['80e2080004' + '00700101', '80e2880104' + '00710102'])
})

describe('PUT KEY', () => {
  const put = (scp: 2 | 3, key: gp.NewKey, answer: string) =>
    play(gp.putKeys({ dek, scp }, { keyVersion: 5, keys: [key] }), answer).asked[0]

  // Observed: kaoh's client, whose field has no inner length; ciphertext and check value are the same.
  test('an AES key for secured packets', () =>
    expect(put(3, { kind: 'aes', key: fromHex('00010203040506070809000102030405') }, '05c97cf3')).toBe(
      '80d800011805' + '881110660ca9b6accc9ba89383e6e956f7127f' + '03c97cf3' + '00',
    ))

  test('a public key on P-256 by reference', () =>
    expect(put(3, { kind: 'ecc', point: fromHex('0401'), reference: 0 }, '05')).toBe(
      '80d800010905b0020401f0010000' + '00',
    ))

  test('cards that answer with the version alone, or nothing, are believed; a wrong check value is not', () => {
    const key: gp.NewKey = { kind: 'des', key: dek }
    expect(put(2, key, '05')).toBe(put(2, key, ''))
    expect(() => put(2, key, '05000000')).toThrow('PUT KEY answer')
  })
})

test('parameters of INSTALL as SIM vendors use them', () => {
  const { asked: loaded } = play(
    gp.installForLoad({
      aid: aid('d0d1d2d3d4d501'),
      securityDomain: aid('d4d4d4d4d4010101'),
      dataBlock: new Uint8Array(0),
      hash: 'none',
      parameters: { code: 0x160 },
    }),
    '00',
  )
  expect(loaded[0]).toBe('80e602001a07d0d1d2d3d4d50108d4d4d4d4d40101010006ef04c602016000' + '00')
  const uicc = gp.encodeParameters({
    application: new Uint8Array(0),
    nonVolatile: 0x100,
    volatile: 0x100,
    sim: fromHex('01000100150500'),
  })
  expect(hex(uicc)).toBe('c900ef11c7020100c8020100ca0701000100150500')
  expect(hex(gp.securityDomainParameters())).toBe('81020370820220208301208702' + '2020')
})

test('a card that answers a finished command with nothing has made no receipt', () =>
  expect(play(gp.deleteContent(aid('d000000001')), '').result).toBeUndefined())
