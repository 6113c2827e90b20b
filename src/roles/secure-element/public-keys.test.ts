import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, run } from '../../protocol/iso7816/index.ts'
import { ecPoint, putRaw, SCHEMES } from './delegation-specimen.ts'
import { asIssuer, outcome, specimenSim } from './specimen.ts'

/** SEC 2 §2.4.2, by key type: p, a, b, G, n. */
const P256_PARAMETERS: readonly (readonly [type: number, value: string])[] = [
  [0xb2, 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'],
  [0xb3, 'ffffffff00000001000000000000000000000000fffffffffffffffffffffffc'],
  [0xb4, '5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b'],
  [
    0xb5,
    '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
      '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  ],
  [0xb6, 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
]

describe('PUT KEY of public keys', () => {
  const explicit = P256_PARAMETERS.map(([type, value]) => tlv(type, fromHex(value)))

  test.each<[string, () => Bytes, string]>([
    ['ECC by reference', () => SCHEMES['ECDSA P-256'].field(), 'c0060170b040f000'],
    ['ECC with all parameters, as gpshell', () => concat(tlv(0xb0, ecPoint), ...explicit, bytes(0)), 'c0040170b040'],
    ['RSA-2048, longer than one command', () => SCHEMES['RSA-2048 PSS'].field(), 'c0060170a100a003'],
  ])('%s', async (_, field, listed) => {
    const card = specimenSim()
    expect(
      await run(
        card.link(),
        asIssuer(() => putRaw(0x70, field())),
      ),
    ).toEqual(bytes(0x70))
    await run(card.link(), gp.select())
    expect(hex(await run(card.link(), gp.getData(0xe0)))).toContain(listed)
    const remove = () => asIssuer(() => ask(command(0x80, 0xe4, 0, 0x80, fromHex('d00101d20170'), 256), 'DELETE'))
    expect(await outcome(card, remove())).toBe('9000')
    expect(await outcome(card, remove())).toBe('6a88')
  })

  test.each<[string, Bytes]>([
    ['a point off the curve', concat(tlv(0xb0, concat(bytes(4), new Uint8Array(64).fill(1))), fromHex('f0010000'))],
    ['a curve that there is not', concat(tlv(0xb0, ecPoint), fromHex('f0010900'))],
    ['other parameters', concat(tlv(0xb0, ecPoint), ...explicit.slice(0, 4), tlv(0xb6, bytes(1)), bytes(0))],
    ['no end', concat(tlv(0xb0, ecPoint), fromHex('f00100'))],
    ['a short modulus', concat(tlv(0xa1, new Uint8Array(64).fill(0xff)), tlv(0xa0, bytes(3)), bytes(0))],
  ])('%s is refused', async (_, field) =>
    expect(
      await outcome(
        specimenSim(),
        asIssuer(() => putRaw(0x70, field)),
      ),
    ).toBe('6a80'),
  )
})
