// What real cards tell of themselves: a recorded JCOP4 card, and data observed in GlobalPlatformPro's TestParseTags
// and TestGPKeyInfo.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Bytes, fromHex, hex } from '../../base/bytes.ts'
import { decodeTlv } from '../../codec/tlv.ts'
import { run, transcriptCard } from '../iso7816/index.ts'
import * as gp from './index.ts'

const jcop4 = () => transcriptCard(readFileSync('vectors/real-cards/jcop4-discovery.apdu', 'utf8'))

test('a recorded JCOP4 card is understood', async () => {
  const card = jcop4()
  const fci = gp.decodeFci(await run(card, gp.select()))
  expect(fci).toEqual({ aid: fromHex('a000000151000000'), maxCommandData: 255 })
  const ask = async (tag: number): Promise<Bytes | string> =>
    run(card, gp.getData(tag)).then(
      (answer) => decodeTlv(tag, answer),
      (refusal: Error) => refusal.message,
    )
  const cplc = gp.decodeCplc((await ask(0x9f7f)) as Bytes)
  expect(cplc).toMatchObject({ icFabricator: '4790', icType: 'd600', icSerialNumber: '34297620' })
  expect([await ask(0x42), await ask(0x45)]).toEqual([
    'GET DATA: 6A88 referenced data not found',
    'GET DATA: 6A88 referenced data not found',
  ])
  expect(hex((await ask(0xcf)) as Bytes)).toBe('00003244342976208448')
  expect(hex((await ask(0xc1)) as Bytes)).toBe('000427')
  expect(gp.decodeCardData((await ask(0x66)) as Bytes)).toEqual({
    version: '2.3',
    channels: [{ scp: 3, i: 0x70 }],
    identifiers: ['1.2.840.114283.5.7.2.0.0', '1.3.6.1.4.1.42.2.110.1.3'],
  })
  expect(gp.decodeCapability((await ask(0x67)) as Bytes)).toMatchObject({
    channels: [{ scp: 3, i: [0, 0x10, 0x20, 0x60, 0x70], keys: [128, 192, 256] }],
    domainPrivileges: 0xe5bec0,
    hashes: ['SHA-256'],
    loadFileCiphers: ['AES-128'],
  })
  expect(gp.decodeKeyInformation((await ask(0xe0)) as Bytes)).toEqual(
    [1, 2, 3].map((id) => ({ id, version: 1, components: [{ type: 0x88, length: 16 }] })),
  )
  expect(card.left()).toBe(0)
})

test('keys: RSA in the basic form, the extended form, lengths of two bytes', () => {
  const keys = (text: string, tag = 0xe0) => gp.decodeKeyInformation(decodeTlv(tag, fromHex(text)))
  expect(keys('e020c00401018820c00402018820c00403018820c0060170a180a003c00401718010').slice(3)).toEqual([
    {
      id: 1,
      version: 0x70,
      components: [
        { type: 0xa1, length: 128 },
        { type: 0xa0, length: 3 },
      ],
    },
    { id: 1, version: 0x71, components: [{ type: 0x80, length: 16 }] },
  ])
  expect(keys('e021c00401018010c00402018010c00403018010c00d0173ffa10080a0000301840100')[3]).toEqual({
    id: 1,
    version: 0x73,
    components: [
      { type: 0xa1, length: 128 },
      { type: 0xa0, length: 3 },
    ],
  })
  expect(keys('e00cc00a0120ff80001001000100')).toEqual([
    { id: 1, version: 0x20, components: [{ type: 0x80, length: 16 }] },
  ])
})

test('card data with an object identifier that is none, and a capability that is said twice', () => {
  const data =
    '735506072a864886fc6b01600b06092a864886fc6b020202630906072a864886fc6b03640b06092a864886fc6b040370640b06092a864886fc6b048000650a06082a864886fc6b0504660c060a2b060104012a026e0103'
  expect(gp.decodeCardData(fromHex(data))).toMatchObject({ version: '2.2', channels: [{ scp: 3, i: 0x70 }] })
  const twice =
    '6738a006800102810155a00a8001038102001082010781039efe8082031e03008301028504010208408602040887040102084088050102030405'
  expect(gp.decodeCapability(fromHex(twice)).channels).toEqual([
    { scp: 2, i: [0x55] },
    { scp: 3, i: [0, 0x10], keys: [128, 192, 256] },
  ])
})

test('what is no card data is not guessed', () => {
  expect(() => gp.decodeCplc(new Uint8Array(41))).toThrow('42 bytes')
  expect(() => gp.decodeFci(fromHex('6f03840100'.slice(0, 8)))).toThrow()
})
