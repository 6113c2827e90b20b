import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, NO_BYTES, u16, utf8 } from '../../base/bytes.ts'
import { seededEntropy, sha256 } from '../../base/crypto.ts'
import { dgi } from '../../codec/dgi.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { dekEncrypt } from '../../protocol/globalplatform/scp03-keys.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { dek, information, issuer, jwk, part, pointOf } from './key-specimen.ts'
import { specimenSim } from './specimen.ts'

/** JWK leaves zeros before a number out. */
const fixed = (value: string | undefined, length: number) => concat(new Uint8Array(length), part(value)).slice(-length)

describe('keys in data groupings', () => {
  const k16 = sha256(utf8('grouped')).slice(0, 16)
  const crt = (type: number, length: number, place: readonly [id: number, version: number], more: Bytes = NO_BYTES) =>
    tlv(
      0xb9,
      tlv(0x95, bytes(0x18)),
      tlv(0x80, bytes(type)),
      tlv(0x81, length > 255 ? u16(length) : bytes(length)),
      tlv(0x82, bytes(place[0])),
      tlv(0x83, bytes(place[1])),
      more,
    )
  const aes = (id: number, key: Bytes = k16, value: Bytes = key) =>
    crt(0x88, key.length, [id, 0x31], tlv(0x84, gp.keyCheckValue(value)))
  const set = concat(dgi(0x00b9, aes(1), aes(2), aes(3)), ...[1, 2, 3].map(() => dgi(0x8113, dekEncrypt(dek, k16))))
  const store = (data: Bytes) => gp.storeData(data, gp.STORE_DATA.dgi)

  test('a key set, which opens a session; the same place again replaces it', async () => {
    const card = specimenSim()
    for (const _ of [1, 2]) expect(await issuer(card, () => store(set))).toBe('9000')
    const keys = { enc: k16, mac: k16, dek: k16 }
    await run(card.link(), gp.select())
    const open = gp.openScp03({ keys, keyVersion: 0x31, entropy: seededEntropy(utf8('x')), aid: gp.AID.isd })
    expect((await run(card.link(), open)).sequenceCounter).toBe(1)
  })

  test('an ECC public key, an RSA public key, a Chinese remainder key and one by its exponent', async () => {
    const card = specimenSim()
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const { n, e } = jwk(rsa.publicKey)
    const { p, q, dp, dq, qi } = jwk(rsa.privateKey)
    const point = pointOf(ec.publicKey, 0x40)
    expect(
      await issuer(card, () =>
        store(
          concat(
            dgi(0x00b9, crt(0xb0, 0x40, [1, 0x70]), tlv(0xb9, tlv(0x80, bytes(0xf0)), tlv(0x85, bytes(0)))),
            dgi(0x0036, point),
          ),
        ),
      ),
    ).toBe('9000')
    const publicKey = concat(
      dgi(0x00b9, crt(0xa1, 256, [1, 0x73]), crt(0xa0, 3, [1, 0x73])),
      dgi(0x0010, part(n)),
      dgi(0x0011, part(e)),
    )
    expect(await issuer(card, () => store(publicKey))).toBe('9000')
    const types = [0xa6, 0xa8, 0xa7, 0xa5, 0xa4]
    const values = [qi, dq, dp, q, p].map((value) => fixed(value, 128))
    const privateKey = concat(
      dgi(0x00b9, ...types.map((type) => crt(type, 128, [1, 0x71]))),
      ...values.map((value, i) => dgi(0x8121 + i, dekEncrypt(dek, value))),
    )
    expect(await issuer(card, () => store(privateKey))).toBe('9000')
    const { d } = jwk(rsa.privateKey)
    const byExponent = concat(
      dgi(0x00b9, crt(0xa2, 256, [1, 0x72]), crt(0xa3, 256, [1, 0x72])),
      dgi(0x0010, part(n)),
      dgi(0x8112, dekEncrypt(dek, fixed(d, 256))),
    )
    expect(await issuer(card, () => store(byExponent))).toBe('9000')
    const listed = await information(card)
    expect(listed).toContain('0172ffa20100ffa30100')
    for (const told of ['0170ffb00040fff000', '0173ffa10100ffa00003', '0171ffa40080ffa50080ffa60080ffa70080ffa80080'])
      expect(listed).toContain(told)
  })

  test.each<[string, Bytes, string]>([
    ['a wrong check value', concat(dgi(0x00b9, aes(1, k16, dek)), dgi(0x8113, dekEncrypt(dek, k16))), '6982'],
    ['no value', dgi(0x00b9, aes(1)), '6a80'],
    ['a value that nothing describes', dgi(0x8113, dekEncrypt(dek, k16)), '6a80'],
    ['a value of another kind', concat(dgi(0x00b9, aes(1)), dgi(0x0010, k16)), '6a80'],
    ['a value in half a block', concat(dgi(0x00b9, aes(1)), dgi(0x8113, k16.slice(0, 8))), '6a80'],
    [
      'two keys, one of them wrong',
      concat(
        dgi(0x00b9, aes(1), aes(2, k16, dek)),
        dgi(0x8113, dekEncrypt(dek, k16)),
        dgi(0x8113, dekEncrypt(dek, k16)),
      ),
      '6982',
    ],
  ])('%s is %s, and nothing stays', async (_, data, sw) => {
    const card = specimenSim()
    const before = await information(card)
    expect(await issuer(card, () => store(data))).toBe(sw)
    expect(await information(card)).toBe(before)
  })
})
