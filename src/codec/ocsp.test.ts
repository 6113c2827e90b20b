import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bytes, fromHex, hex, utf8 } from '../base/bytes.ts'
import { generateKeyPair } from '../base/crypto.ts'
import { CodecError } from './codec-error.ts'
import { name } from './name.ts'
import * as ocsp from './ocsp.ts'
import { ocspTemplate } from './ocsp-template.ts'

const issuer = { subject: name(['C', 'JP'], ['O', 'JPKI']), subjectPublicKeyInfo: generateKeyPair('P-256').publicKey }
const id = ocsp.certId(issuer, 0x0132c4abn)
const nonce = utf8('0123456789abcdef0123456789abcdef')
const thisUpdate = new Date('2026-11-20T12:00:00Z')
const nextUpdate = new Date('2026-11-20T12:15:00Z')

const data = (status: ocsp.CertStatus): ocsp.TbsResponseData => ({
  responderId: { keyHash: fromHex('00112233445566778899aabbccddeeff00112233') },
  producedAt: thisUpdate,
  responses: [{ certId: id, status, thisUpdate, nextUpdate }],
  nonce,
})
const responseOf = (of: ocsp.TbsResponseData): Bytes =>
  ocsp.assembleOcspResponse(ocsp.encodeTbsResponseData(of), 'RSA-SHA256', new Uint8Array(256))

test('a request comes back, with and without a nonce', () => {
  const other = ocsp.certId(issuer, 2n, 'sha256')
  for (const request of [{ certIds: [id] }, { certIds: [id, other], nonce }])
    expect(ocsp.decodeOcspRequest(ocsp.encodeOcspRequest(request))).toEqual(request)
})

test.each<ocsp.CertStatus>([
  { kind: 'good' },
  { kind: 'unknown' },
  { kind: 'revoked', revokedAt: thisUpdate },
  { kind: 'revoked', revokedAt: thisUpdate, reason: 'certificateHold' },
])('a response comes back: $kind', (status) => {
  const decoded = ocsp.decodeOcspResponse(responseOf(data(status)))
  expect(decoded).toMatchObject({ status: 'successful', basic: data(status) })
})

test('what is made from a template is what is made field by field', () => {
  const algorithm = 'RSA-SHA256'
  const certificates = [new Uint8Array(900).fill(0x30)]
  const { responderId } = data({ kind: 'good' })
  const shared = { responderId, issuer: id, thisUpdate, nextUpdate, algorithm, certificates } as const
  const template = ocspTemplate(shared)
  const reason = fc.option(fc.constantFrom('superseded' as const, 'certificateHold' as const), { nil: undefined })
  const status = fc.oneof(
    fc.constant<ocsp.CertStatus>({ kind: 'good' }),
    reason.map((one): ocsp.CertStatus => ({ kind: 'revoked', revokedAt: thisUpdate, ...(one && { reason: one }) })),
  )
  const asked = fc.option(fc.uint8Array({ minLength: 1, maxLength: 128 }), { nil: undefined })
  const signature = fc.uint8Array({ minLength: 60, maxLength: 300 })
  fc.assert(
    fc.property(fc.bigInt(1n, 1n << 160n), status, asked, signature, (serialNumber, one, given, signed) => {
      const responses = [{ certId: { ...id, serialNumber }, status: one, thisUpdate, nextUpdate }]
      const fields = { responderId, producedAt: thisUpdate, responses }
      const tbs = ocsp.encodeTbsResponseData({ ...fields, ...(given && { nonce: given }) })
      expect(hex(template.tbs(serialNumber, one, given))).toBe(hex(tbs))
      const whole = hex(template.response(tbs, signed))
      expect(whole).toBe(hex(ocsp.assembleOcspResponse(tbs, algorithm, signed, certificates)))
    }),
  )
})

test.each(['malformedRequest', 'internalError', 'tryLater', 'sigRequired', 'unauthorized'] as const)(
  'a refusal is five octets: %s',
  (status) => {
    const bytes = ocsp.ocspErrorResponse(status)
    expect(hex(bytes)).toBe(`30030a010${ocsp.OCSP_STATUS[status]}`)
    expect(ocsp.decodeOcspResponse(bytes)).toEqual({ status })
  },
)

test('a CertID matches its own certificate and no other', () => {
  expect(ocsp.certIdMatches(id, issuer, 0x0132c4abn)).toBe(true)
  expect(ocsp.certIdMatches(id, issuer, 1n)).toBe(false)
  const generation = { ...issuer, subjectPublicKeyInfo: generateKeyPair('P-256').publicKey }
  expect(ocsp.certIdMatches(id, generation, 0x0132c4abn)).toBe(false)
})

describe('what is refused', () => {
  const code = (read: () => unknown) => {
    try {
      read()
      return 'accepted'
    } catch (error) {
      return (error as CodecError).code
    }
  }
  test.each<[string, () => unknown, string]>([
    [
      'a nonce of no octets',
      () => ocsp.decodeOcspRequest(ocsp.encodeOcspRequest({ certIds: [id], nonce: new Uint8Array(0) })),
      'nonce-length',
    ],
    [
      'a nonce of 129 octets',
      () => ocsp.decodeOcspRequest(ocsp.encodeOcspRequest({ certIds: [id], nonce: new Uint8Array(129) })),
      'nonce-length',
    ],
    ['a request for nothing', () => ocsp.decodeOcspRequest(ocsp.encodeOcspRequest({ certIds: [] })), 'request-empty'],
    ['a status that does not exist', () => ocsp.decodeOcspResponse(fromHex('30030a0104')), 'ocsp-status'],
    ['success without an answer', () => ocsp.decodeOcspResponse(fromHex('30030a0100')), 'truncated'],
  ])('%s', (_what, read, expected) => expect(code(read)).toBe(expected))
})

test('mutated requests and responses are a value or a CodecError', () => {
  const samples: [Bytes, (bytes: Bytes) => unknown][] = [
    [ocsp.encodeOcspRequest({ certIds: [id], nonce }), ocsp.decodeOcspRequest],
    [responseOf(data({ kind: 'revoked', revokedAt: thisUpdate, reason: 'superseded' })), ocsp.decodeOcspResponse],
  ]
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(), fc.nat(255), ([raw, decode], at, octet) => {
      try {
        decode(raw.map((old, i) => (i === at % raw.length ? octet : old)))
      } catch (error) {
        expect(error).toBeInstanceOf(CodecError)
      }
    }),
    { numRuns: 3000 },
  )
})
