// Secure messaging of the text application, the terminal's side written here apart from the card's. Observed: myna-card.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bytes, concat, fromHex, hex, u32, utf8 } from '../../base/bytes.ts'
import { aesCbcDecrypt, aesCbcEncrypt, aesEcb, publicKey, rsaOaepEncrypt, seededEntropy } from '../../base/crypto.ts'
import { decodeTlv, tlv } from '../../codec/tlv.ts'
import * as face from '../../protocol/my-number-card/index.ts'
import { FACE, FACE_FACTS, faceImage, specimenCard } from '../../world/testing/card-specimen.ts'
import { type TestAuthority, testAuthority } from '../authority/test-authority.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { pair } from '../secure-element/specimen.ts'
import type { CardFaceImage, MyNumberCard } from './contract.ts'

let world: TestAuthority
let printed: CardFaceImage
let card: MyNumberCard
beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
  await world.resident(FACE.residentId, FACE_FACTS)
  printed = await faceImage(world.authority.issueCardFace)
})
afterAll(() => world.close())
beforeEach(() => {
  card = specimenCard({ face: printed, expiry: FACE.expiry })
})

const say = (apdu: string) => hex(card.process(fromHex(apdu))).toUpperCase()
const aid = (name: face.FaceApplication) => `00A4040C0A${hex(face.FACE_AID[name])}`

describe('secure messaging of the text application', () => {
  const SEED = seededEntropy(utf8('session'))(32)
  const key = SEED.slice(0, 16)
  const encrypted = (message: Bytes) => rsaOaepEncrypt(publicKey(pair('session').publicKey), message)
  const delivery = (message = concat(fromHex('a0228020'), SEED)) => `80AE0000000100${hex(encrypted(message))}`
  const iv = (counter: number) => aesEcb(key, concat(new Uint8Array(12), u32(counter)))
  const object = (counter: number, plain: Bytes) => {
    const padded = concat(plain, fromHex('80'), new Uint8Array(15 - (plain.length % 16)))
    return tlv(0x86, Uint8Array.of(1), aesCbcEncrypt(key, padded, iv(counter)))
  }
  const send = (head: string, counter: number, plain: Bytes) => {
    const data = object(counter, plain)
    return say(`${head}${hex(Uint8Array.of(data.length))}${hex(data)}`)
  }
  const READ = '08B0000005 9603000000 00'.replaceAll(' ', '')
  const opened = (counter: number, answer: string) => {
    expect(answer.slice(-4)).toBe('9000')
    const padded = aesCbcDecrypt(key, decodeTlv(0x86, fromHex(answer.slice(0, -4))).slice(1), iv(counter))
    return padded.slice(0, padded.lastIndexOf(0x80))
  }
  beforeEach(() => {
    say(aid('text'))
    expect(say(delivery())).toBe('6982')
    say('0020009104 31313131'.replaceAll(' ', ''))
  })

  test('a secret and files travel encrypted; the counter counts every command', () => {
    expect(say(delivery())).toBe('9000')
    expect(send('08200094', 1, utf8(FACE.myNumber))).toBe('9000')
    expect(send('08A4020C', 2, fromHex('0001'))).toBe('9000')
    expect(opened(3, say(READ))).toEqual(concat(face.encodeMyNumber(FACE.myNumber)))
    expect(say('00200091')).toBe('63C3') // a plain command does not count
    expect(send('08A4020C', 4, fromHex('0002'))).toBe('9000')
    expect(face.decodeAttributes(opened(5, say(READ)))).toEqual(FACE_FACTS)
    expect(send('08200092', 6, utf8('1111'))).toBe('6984') // a refused one does
    expect(send('08200094', 7, utf8('0'.repeat(12)))).toBe('63C9')
  })
  test.each<[string, () => string, string]>([
    ['a wrong counter', () => send('08200094', 2, utf8(FACE.myNumber)), '6988'],
    ['the object of another command', () => say('0820009405 9603000000'.replaceAll(' ', '')), '6988'],
    [
      'two objects',
      () => say(`08A4020C26${hex(object(1, fromHex('0001')))}${hex(object(1, fromHex('0001')))}`),
      '6988',
    ],
    ['an authenticated header', () => say('0CB00000059603000000'), '6987'],
  ])('%s ends the session', (_, act, sw) => {
    say(delivery())
    expect(act()).toBe(sw)
    expect(say(READ)).toBe('69FC')
  })
  test('another delivery is refused: 6A80 what is none, 6F00 what is not below the modulus', () => {
    expect(say(delivery(concat(fromHex('a0228120'), SEED)))).toBe('6A80')
    expect(say(`80AE0000000100${'00'.repeat(256)}`)).toBe('6A80')
    expect(say(`80AE0000000100${'ff'.repeat(256)}`)).toBe('6F00')
    expect(say(READ)).toBe('69FC')
  })
  test('SELECT of an application ends it, and the PIN with it', () => {
    say(delivery())
    say(aid('text'))
    expect(say(READ)).toBe('69FC')
    expect(say(delivery())).toBe('6982')
  })
})
