import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, run } from '../../protocol/iso7816/index.ts'
import { ecPoint, putRaw, SCHEMES } from './delegation-specimen.ts'
import { P256_PARAMETERS } from './public-keys.ts'
import { asIssuer, outcome, specimenSim } from './specimen.ts'

describe('PUT KEY of public keys', () => {
  const explicit = P256_PARAMETERS.map(([type, value]) => tlv(type, fromHex(value)))

  test.each<[string, () => Bytes, string]>([
    ['ECC by reference', () => SCHEMES['ECDSA P-256'].field(), 'c0060170b040f000'],
    [
      'ECC with all parameters, as gpshell',
      () => concat(tlv(0xb0, ecPoint), ...explicit, bytes(0)),
      'c0060170b040f000',
    ],
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
