import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { lv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { dekEncrypt } from '../../protocol/globalplatform/scp03-keys.ts'
import { ask, run } from '../../protocol/iso7816/index.ts'
import { asIssuer, ISD_KEYS, outcome, specimenSim } from './specimen.ts'

describe('PUT KEY', () => {
  const key = fromHex('000102030405060708090a0b0c0d0e0f')
  const put = (p1: number, p2: number, data: Uint8Array) =>
    asIssuer(() => ask(command(0x80, 0xd8, p1, p2, data, 256), 'test'))

  test.each([
    ['without inner length (gpshell)', '05 8810 660ca9b6accc9ba89383e6e956f7127f 03 c97cf3'],
    ['with inner length (GlobalPlatformPro)', '05 8811 10 660ca9b6accc9ba89383e6e956f7127f 03 c97cf3'],
  ])('takes a key %s', async (_, data) => {
    const card = specimenSim()
    expect(hex(await run(card.link(), put(0, 1, fromHex(data))))).toBe('05c97cf3')
    await run(card.link(), gp.select())
    expect(hex(await run(card.link(), gp.getData(0xe0)))).toContain('c00401058810')
    expect(await outcome(card, put(0, 1, fromHex(data)))).toBe('6a80')
  })

  test('a 32-byte key in both codings: the receipt key of gpshell’s script', async () => {
    const field = '71 8820 790accda858b997029fa9ae50c9cd028bf1efdcb694711af5369c1614fec8b1a 03 416181'
    expect(hex(await run(specimenSim().link(), put(0, 1, fromHex(field))))).toBe('71416181')
  })

  test.each([
    ['wrong key check value', 0, 1, '05 8810 660ca9b6accc9ba89383e6e956f7127f 03 000000', '6982'],
    ['no such version', 0x22, 1, '22 8810 660ca9b6accc9ba89383e6e956f7127f 03 c97cf3', '6a88'],
    ['another type', 0, 1, '05 8910 660ca9b6accc9ba89383e6e956f7127f 03 c97cf3', '6a80'],
    ['a check value of an HMAC key', 0, 1, '05 9010 660ca9b6accc9ba89383e6e956f7127f 03 c97cf3', '6982'],
    ['a cut field', 0, 1, '05 8810 660c', '6a80'],
    ['version 0', 0, 1, '00 8810 660ca9b6accc9ba89383e6e956f7127f 03 c97cf3', '6a86'],
  ])('%s is refused', async (_, p1, p2, data, sw) =>
    expect(await outcome(specimenSim(), put(p1, p2, fromHex(data)))).toBe(sw),
  )

  test('keys change all together or not at all', async () => {
    const card = specimenSim()
    const good = concat(bytes(0x88, 0x10), dekEncrypt(ISD_KEYS.dek, key), lv(fromHex('c35280')))
    const bad = concat(bytes(0x88, 0x10), dekEncrypt(ISD_KEYS.dek, key), lv(fromHex('c35281')))
    expect(await outcome(card, put(0x30, 0x81, concat(bytes(0x30), good, good, bad)))).toBe('6982')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.getStatus('issuer')),
      ),
    ).toBe('9000')
  })

  test('a chain longer than one command: C-MAC over the whole, bare answers between', async () => {
    const field = concat(bytes(0x88, 0x10), dekEncrypt(ISD_KEYS.dek, key), lv(fromHex('c35280')))
    const many = concat(bytes(0x06), ...Array.from({ length: 14 }, () => field))
    expect(many.length).toBeGreaterThan(255)
    const answer = await run(specimenSim().link(), put(0, 0x81, concat(many)))
    expect(answer.length).toBe(1 + 14 * 3)
  })

  test('DELETE takes keys away, but not those of the session', async () => {
    const card = specimenSim()
    await run(card.link(), put(0, 1, fromHex('05 8810 660ca9b6accc9ba89383e6e956f7127f 03 c97cf3')))
    const remove = (data: string) => asIssuer(() => ask(command(0x80, 0xe4, 0, 0x80, fromHex(data), 256), 'test'))
    expect(await outcome(card, remove('d20130'))).toBe('6985')
    expect(await outcome(card, remove('d00101 d20105'))).toBe('9000')
    expect(await outcome(card, remove('d20105'))).toBe('6a88')
  })
})
