import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { cmac, sha256 } from '../../base/crypto.ts'
import { desEcb } from '../../base/des.ts'
import { lv, tlv } from '../../codec/tlv.ts'
import { receiptInput } from '../../protocol/globalplatform/delegated-management.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { verifyWith } from '../../protocol/globalplatform/signature-key.ts'
import { run } from '../../protocol/iso7816/index.ts'
import {
  DM,
  DOMAIN,
  dataBlock,
  inDomain,
  install,
  loadFields,
  loadFile,
  SCHEMES,
  simWithDomain,
} from './delegation-specimen.ts'
import { jwk, part, pointOf, put, scalarOf, secret } from './key-specimen.ts'
import { asIssuer, outcome } from './specimen.ts'

describe('receipts by the kind of their key', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { n, e } = jwk(rsa.publicKey)
  const { d, p, q, dp, dq, qi } = jwk(rsa.privateKey)
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const des = sha256(utf8('des')).slice(0, 16)
  const component = (tag: number, value: Bytes) => concat(bytes(tag), lv(secret(value)))
  const reference = tlv(0xf0, bytes(0))
  const kinds: [string, Bytes, readonly { tag: number; value: Bytes }[]][] = [
    [
      'ECDSA P-256',
      concat(component(0xb1, scalarOf(ec.privateKey)), reference, bytes(0)),
      [
        { tag: 0xb0, value: pointOf(ec.publicKey, 0x40) },
        { tag: 0xf0, value: bytes(0) },
      ],
    ],
    [
      'RSA-2048 PSS',
      concat(...[p, q, qi, dp, dq].map((value, i) => component(0xa4 + i, part(value))), bytes(0)),
      [
        { tag: 0xa1, value: part(n) },
        { tag: 0xa0, value: part(e) },
      ],
    ],
    [
      'RSA-2048 PSS, of which modulus and exponent came',
      concat(component(0xa2, part(n)), component(0xa3, part(d)), bytes(0)),
      [
        { tag: 0xa1, value: part(n) },
        { tag: 0xa0, value: part(e) },
      ],
    ],
    [
      'DES retail MAC',
      concat(component(0x80, des), lv(desEcb(des, new Uint8Array(8)).slice(0, 3))),
      [{ tag: 0x80, value: des }],
    ],
  ]

  test.each(kinds)('%s', async (_, field, checking) => {
    const card = await simWithDomain(SCHEMES['ECDSA P-256'], DM)
    const replace = asIssuer(function* () {
      yield* gp.deleteKeys({ version: 0x71 })
      yield* put(0x71, field)
    })
    expect(await outcome(card, replace)).toBe('9000')
    const answer = await run(
      card.link(),
      inDomain(function* () {
        yield* install(0x02, 0, loadFields, SCHEMES['ECDSA P-256'].sign)
        return yield* loadFile(gp.encodeLoadFile(dataBlock))
      }),
    )
    const confirmation = gp.decodeConfirmation(answer)!
    const input = receiptInput(confirmation, [loadFields[0]!, DOMAIN])
    expect(confirmation.counter).toBe(1)
    expect(verifyWith(checking, input, confirmation.receipt)).toBe(true)
    expect(verifyWith(checking, concat(input, bytes(0)), confirmation.receipt)).toBe(false)
  })

  test('a token with a number has it in its receipt', async () => {
    const scheme = SCHEMES['AES-128 CMAC']
    const card = await simWithDomain(scheme, DM)
    const parameters = tlv(0xb6, tlv(0x42, fromHex('01020304')), tlv(0x93, bytes(7, 8)))
    const answer = await run(
      card.link(),
      inDomain(function* () {
        yield* install(0x02, 0, [...loadFields.slice(0, 3), parameters], scheme.sign)
        return yield* loadFile(gp.encodeLoadFile(dataBlock))
      }),
    )
    const confirmation = gp.decodeConfirmation(answer)!
    expect(confirmation.tokenId).toEqual(bytes(7, 8))
    const input = receiptInput(confirmation, [loadFields[0]!, DOMAIN])
    expect(hex(input)).toContain('0801020304050607080207 08'.replace(' ', ''))
    expect(confirmation.receipt).toEqual(
      cmac(fromHex('101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f'), input),
    )
    const elsewhere = tlv(0xb6, tlv(0x42, fromHex('01020305')))
    expect(
      await outcome(
        card,
        inDomain(() => install(0x10, 0, [gp.AID.isd, NO_BYTES, loadFields[0]!, NO_BYTES, elsewhere], scheme.sign)),
      ),
    ).toBe('6985')
  })
})
