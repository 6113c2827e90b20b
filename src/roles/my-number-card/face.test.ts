// The applications of the card face on a card that the authority has signed: who may read what, and what it is worth.
// Observed: myna-card.

import { publicDecrypt } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bytes, concat, fromHex, hex, u16, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, publicKey, sha256, verify } from '../../base/crypto.ts'
import { decodeCvc, decodeCvcKey, spkiOfModulus } from '../../codec/cvc.ts'
import { decodeTlvs, encodeTlvs, needTlv, type Tlv, tlv } from '../../codec/tlv.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as face from '../../protocol/my-number-card/index.ts'
import { FACE, FACE_FACTS, faceImage, specimenCard } from '../../world/testing/card-specimen.ts'
import { type TestAuthority, testAuthority } from '../authority/test-authority.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { pair } from '../secure-element/specimen.ts'
import type { CardFaceImage, MyNumberCard } from './contract.ts'

const { TEXT, SURFACE, CARD_OBJECT } = face
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
const ask = <T>(dialogue: Dialogue<T>) => run(card.link(), dialogue)
const aid = (name: face.FaceApplication) => `00A4040C0A${hex(face.FACE_AID[name])}`

/** Which of these files open after VERIFY of one secret; 0 means none was presented. */
function opens(application: face.FaceApplication, secret: number, value: string, files: readonly number[]): number[] {
  card.reset()
  say(aid(application))
  if (secret) expect(say(`002000${hex(Uint8Array.of(0x80 | secret, value.length))}${hex(utf8(value))}`)).toBe('9000')
  return files.filter((ef) => /9000$/.test(say(`00B0${hex(Uint8Array.of(0x80 | ef))}0001`)))
}

describe('who may read what', () => {
  const text = [1, 2, 3, 4, 5, 6, 7, 8]
  test.each([
    ['nothing', 0, '', [4, 5, 8]],
    ['the PIN', TEXT.pin, '1111', text],
    ['照合番号A', TEXT.codeA, FACE.myNumber, [1, 3, 4, 5, 6, 7, 8]],
    ['照合番号B', TEXT.codeB, FACE.codeB, [2, 3, 4, 5, 6, 7, 8]],
  ])('text application after %s', (_, secret, value, files) =>
    expect(opens('text', secret, value, text)).toEqual(files),
  )
  const surface = [1, 2, 3, 4, 5, 6]
  test.each([
    ['nothing', 0, '', [3, 4]],
    ['the birth date', SURFACE.birthDate, '550217', [1, 3, 4]],
    ['照合番号A', SURFACE.codeA, FACE.myNumber, [2, 3, 4, 5, 6]],
    ['照合番号B', SURFACE.codeB, FACE.codeB, [2, 3, 4, 6]],
  ])('surface application after %s', (_, secret, value, files) =>
    expect(opens('surface', secret, value, surface)).toEqual(files),
  )
})

/** The secrets and answers that are the same on every card. */
test.each<[string, face.FaceApplication, readonly [command: string, answer: string][]]>([
  [
    'text',
    'text',
    [
      ['00200091', '63C3'],
      ['00200092', '63C0'], // blocked on every card
      ['002000920430303030', '6984'],
      ['00200094', '63CA'],
      ['00200095', '63CA'],
      ['002000910430303030', '63C2'],
      ['002401910430303031', '6982'],
      ['0020009104 31313131', '9000'],
      ['0024019104 3939', '6700'],
      ['0024019104 41414141', '6A80'],
      ['0024019104 39393939', '9000'],
      ['00200091043131 3131', '63C2'],
      ['0024019404 30303031', '6982'], // 照合番号 cannot be changed
      ['802A0100 01 00', '6A86'],
      ['08B0000005960300000000', '69FC'],
      ['08A4020C1386110100000000000000000000000000000000', '69FC'],
    ],
  ],
  [
    'surface',
    'surface',
    [
      ['00200091', '63CA'],
      ['00200092', '63CA'],
      ['00200093', '63CA'],
      ['80AE0000', '66F1'],
      ['00880094 01 00', '6985'], // this key signs otherwise
      ['08A4020C0186', '6882'],
    ],
  ],
  [
    'common',
    'common',
    [
      ['00B2010C00', '011C34303030303030313237313938343331333232313230333530343031' + '9000'],
      ['00A4020C020001', '9000'],
      ['00B2010400', '011C34303030303030313237313938343331333232313230333530343031' + '9000'],
      ['00B2020400', '6A83'],
      ['00B2010500', '6A81'],
      ['00B0000000', '6981'], // records are not read so
      ['00B2011400', '011035303030303131080530303101000000' + '9000'],
      ['80AE0000', '66F1'],
      ['0020009C', '63C3'],
      ['80320080 04 33333333', '6982'],
      ['0020009C04 32323232', '9000'],
      ['80320080 04 33333333', '9000'],
      ['0020009C04 33333333', '9000'],
      ['0024019C04 34343434', '6982'], // by CHANGE KEY only
      ['0088009C 01 00', '6982'],
    ],
  ],
  [
    'juki',
    'juki',
    [
      ['00B2011400', '011035303030303131080530303101000000' + '9000'],
      ['80AE0000', '6982'],
      ['0020009C04 32323232', '9000'],
      ['802A0000 01 00', '6D00'],
    ],
  ],
])('answers of the %s application', (_, application, exchanges) => {
  say(aid(application))
  expect(exchanges.map(([command]) => [command, say(command.replaceAll(' ', ''))])).toEqual(exchanges)
})

const fieldsOf = (file: Bytes): Tlv[] => decodeTlvs(decodeTlvs(file)[0]!.value)
const before = (fields: readonly Tlv[], tag: number) =>
  encodeTlvs(
    fields.slice(
      0,
      fields.findIndex((field) => field.tag === tag),
    ),
  )

/** The key of the municipality, checked up to the CA that no card carries. */
async function townKey(certificateFile: Bytes) {
  const { cas } = await world.authority.cardFaceCas({})
  const cvc = decodeCvc(certificateFile)
  const ca = cas.find(({ keyId }) => hex(keyId) === hex(cvc.issuerKeyId))!
  expect(verify('RSA-SHA256', publicKey(ca.publicKey), cvc.body, cvc.signature)).toBe(true)
  return publicKey(spkiOfModulus(cvc.modulus))
}

test('the four facts and the My Number, vouched for by the municipality', async () => {
  await ask(face.selectFace('text'))
  await ask(face.verifySecret(TEXT.pin, '1111'))
  const [numberFile, factsFile, integrity] = [
    await ask(face.readObject(TEXT.myNumber)),
    await ask(face.readObject(TEXT.attributes)),
    fieldsOf(await ask(face.readObject(TEXT.integrity))),
  ]
  expect(face.decodeMyNumber(numberFile)).toBe(FACE.myNumber)
  expect(face.decodeAttributes(factsFile)).toEqual(FACE_FACTS)
  const town = await townKey(await ask(face.readObject(TEXT.certificate)))
  expect(verify('RSA-SHA256', town, before(integrity, 0xdf33), needTlv(integrity, 0xdf33))).toBe(true)
  // 0001 with its filler; 0002 without its table of offsets.
  expect(needTlv(integrity, 0xdf31)).toEqual(sha256(numberFile, fromHex('ffff')))
  expect(needTlv(integrity, 0xdf32)).toEqual(sha256(encodeTlvs(fieldsOf(factsFile).slice(1))))
  const offsets = needTlv(fieldsOf(factsFile), 0xdf21)
  expect(offsets.length).toBe(8)
  expect([...factsFile.subarray(offsets[1]!, offsets[1]! + 2)]).toEqual([0xdf, 0x22])
  const signed = fieldsOf(await ask(face.readObject(TEXT.signedKey)))
  expect(verify('RSA-SHA256', town, before(signed, 0xdf52), needTlv(signed, 0xdf52))).toBe(true)
  const own = publicKey(spkiOfModulus(decodeCvcKey(needTlv(signed, 0xdf51))))
  const challenge = utf8('is it this card?')
  expect(verify('RSA-SHA256', own, challenge, await ask(face.signChallenge(challenge)))).toBe(true)
})

test('the age record gives the birth date and nothing else, and the card proves itself', async () => {
  await ask(face.selectFace('surface'))
  await ask(face.verifySecret(SURFACE.birthDate, '550217'))
  const record = fieldsOf(await ask(face.readObject(SURFACE.age)))
  const town = await townKey(await ask(face.readObject(SURFACE.certificate)))
  expect(record.map(({ tag }) => tag)).toEqual([0xdf11, 0xdf12, 0xdf13])
  expect(needTlv(record, 0xdf11)).toEqual(utf8('19800217'))
  expect(verify('RSA-SHA256', town, before(record, 0xdf13), needTlv(record, 0xdf13))).toBe(true)
  const own = publicKey(spkiOfModulus(decodeCvcKey(needTlv(record, 0xdf12))))
  const challenge = utf8('is it this card?')
  expect(verify('RSA-SHA256', own, challenge, await ask(face.signChallenge(challenge)))).toBe(true)
})

test('the card face: pictures, and a signature over three hashes in one DigestInfo', async () => {
  await ask(face.selectFace('surface'))
  await ask(face.verifySecret(SURFACE.codeB, FACE.codeB))
  const fields = fieldsOf(await ask(face.readObject(SURFACE.face)))
  expect(fields.map(({ tag }) => tag.toString(16))).toEqual([
    'df21',
    'df22',
    'df23',
    'df24',
    'df25',
    'df26',
    'df27',
    'df28',
    'df29',
    'df2a',
  ])
  const town = await townKey(await ask(face.readObject(SURFACE.certificate)))
  const group = (...tags: number[]) => sha256(encodeTlvs(fields.filter(({ tag }) => tags.includes(tag))))
  const hashes = concat(group(0xdf22, 0xdf23, 0xdf24), group(0xdf25, 0xdf26), group(0xdf27))
  const digestInfo = concat(fromHex('3071300d06096086480165030402010500 0460'), hashes)
  expect(hex(publicDecrypt(town, needTlv(fields, 0xdf28)))).toBe(hex(digestInfo))
  expect(hex(needTlv(fields, 0xdf25).subarray(0, 8))).toBe('89504e470d0a1a0a')
  expect(hex(needTlv(fields, 0xdf27).subarray(4, 8))).toBe('6a502020')
  expect(needTlv(fields, 0xdf29)).toEqual(utf8(FACE.expiry))
})

test('the common application signs a challenge without a secret, the same each time', async () => {
  say(aid('common'))
  const signature = say('0088009904 01020304 00'.replaceAll(' ', ''))
  expect(say('00880099040102030400')).toBe(signature)
  const key = publicKey(pair('common').publicKey)
  expect(verify('RSA-SHA256', key, fromHex('01020304'), fromHex(signature.slice(0, -4)))).toBe(true)
})

describe('objects of the card manager', () => {
  test.each([
    [CARD_OBJECT.issuer, hex(utf8('JPKI'.padEnd(16)))],
    [CARD_OBJECT.cardNumber, hex(utf8('0000000020500003'))],
    [CARD_OBJECT.municipality, hex(utf8('13221'))],
    [CARD_OBJECT.expiry, hex(utf8(FACE.expiry))],
    [CARD_OBJECT.intermediateKeyId, '35303030303131080530303101000000'],
    [CARD_OBJECT.contactAtr, 'da13ff8131fb468012392f31c173c601c03b'],
  ])('GET DATA %i', (tag, value) => {
    expect(say(`00CA${hex(u16(tag))}00`)).toBe(`${value}9000`.toUpperCase())
  })
  test('a large one is 6700 until Le is extended, an absent one 6A88', () => {
    expect(say('00CA00F800')).toBe('6700')
    expect(say('00CA7F2100')).toBe('6700')
    expect(say('00CA00F8000000')).toMatch(/9000$/)
    expect(say('00CA00F100')).toBe('6A88')
    expect(say('00CA006600')).toMatch(/^73.*9000$/)
  })
  test('after an application the card manager is selected by its name; inside only the ATR answers', () => {
    say(aid('common'))
    expect([say('00CA00F200'), say('00CA5F5100').slice(-4)]).toEqual(['6A88', '9000'])
    expect(say('00A4040C07A0000001510000')).toBe('9000')
    expect(say('00CA00F200')).toBe(`${hex(utf8(FACE.expiry))}9000`.toUpperCase())
  })
  test('the chain: root certifies the intermediate, that the CA of card faces', async () => {
    const { cas } = await world.authority.cardFaceCas({})
    const [root, surfaceCa] = cas
    const upper = decodeCvc(await ask(face.cardObject(CARD_OBJECT.chainUpper)))
    const lower = decodeCvc(tlv(0x7f21, await ask(face.cardObject(CARD_OBJECT.chainLower))))
    expect(verify('RSA-SHA256', publicKey(root!.publicKey), upper.body, upper.signature)).toBe(true)
    const between = publicKey(spkiOfModulus(upper.modulus))
    expect(verify('RSA-SHA256', between, lower.body, lower.signature)).toBe(true)
    expect([hex(lower.issuerKeyId), hex(lower.subjectKeyId)]).toEqual([hex(upper.subjectKeyId), hex(surfaceCa!.keyId)])
  })
})

test('the same order gives the same files; a key that no card has, and a stranger, are refused', async () => {
  const order = {
    residentId: 'holder',
    myNumber: FACE.myNumber,
    securityCode: FACE.securityCode,
    expiry: FACE.expiry,
    signingKey: pair('signing').publicKey,
    sessionKey: pair('session').publicKey,
  }
  expect(await world.authority.issueCardFace(order)).toEqual(await world.authority.issueCardFace(order))
  const onCurve = { ...order, sessionKey: generateKeyPair('P-256').publicKey }
  await expect(world.authority.issueCardFace(onCurve)).rejects.toMatchObject({ code: 'authority/keyNotAllowed' })
  await expect(world.authority.issueCardFace({ ...order, residentId: 'nobody' })).rejects.toMatchObject({
    code: 'authority/unknownResident',
  })
})
