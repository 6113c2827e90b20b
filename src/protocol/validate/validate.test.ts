// The public door: bytes in, a report out that survives JSON and names what it relied on.

import { expect, test } from 'vitest'
import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { certId } from '../../codec/ocsp.ts'
import { KIYOSE, testCa, testCertificate, testCrl, testOcspResponse } from '../jpki-profile/test-authority.ts'
import { NOW } from '../path-validation/testing/forest.ts'
import { REPORT_SCHEMA, type Report, readReport, type ValidateInput, validate } from './index.ts'

const ca = testCa('auth')
const holder = testCertificate(ca, 'auth', {
  serialNumber: 0x06d18007n,
  municipality: KIYOSE,
  identifier: '997794E9AGCIEG',
})
const list = (...serials: bigint[]) =>
  testCrl(
    ca,
    'auth',
    KIYOSE,
    serials.map((serialNumber) => ({ serialNumber, revokedAt: NOW })),
  )
const answer = (kind: 'good' | 'unknown') =>
  testOcspResponse(ca, {
    responderId: { name: ca.certificate.subject },
    producedAt: NOW,
    responses: [{ certId: certId(ca.certificate, 0x06d18007n), status: { kind }, thisUpdate: NOW }],
    nonce: utf8('n'),
  })

const judged = (changes: Partial<ValidateInput> = {}): Report => {
  const { raw } = holder.certificate
  const given = { certificate: raw, trustAnchors: [ca.certificate.raw], profile: 'jpki', at: NOW } as const
  const report = validate({ ...given, ...changes })
  expect(readReport(JSON.parse(JSON.stringify(report)))).toEqual(report)
  return report
}
const pem = (label: string, der: Bytes): Bytes =>
  utf8(`text before\n-----BEGIN ${label}-----\n${btoa(String.fromCharCode(...der))}\n-----END ${label}-----\n`)

test('a list is named by digest, number and time', () => {
  const crl = list(1n)
  expect(judged({ crls: [crl] })).toMatchObject({
    schema: REPORT_SCHEMA,
    outcome: 'passed',
    judgedAt: NOW.toISOString(),
    path: [{ serialNumber: '6d18007', sha256: hex(sha256(holder.certificate.raw)) }, { serialNumber: '67c6a21' }],
    revocation: [
      {
        certificate: 0,
        status: 'good',
        sources: [{ kind: 'crl', sha256: hex(sha256(crl)), number: '7', thisUpdate: '2026-11-20T00:00:00.000Z' }],
      },
    ],
  })
})

test('a revocation names the list that told it', () => {
  const crl = list(0x06d18007n)
  const { outcome, revocation } = judged({ crls: [list(1n), crl] })
  expect([outcome, revocation[0]]).toMatchObject([
    'failed',
    { status: 'revoked', sources: [{ sha256: hex(sha256(crl)) }] },
  ])
})

test('an OCSP answer is named by digest and times', () => {
  const response = answer('good')
  const [{ sources } = { sources: [] }] = judged({ ocspResponses: [response], nonce: utf8('n') }).revocation
  expect(sources).toEqual([
    {
      kind: 'ocsp',
      sha256: hex(sha256(response)),
      producedAt: NOW.toISOString(),
      thisUpdate: NOW.toISOString(),
      nonce: true,
    },
  ])
})

test('what says nothing is no source, and nothing said is not passed', () => {
  for (const changes of [{ ocspResponses: [answer('unknown')] }, { crls: [] }, {}]) {
    const { outcome, revocation } = judged(changes)
    expect([outcome, revocation]).toEqual(['indeterminate', [{ certificate: 0, status: 'unknown', sources: [] }]])
  }
  expect(judged({ revocation: 'if-given' }).outcome).toBe('passed')
})

test('PEM, with text around it, is DER', () =>
  expect(
    judged({
      certificate: pem('CERTIFICATE', holder.certificate.raw),
      trustAnchors: [pem('CERTIFICATE', ca.certificate.raw)],
      crls: [pem('X509 CRL', list())],
    }).outcome,
  ).toBe('passed'))

test.each<[string, Partial<ValidateInput>]>([
  ['no certificate', { certificate: utf8('any') }],
  ['broken PEM', { certificate: utf8('-----BEGIN CERTIFICATE-----\nAAAA') }],
  ['an anchor that is none', { trustAnchors: [utf8('any')] }],
  ['a certificate of no kind', { certificate: ca.certificate.raw, crls: [list()] }],
])('%s: failed', (_what, changes) => expect(judged({ crls: [list()], ...changes }).outcome).toBe('failed'))

test('a report of another schema, or with more or less in it, is none', () => {
  const report = judged({ crls: [list()] })
  const { outcome: _, ...less } = report
  for (const wrong of [null, [], less, { ...report, schema: 'kazasu/validation-report/2' }, { ...report, more: 1 }])
    expect(() => readReport(wrong)).toThrow()
})
