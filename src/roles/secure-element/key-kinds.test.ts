import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex, NO_BYTES, u16, utf8 } from '../../base/bytes.ts'
import { cmac, seededEntropy, sha256 } from '../../base/crypto.ts'
import { desEcb } from '../../base/des.ts'
import { command } from '../../codec/apdu.ts'
import { dgi } from '../../codec/dgi.ts'
import { encodeLength, lv, tlv } from '../../codec/tlv.ts'
import { receiptInput } from '../../protocol/globalplatform/delegated-management.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { dekEncrypt } from '../../protocol/globalplatform/scp03-keys.ts'
import { signWith, verifyWith } from '../../protocol/globalplatform/signature-key.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
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
import { asIssuer, ISD_KEYS, outcome, specimenSim } from './specimen.ts'

const { dek } = ISD_KEYS
const part = (value: string | undefined) => new Uint8Array(Buffer.from(value ?? '', 'base64url'))
const jwk = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, string>
const padded = (value: Bytes) => concat(value, new Uint8Array((16 - (value.length % 16)) % 16))
/** Under the DEK, with the inner length when it is needed or wanted. */
const secret = (value: Bytes, inner = value.length % 16 !== 0): Bytes =>
  concat(inner ? encodeLength(value.length) : NO_BYTES, dekEncrypt(dek, padded(value)))
const put = (version: number, field: Bytes, p1 = 0) =>
  ask(command(0x80, 0xd8, p1, 0x01, concat(bytes(version), field), 256), 'PUT KEY')
const issuer = (card: Awaited<ReturnType<typeof specimenSim>>, act: () => Dialogue<unknown>) =>
  outcome(card, asIssuer(act))
async function information(card: ReturnType<typeof specimenSim>): Promise<string> {
  await run(card.link(), gp.select())
  return hex(await run(card.link(), gp.getData(0xe0)))
}

/** GPC v2.3.1 Table B-2. */
const CURVES = [
  ['prime256v1', 0x00, 0x40],
  ['secp384r1', 0x01, 0x60],
  ['secp521r1', 0x02, 0x84],
  ['brainpoolP256r1', 0x03, 0x40],
  ['brainpoolP256t1', 0x04, 0x40],
  ['brainpoolP384r1', 0x05, 0x60],
  ['brainpoolP384t1', 0x06, 0x60],
  ['brainpoolP512r1', 0x07, 0x80],
  ['brainpoolP512t1', 0x08, 0x80],
] as const

const pointOf = (key: KeyObject, length: number) =>
  new Uint8Array(key.export({ format: 'der', type: 'spki' })).slice(-(length + 1))
/** RFC 5915: the scalar is the first octet string. */
function scalarOf(key: KeyObject): Bytes {
  const sec1 = new Uint8Array(key.export({ format: 'der', type: 'sec1' }))
  const at = sec1[1]! & 0x80 ? 3 : 2
  return sec1.slice(at + 5, at + 5 + sec1[at + 4]!)
}

describe.each(CURVES)('ECC on %s', (namedCurve, reference, length) => {
  const pair = generateKeyPairSync('ec', { namedCurve })
  const publicParts = [
    { tag: 0xb0, value: pointOf(pair.publicKey, length) },
    { tag: 0xf0, value: bytes(reference) },
  ]
  const privateParts = [
    { tag: 0xb1, value: scalarOf(pair.privateKey) },
    { tag: 0xf0, value: bytes(reference) },
  ]

  test('public and private key by reference, as the key information tells them', async () => {
    const card = specimenSim()
    const [point, curve] = publicParts.map(({ tag, value }) => tlv(tag, value))
    expect(await issuer(card, () => put(0x70, concat(point!, curve!, bytes(0))))).toBe('9000')
    const scalar = concat(bytes(0xb1), lv(secret(privateParts[0]!.value)))
    expect(await issuer(card, () => put(0x71, concat(scalar, curve!, bytes(0))))).toBe('9000')
    const told = hex(bytes(length))
    const half = hex(bytes(Math.ceil(length / 2)))
    const listed = await information(card)
    expect(listed).toContain(`0170b0${told}f0${hex(bytes(reference))}`)
    expect(listed).toContain(`0171b1${half}f0${hex(bytes(reference))}`)
  })

  test('signs and is checked', () => {
    const message = utf8('a token')
    const signature = signWith(privateParts, message)
    expect(signature.length).toBe(length)
    expect(verifyWith(publicParts, message, signature)).toBe(true)
    expect(verifyWith(publicParts, utf8('another'), signature)).toBe(false)
  })
})

/** SEC 2 §2.5.1: secp384r1. */
const P384 = [
  [0xb2, 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff'],
  [0xb3, 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc'],
  [0xb4, 'b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef'],
  [
    0xb5,
    '04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7' +
      '3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f',
  ],
  [0xb6, 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'],
  [0xb7, '01'],
] as const
const explicit = P384.map(([tag, value]) => tlv(tag, fromHex(value)))

describe('curve parameters', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  const point = tlv(0xb0, pointOf(pair.publicKey, 0x60))

  test('of the key’s own, which are not told', async () => {
    const card = specimenSim()
    expect(await issuer(card, () => put(0x70, concat(point, ...explicit, bytes(0))))).toBe('9000')
    expect(await information(card)).toContain('c0040170b060')
  })

  test('under a local reference, for the domain and those below', async () => {
    const card = specimenSim()
    const byReference = concat(point, tlv(0xf0, bytes(0x60)), bytes(0))
    expect(await issuer(card, () => put(0x70, byReference))).toBe('6a80')
    expect(await issuer(card, () => put(0x01, concat(tlv(0xf0, bytes(0x60)), ...explicit, bytes(0))))).toBe('9000')
    expect(await issuer(card, () => put(0x70, byReference))).toBe('9000')
    expect(await information(card)).toContain('c0060170b060f060')
  })

  test.each([
    ['a global reference', concat(tlv(0xf0, bytes(0x00)), ...explicit, bytes(0))],
    ['a missing parameter', concat(tlv(0xf0, bytes(0x60)), ...explicit.slice(1), bytes(0))],
    [
      'a generator off the curve',
      concat(
        tlv(0xf0, bytes(0x60)),
        ...explicit.slice(0, 3),
        tlv(0xb5, new Uint8Array(97).fill(4)),
        explicit[4]!,
        bytes(0),
      ),
    ],
  ])('%s is 6A80', async (_, field) => expect(await issuer(specimenSim(), () => put(0x01, field))).toBe('6a80'))
})

describe('secret keys', () => {
  const check = (key: Bytes) => lv(desEcb(key, new Uint8Array(8)).slice(0, 3))
  const k16 = sha256(utf8('key')).slice(0, 16)
  const k24 = sha256(utf8('key')).slice(0, 24)
  test.each([
    ['DES with two keys', concat(bytes(0x80), lv(secret(k16)), check(k16)), '8010'],
    ['DES with three keys', concat(bytes(0x80), lv(secret(k24)), check(k24)), '8018'],
    ['TLS pre-shared key', concat(bytes(0x85), lv(secret(k24)), bytes(0)), '8518'],
    ['TLS pre-shared key of 20 bytes', concat(bytes(0x85), lv(secret(k24.slice(0, 20))), bytes(0)), '8514'],
    ['HMAC-SHA1', concat(bytes(0x90), lv(secret(k16)), bytes(0)), '9010'],
    ['HMAC-SHA1-160', concat(bytes(0x91), lv(secret(k24.slice(0, 20))), bytes(0)), '9114'],
    ['AES-192', concat(bytes(0x88), lv(secret(k24)), lv(gp.keyCheckValue(k24))), '8818'],
  ])('%s', async (_, field, told) => {
    const card = specimenSim()
    expect(await issuer(card, () => put(0x40, field))).toBe('9000')
    expect(await information(card)).toContain(`0140${told}`)
  })

  test.each([
    ['an AES key without check value', concat(bytes(0x88), lv(secret(k16)), bytes(0)), '6982'],
    ['a DES key of 8 bytes', concat(bytes(0x80), lv(secret(k16.slice(0, 8))), check(k16.slice(0, 8))), '6a80'],
    ['an HMAC-SHA1-160 key of 16', concat(bytes(0x91), lv(secret(k16)), bytes(0)), '6a80'],
    [
      'more padding than a block',
      concat(bytes(0x88), lv(concat(bytes(16), dekEncrypt(dek, concat(k16, k16)))), lv(gp.keyCheckValue(k16))),
      '6a80',
    ],
    [
      'RSA private key as modulus and exponent',
      concat(bytes(0xa2), lv(secret(new Uint8Array(128))), bytes(0xa3), lv(secret(k16)), bytes(0)),
      '6a80',
    ],
  ])('%s: %s', async (_, field, sw) => expect(await issuer(specimenSim(), () => put(0x40, field))).toBe(sw))

  test('in the extended format, which the key information then has too', async () => {
    const card = specimenSim()
    const field = (usage: string, access: string) =>
      concat(fromHex('ff88'), lv(secret(k16)), lv(gp.keyCheckValue(k16)), lv(fromHex(usage)), lv(fromHex(access)))
    expect(await issuer(card, () => put(0x40, field('14', '01')))).toBe('9000')
    expect(await issuer(card, () => put(0x41, field('', '')))).toBe('9000')
    const listed = await information(card)
    expect(listed).toContain('c00a0140ff88001001140101')
    expect(listed).toContain('c0080141ff8800100000')
    expect(await issuer(card, () => put(0x42, field('141414', '01')))).toBe('6a80')
  })

  test('a length of 128 as a single 80', async () => {
    const modulus = part(jwk(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey).n)
    const field = concat(bytes(0xa1, 0x80), modulus, tlv(0xa0, bytes(1, 0, 1)), bytes(0))
    expect(await issuer(specimenSim(), () => put(0x70, field))).toBe('9000')
  })
})

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

  test('an ECC public key, an RSA public key and a Chinese remainder key', async () => {
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
    const values = [qi, dq, dp, q, p].map(part)
    const privateKey = concat(
      dgi(0x00b9, ...types.map((type) => crt(type, 128, [1, 0x71]))),
      ...values.map((value, i) => dgi(0x8121 + i, dekEncrypt(dek, value))),
    )
    expect(await issuer(card, () => store(privateKey))).toBe('9000')
    const listed = await information(card)
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

describe('receipts by the kind of their key', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { n, e } = jwk(rsa.publicKey)
  const { p, q, dp, dq, qi } = jwk(rsa.privateKey)
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
