import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex } from '../../base/bytes.ts'
import { cmac } from '../../base/crypto.ts'
import { lv } from '../../codec/tlv.ts'
import {
  decodeConfirmation,
  encodeConfirmation,
  encodeLoadFile,
  receiptInput,
  splitInstall,
  tokenInput,
} from '../../protocol/globalplatform/delegated-management.ts'
import { verifyWith } from '../../protocol/globalplatform/signature-key.ts'
import { DELEGATION_VECTORS as V } from './delegation-vectors.ts'

const point = { tag: 0xb0, value: fromHex(V.publicKey) }
const published = [point, { tag: 0xf0, value: bytes(0) }]

describe('vectors', () => {
  test.each([
    ['load token', V.load.input, V.load.token],
    ['install token', V.install.input, V.install.token],
    ['DAP', V.fileHash, V.dap],
  ])('%s', (_, input, signature) => {
    expect(verifyWith(published, fromHex(input), fromHex(signature))).toBe(true)
    expect(verifyWith(published, concat(fromHex(input), bytes(0)), fromHex(signature))).toBe(false)
    expect(verifyWith(published, fromHex(input), fromHex(signature).slice(1))).toBe(false)
  })

  test.each([
    ['load', 0x02, 0x00, V.load.input],
    ['install', 0x0c, 0x00, V.install.input],
    ['extradition', 0x10, 0x00, V.extraditionInput],
  ])('%s token input: what comes before the token field', (_, p1, p2, input) => {
    const signed = fromHex(input).slice(3)
    const split = splitInstall(concat(signed, lv(new Uint8Array(64))))
    expect(split.signed).toEqual(signed)
    expect(hex(tokenInput(p1, p2, split.signed))).toBe(input)
  })

  test.each([
    ['kaoh multi-delete', 0x80, V.multiDeleteInput],
    ['GlobalPlatformPro delete', 0x00, V.deleteInput],
  ])('%s token input', (_, p2, input) => expect(hex(tokenInput(0x00, p2, fromHex(input).slice(3)))).toBe(input))

  test('a token input above 255 bytes has a length of three', () =>
    expect(hex(tokenInput(2, 0, new Uint8Array(256)).slice(0, 5))).toBe('0200000100'))

  test.each([
    ['load', 1, [V.loadFile, V.securityDomain], V.loadReceipt],
    ['install', 2, [V.loadFile, V.application], V.installReceipt],
  ] as const)('%s receipt', (_, counter, fields, expected) => {
    const data = { counter, domainData: fromHex('0102030405060708') }
    const input = receiptInput(data, fields.map(fromHex))
    const receipt = cmac(fromHex(V.receiptKey), input)
    expect([hex(input), hex(receipt)]).toEqual([expected.input, expected.receipt])
    expect(hex(encodeConfirmation({ receipt, ...data }))).toBe(expected.answer)
    expect(decodeConfirmation(fromHex(expected.answer))).toEqual({ receipt, ...data })
  })

  test('load file with DAP block begins as kaoh’s', () => {
    const file = encodeLoadFile(new Uint8Array(343), [
      { securityDomain: fromHex(V.securityDomain), signature: fromHex(V.dap) },
    ])
    expect(hex(file.slice(0, 14))).toBe('e24c4f08d4d4d4d4d4010101c340')
    expect(hex(file.slice(78, 82))).toBe('c4820157')
  })
})
