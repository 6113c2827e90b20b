// Evidence made to exhaust: OCSP responses, CRLs and CMS, large or many. What is spent is counted, not timed: the machine may
// be busy. hostile.test.ts is about pools of certificates, hostile-fields.test.ts about single fields.

import { describe, expect, test } from 'vitest'
import { type Bytes, concatAll, utf8 } from '../../base/bytes.ts'
import { privateKey, sha1, sha256, sign } from '../../base/crypto.ts'
import { decodeSignedData, signedAttributes } from '../../codec/cms.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeCrl } from '../../codec/crl.ts'
import * as der from '../../codec/der.ts'
import { encodeName } from '../../codec/name.ts'
import { assembleOcspResponse, certId, encodeTbsResponseData } from '../../codec/ocsp.ts'
import { OID } from '../../codec/oid.ts'
import { decodeCertificate, encodeExtensions, publicKeyBits } from '../../codec/x509.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { secondsSince } from './testing/budget.ts'
import { CA, certificate, crl, END, type Keyed, NOW, wrong } from './testing/forest.ts'

const UNKNOWN = 'indeterminate: no certificate is revoked'
const algorithm = 'ECDSA-P256-SHA256'
const ecdsa = der.sequence(der.oid(OID.ecdsaWithSHA256))
const signedBy = (by: Keyed, tbs: Bytes) => sign(algorithm, privateKey(by.key.privateKey), tbs)
const times = { thisUpdate: new Date(NOW.getTime() - 60_000), nextUpdate: new Date(NOW.getTime() + 60_000) }

/** What this thread spent on the processor, whatever others do meanwhile: under a second. */
function withinBudget<T>(run: () => T): T {
  const before = process.threadCpuUsage()
  const result = run()
  expect(secondsSince(before)).toBeLessThan(1)
  return result
}

/** Octets that count how often a reader takes a part of them. */
class Counted extends Uint8Array {
  static reads = 0
  override subarray(begin?: number, end?: number): Uint8Array<ArrayBuffer> {
    Counted.reads++
    return super.subarray(begin, end)
  }
}
function readsOf(run: () => void): number {
  Counted.reads = 0
  run()
  return Counted.reads
}

const root = certificate('root', CA)
const end = certificate('end', END, root)
const { serialNumber } = end.certificate

/** Fifteen certificates, of which the topmost was certified seventeen times: more paths than are judged. */
const manyPaths = (() => {
  const chain = [root]
  for (let i = 0; i < 14; i++) chain.push(certificate(`ca ${i}`, CA, chain.at(-1)))
  const again = Array.from({ length: 16 }, (_, i) =>
    certificate('ca 0', [...CA, ext.extension('1.2.3.4', false, der.integer(i))], root, { key: chain[1]!.key }),
  )
  return [certificate('end', END, chain.at(-1)), ...chain.slice(1), ...again]
})()

describe('OCSP responses', () => {
  const answers = (serials: readonly bigint[], certificates: readonly Bytes[] = []): Bytes => {
    const one = (serial: bigint) => ({ certId: certId(root.certificate, serial), status: { kind: 'good' } as const })
    const tbs = encodeTbsResponseData({
      responderId: { keyHash: sha1(publicKeyBits(root.key.publicKey)) },
      producedAt: times.thisUpdate,
      responses: serials.map((serial) => ({ ...one(serial), ...times })),
    })
    return assembleOcspResponse(tbs, algorithm, signedBy(root, tbs), certificates)
  }
  const judged = (path: readonly Keyed[], ocspResponses: readonly Bytes[]) =>
    withinBudget(() => wrong(root, path, { revocation: { required: true, ocspResponses } }))

  const others = Array.from({ length: 10_000 }, (_, i) => 1_000_000n + BigInt(i))
  const wide = answers([...others, serialNumber])
  const same = answers(others.map(() => serialNumber))
  const elsewhere = Array.from({ length: 1000 }, (_, i) => answers([5_000_000n + BigInt(i)]))
  const right = answers([serialNumber])
  const forged = Array.from({ length: 1000 }, () =>
    right.map((octet, i) => (i === right.length - 1 ? octet ^ 1 : octet)),
  )
  const stranger = certificate('stranger', CA).certificate.raw

  test('with ten thousand answers', () => expect(judged([end], [wide])).toEqual([]))
  test('with ten thousand answers about one certificate', () => expect(judged([end], [same])).toEqual([]))
  test('a thousand about others', () => expect(judged([end], [...elsewhere, right])).toEqual([]))
  test('a thousand that nobody signed', () => expect(judged([end], forged)).toEqual([UNKNOWN]))
  test('with a thousand certificates of strangers', () =>
    expect(judged([end], [answers([serialNumber], Array(1000).fill(stranger))])).toEqual([]))
  test('a thousand beside many paths', () => expect(judged(manyPaths, elsewhere)).toEqual([UNKNOWN]))
  test('one with ten thousand answers beside many paths', () => expect(judged(manyPaths, [wide])).toEqual([UNKNOWN]))

  test('are decoded once, however many certificates and paths ask', () => {
    const reads = (path: readonly Keyed[]) => readsOf(() => judged(path, [Counted.from(wide)]))
    const once = reads([end])
    expect(once).toBeGreaterThan(10_000)
    expect(reads(manyPaths)).toBeLessThan(once + 1000)
  })
})

describe('lists', () => {
  const entry = (serial: bigint, ...more: readonly Bytes[]) =>
    der.sequence(der.integer(serial), der.time(times.thisUpdate), ...more)
  const identifier = ext.encodeAuthorityKeyIdentifier({ keyIdentifier: sha1(publicKeyBits(root.key.publicKey)) })
  const extensions = encodeExtensions([
    ext.extension(OID.authorityKeyIdentifier, false, identifier),
    ext.extension(OID.cRLNumber, false, der.integer(7)),
  ])
  const entries = concatAll(Array.from({ length: 370_000 }, (_, i) => entry((BigInt(i) + 9n) << 48n)))
  const judged = (...last: readonly Bytes[]) => {
    const fields = [encodeName(root.certificate.subject), der.time(times.thisUpdate), der.time(times.nextUpdate)]
    const revoked = der.sequence(entries, ...last)
    const tbs = der.sequence(der.integer(1), ecdsa, ...fields, revoked, der.explicit(0, extensions))
    const list = der.sequence(tbs, ecdsa, der.bitString(signedBy(root, tbs)))
    expect(list.length).toBeGreaterThan(10_000_000)
    return withinBudget(() => wrong(root, [end], { revocation: { required: true, crls: [list] } }))
  }
  test('of ten megabytes', () => expect(judged()).toEqual([]))
  test('of ten megabytes, the last entry malformed', () =>
    expect(judged(der.sequence(der.integer(1), der.utf8String('yesterday')))).toEqual([UNKNOWN]))
  test('of ten megabytes, the last entry critical', () =>
    expect(judged(entry(1n, encodeExtensions([ext.extension('1.2.3', true, der.nullValue())])))).toEqual([UNKNOWN]))
  test('of ten megabytes, one serial number twice', () => expect(judged(entry(1n), entry(1n))).toEqual([UNKNOWN]))

  const foreign = Array.from(
    { length: 1000 },
    (_, i) => crl(manyPaths[1 + (i % 14)]!, {}, root.certificate.subject).raw,
  )
  test('a thousand by other keys beside many paths', () =>
    expect(withinBudget(() => wrong(root, manyPaths, { revocation: { required: true, crls: foreign } }))).toEqual([
      UNKNOWN,
    ]))
})

describe('documents', () => {
  test('with five thousand signers and certificates', () => {
    const attributes = signedAttributes({ messageDigest: sha256(utf8('x')), signingTime: NOW })
    const sid = der.sequence(encodeName(end.certificate.issuer), der.integer(serialNumber))
    const digest = der.sequence(der.oid(OID.sha256))
    const signature = der.octetString(signedBy(end, attributes))
    const signer = der.sequence(der.integer(1), sid, digest, der.implicit(0, attributes), ecdsa, signature)
    const fields = [der.integer(1), der.set(digest), der.sequence(der.oid(OID.data))]
    const certificates = der.implicit(0, der.set(...Array(5000).fill(end.certificate.raw)))
    const signed = der.sequence(...fields, certificates, der.set(...Array(5000).fill(signer)))
    const document = der.sequence(der.oid(OID.signedData), der.explicit(0, signed))
    expect(withinBudget(() => decodeSignedData(document)).signers).toHaveLength(5000)
  })

  test('a thousand elements deep', () => {
    let deep: Bytes = der.nullValue()
    for (let i = 0; i < 1000; i++) deep = der.sequence(deep)
    const subject = der.sequence(der.oid(OID.signedData), der.explicit(0, deep))
    for (const decode of [decodeSignedData, decodeCertificate, decodeCrl])
      for (const bytes of [deep, subject]) expect(() => decode(bytes)).toThrow(CodecError)
  })
})
