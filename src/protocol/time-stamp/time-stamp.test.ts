// Time stamps of our own making and of openssl's, and what must not pass for one.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bytes, fromHex, utf8 } from '../../base/bytes.ts'
import { privateKey, sha256, sign } from '../../base/crypto.ts'
import { assembleSignedData, signedAttributes } from '../../codec/cms.ts'
import { name } from '../../codec/name.ts'
import { directoryName, type GeneralName, uri } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import {
  assembleTimeStampResponse,
  decodeTimeStampRequest,
  decodeTstInfo,
  encodeTimeStampRequest,
  encodeTstInfo,
  type TstInfo,
} from '../../codec/tsp.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { CA, certificate, type Keyed, NOW, usage } from '../path-validation/testing/forest.ts'
import { type TimeStampInput, verifyTimeStamp } from './index.ts'

const stampsOnly = ext.extension(OID.extendedKeyUsage, true, ext.encodeExtendedKeyUsage(OID.timeStamping))
const root = certificate('root', CA)
const tsa = certificate('tsa', [usage('digitalSignature'), stampsOnly], root)

const document = utf8('any document')
const imprintOf = (octets: Bytes) => ({ hashAlgorithm: { algorithm: OID.sha256 }, hashedMessage: sha256(octets) })
const info: TstInfo = {
  policy: '1.2.3.4.1',
  messageImprint: imprintOf(document),
  serialNumber: 17n,
  genTime: new Date('2026-11-20T11:59:58Z'),
  accuracy: 1500,
  ordering: false,
  nonce: 5n,
  extensions: [],
}

function token(
  changes: Partial<TstInfo> = {},
  signer: Keyed = tsa,
  named: Keyed = signer,
  contentType: string = OID.tstInfo,
) {
  const content = encodeTstInfo({ ...info, ...changes })
  const attributes = signedAttributes({
    messageDigest: sha256(content),
    signingTime: info.genTime,
    signingCertificate: named.certificate.raw,
    contentType,
  })
  const algorithm = 'ECDSA-P256-SHA256'
  const signature = sign(algorithm, privateKey(signer.key.privateKey), attributes)
  return assembleSignedData({
    content,
    contentType: OID.tstInfo,
    signedAttributes: attributes,
    algorithm,
    signature,
    signer: signer.certificate,
  })
}

const judged = (timeStamp: Bytes, changes: Partial<TimeStampInput> = {}) =>
  verifyTimeStamp({
    timeStamp,
    stamped: [document],
    trustAnchors: [root.certificate],
    revocation: { required: false },
    time: NOW,
    ...changes,
  })
const wrong = (...input: Parameters<typeof judged>) =>
  judged(...input)
    .checks.filter(({ outcome }) => outcome !== 'passed')
    .map(({ name }) => name)

test('TSTInfo and request: what was encoded is decoded', () => {
  expect(decodeTstInfo(encodeTstInfo(info))).toEqual(info)
  const request = { messageImprint: imprintOf(document), policy: '1.2.3', nonce: 1n << 80n, certReq: true }
  expect(decodeTimeStampRequest(encodeTimeStampRequest(request))).toEqual(request)
})

test('a stamp, bare or in its response, proves when its document existed at the latest', () => {
  for (const stamp of [token(), assembleTimeStampResponse(token())])
    expect(judged(stamp, { nonce: 5n })).toMatchObject({
      outcome: 'passed',
      existedAt: new Date('2026-11-20T11:59:59.5Z'),
    })
})

test('fractions of a second are read, and no other form of them', () => {
  const at = (digits: string) => {
    const [before, after] = ['20261120115958Z', `20261120115958${digits}Z`]
    const hexOf = (text: string) => Buffer.from(text).toString('hex')
    const encoded = Buffer.from(encodeTstInfo({ ...info, accuracy: 0 })).toString('hex')
    const grown = encoded.replace(
      `180f${hexOf(before)}`,
      `18${after.length.toString(16).padStart(2, '0')}${hexOf(after)}`,
    )
    const length = Number.parseInt(encoded.slice(2, 4), 16) + digits.length
    return decodeTstInfo(fromHex(`30${length.toString(16)}${grown.slice(4)}`)).genTime
  }
  expect(at('.25')).toEqual(new Date('2026-11-20T11:59:58.250Z'))
  for (const digits of ['.', '.250', ',25', '.2x']) expect(() => at(digits)).toThrow()
})

test.each<[string, Bytes, Partial<TimeStampInput>, string]>([
  ['of another document', token(), { stamped: [utf8('other')] }, 'the stamp is of this'],
  ['of the future', token({ genTime: new Date('2026-11-21T00:00:00Z') }), {}, 'the stamp is not of the future'],
  ['for another request', token(), { nonce: 6n }, 'the nonce of the stamp is that of the request'],
  ['that names another certificate', token({}, tsa, root), {}, 'the stamp names the certificate of its signer'],
  ['signed as plain data', token({}, tsa, tsa, OID.data), {}, 'the digest of the stamp is that of its content'],
  [
    'under another CA',
    token(),
    { trustAnchors: [certificate('root', CA).certificate] },
    'a path reaches a trust anchor',
  ],
  [
    'by a certificate that may do more',
    token({}, certificate('tsa', [usage('digitalSignature')], root)),
    {},
    'the signer stamps and does nothing else',
  ],
])('a stamp %s', (_what, stamp, changes, expected) => expect(wrong(stamp, changes)).toContain(expected))

test('a stamp that names its authority is by that one: RFC 3161 §2.4.2', () => {
  const alternative = ext.extension(OID.subjectAltName, false, ext.encodeAltName(uri('https://tsa.example/')))
  const named = certificate('tsa', [usage('digitalSignature'), stampsOnly, alternative], root)
  const by = (tsaName: GeneralName) => wrong(token({ tsa: tsaName }, named))
  expect(by(directoryName(name(['CN', 'TSA'])))).toEqual([])
  expect(by(uri('https://tsa.example/'))).toEqual([])
  const other = ['the authority that the stamp names is its signer']
  expect(by(directoryName(name(['CN', 'another'])))).toEqual(other)
  expect(by(uri('https://another.example/'))).toEqual(other)
})

test('a refusal and anything else is no stamp', () => {
  for (const octets of ['3005300302010a', '3000', '05', '']) expect(judged(fromHex(octets)).outcome).toBe('failed')
})

test('a changed stamp tells no other time, and never throws', () => {
  const stamp = token()
  fc.assert(
    fc.property(fc.nat(stamp.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const { existedAt } = judged(stamp.map((octet, i) => (i === at ? octet ^ flip : octet)))
      // What stands outside of the signature may change.
      if (existedAt) expect(existedAt).toEqual(new Date('2026-11-20T11:59:59.5Z'))
    }),
    { numRuns: 500 },
  )
})

const present = spawnSync('openssl', ['version']).status === 0
describe.skipIf(!present)('openssl (absent: openssl is not installed)', () => {
  test('stamps for us, and believes our request', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kazasu-tsa-'))
    const put = (name: string, content: Bytes | string) => writeFileSync(join(folder, name), content)
    const pem = (kind: string, der: Bytes) =>
      `-----BEGIN ${kind}-----\n${Buffer.from(der).toString('base64')}\n-----END ${kind}-----\n`
    try {
      put('tsa.pem', pem('CERTIFICATE', tsa.certificate.raw))
      put('tsa.key', pem('PRIVATE KEY', tsa.key.privateKey))
      put('serial', '01')
      put(
        'tsa.cnf',
        '[tsa]\nserial=serial\nsigner_cert=tsa.pem\nsigner_key=tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\n',
      )
      put('request', encodeTimeStampRequest({ messageImprint: imprintOf(document), nonce: 99n, certReq: true }))
      const args = ['ts', '-reply', '-config', 'tsa.cnf', '-section', 'tsa', '-queryfile', 'request', '-out', 'reply']
      expect(spawnSync('openssl', args, { cwd: folder }).status).toBe(0)
      // openssl's clock is the machine's: the certificate of this test has expired there, and nothing else is wrong.
      const reply = new Uint8Array(readFileSync(join(folder, 'reply')))
      const failed = wrong(reply, { nonce: 99n, time: new Date() })
      expect(failed.filter((name) => name !== 'every certificate is within its validity')).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
