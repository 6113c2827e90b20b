import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../base/bytes.ts'
import { sha1 } from '../../base/crypto.ts'
import { certId } from '../../codec/ocsp.ts'
import { OID } from '../../codec/oid.ts'
import { publicKeyBits } from '../../codec/x509.ts'
import {
  type Keyed,
  KIYOSE,
  NAKA_KU,
  testCa,
  testCertificate,
  testCrl,
  testOcspResponse,
  VALIDITY,
} from '../jpki-profile/test-authority.ts'
import { type PathInput, validatePath } from './index.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const SERIAL = 0x06d18007n
const identifier = '997794E9AGCIEG'
const ca = testCa('auth')
const otherGeneration = testCa('auth')
const holder = testCertificate(ca, 'auth', { serialNumber: SERIAL, municipality: KIYOSE, identifier })
const responder = testCertificate(ca, 'authResponder', { serialNumber: 3n })

const freshCrl = testCrl(ca, 'auth', KIYOSE, [{ serialNumber: 1n, revokedAt: NOW }])
const input = (changes: Partial<PathInput> = {}): PathInput => ({
  certificate: holder.certificate,
  trustAnchors: [otherGeneration.certificate, ca.certificate],
  time: NOW,
  purpose: {
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [OID.clientAuth],
    policies: [OID.jpkiPolicyAuth, OID.jpkiPolicyPhoneAuth],
  },
  revocation: { required: true, crls: [freshCrl] },
  ...changes,
})
const wrong = (changes: Partial<PathInput>): string[] =>
  validatePath(input(changes))
    .checks.filter(({ outcome }) => outcome !== 'passed')
    .map(({ name, outcome }) => `${outcome}: ${name}`)
const REVOCATION = 'no certificate is revoked'

test('a valid certificate passes, by the generation that signed it', () => {
  const result = validatePath(input())
  expect(result.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([])
  expect(result).toMatchObject({ outcome: 'passed', status: 'good', path: [holder.certificate, ca.certificate] })
})

test('the same from octets', () =>
  expect(validatePath(input({ certificate: holder.certificate.raw })).outcome).toBe('passed'))

test.each(['RSA-2048', 'P-384'] as const)('a CA with a key of %s', (kind) => {
  const other = testCa('auth', kind)
  const { certificate } = testCertificate(other, 'auth', { serialNumber: SERIAL, municipality: KIYOSE, identifier })
  const revocation = { required: true, crls: [testCrl(other, 'auth', KIYOSE, [])] }
  expect(validatePath(input({ certificate, trustAnchors: [other.certificate], revocation })).outcome).toBe('passed')
})

describe('attacks on the path', () => {
  test('a CA of the same name that is not trusted', () =>
    expect(wrong({ trustAnchors: [otherGeneration.certificate] })).toContain('failed: a path reaches a trust anchor'))

  test('one octet of the signed part changed', () => {
    const raw = Uint8Array.from(holder.certificate.raw)
    const at = raw.findIndex((_, i) => String.fromCharCode(...raw.subarray(i, i + 14)) === identifier)
    raw[at]! = '8'.charCodeAt(0)
    expect(wrong({ certificate: raw })).toContain('failed: every signature is by the next certificate')
  })

  test('a holder who plays the CA', () => {
    const forged = testCertificate(holder, 'auth', { serialNumber: 5n, municipality: KIYOSE, identifier })
    expect(
      wrong({ certificate: forged.certificate, intermediates: [holder.certificate], revocation: { required: false } }),
    ).toEqual(expect.arrayContaining(['failed: every issuer is a CA', 'failed: every issuer may sign certificates']))
  })

  test('a certificate for signatures where one for login is asked', () => {
    const signCa = testCa('sign')
    const facts = { serialNumber: 8n, municipality: KIYOSE, identifier: '2026040100000012345678901234' }
    const fourInfo = { name: '空見　花子', address: '東京都', birthDate: '1980-02-17', gender: '2' } as const
    const { certificate } = testCertificate(signCa, 'sign', { ...facts, fourInfo })
    expect(wrong({ certificate, trustAnchors: [signCa.certificate], revocation: { required: false } })).toEqual([
      'failed: policy is acceptable',
    ])
  })

  test("the responder's certificate as a login certificate", () =>
    expect(wrong({ certificate: responder.certificate, revocation: { required: false } })).toEqual([
      'failed: extended key usage allows the purpose',
      'failed: policy is acceptable',
    ]))

  test('no trust anchors at all', () =>
    expect(validatePath(input({ trustAnchors: [] }))).toMatchObject({ outcome: 'failed', status: 'unknown' }))

  test.each([
    ['before', new Date('2026-03-31T23:59:59Z')],
    ['after', new Date('2031-02-17T15:00:00Z')],
  ])('%s its validity', (_when, time) =>
    expect(wrong({ time })).toContain('failed: every certificate is within its validity'),
  )

  test('the last second of the validity still counts', () =>
    expect(wrong({ time: VALIDITY.notAfter, revocation: { required: false } })).toEqual([]))
})

describe('CRLs', () => {
  const withCrls = (...crls: Bytes[]) => wrong({ revocation: { required: true, crls } })
  const crl = (
    changes: Parameters<typeof testCrl>[4] = {},
    revoked: Parameters<typeof testCrl>[3] = [],
    by: Keyed = ca,
  ) => testCrl(by, 'auth', KIYOSE, revoked, changes)
  const mine = {
    serialNumber: SERIAL,
    revokedAt: new Date('2026-11-19T23:00:00Z'),
    reason: 'affiliationChanged',
  } as const

  test('revoked: with time and reason', () => {
    const result = validatePath(input({ revocation: { required: true, crls: [crl({}, [mine])] } }))
    expect(result).toMatchObject({ outcome: 'failed', status: 'revoked' })
    expect(result.checks.at(-1)?.evidence).toBe(
      `serial ${SERIAL}: CRL: revoked at 2026-11-19T23:00:00.000Z, affiliationChanged`,
    )
  })

  test('a good one does not outweigh a revocation', () =>
    expect(withCrls(freshCrl, crl({}, [mine]))).toEqual([`failed: ${REVOCATION}`]))

  test('a stale list still revokes', () => {
    const nextUpdate = new Date('2026-11-20T06:00:00Z')
    expect(withCrls(crl({ nextUpdate }, [mine]))).toEqual([`failed: ${REVOCATION}`])
  })

  test.each<[string, () => Bytes[]]>([
    ['none', () => []],
    ['stale', () => [crl({ nextUpdate: NOW })]],
    ['of the future', () => [crl({ thisUpdate: new Date('2026-11-20T13:00:00Z') })]],
    ['of another municipality', () => [testCrl(ca, 'auth', NAKA_KU, [])]],
    ['of another generation with the same name', () => [crl({}, [], otherGeneration)]],
    [
      "signed by another key under this CA's identifier",
      () => [crl({ authorityKeyIdentifier: {} }, [], otherGeneration)],
    ],
    [
      'signed by the holder',
      () => [
        crl({ issuer: ca.certificate.subject, authorityKeyIdentifier: {} }, [], {
          ...holder,
          certificate: ca.certificate,
        }),
      ],
    ],
    ['for CA certificates only', () => [crl({ issuingDistributionPoint: { onlyContainsCACerts: true } })]],
    ['for attribute certificates', () => [crl({ issuingDistributionPoint: { onlyContainsAttributeCerts: true } })]],
    ['for some reasons only', () => [crl({ issuingDistributionPoint: { onlySomeReasons: [1] } })]],
    ['not DER', () => [new Uint8Array(20)]],
  ])('%s: indeterminate', (_what, crls) => expect(withCrls(...crls())).toEqual([`indeterminate: ${REVOCATION}`]))

  test('a list of all end entities is for everybody', () =>
    expect(withCrls(crl({ issuingDistributionPoint: { onlyContainsUserCerts: true } }))).toEqual([]))

  test('without evidence it passes only when none is required', () => {
    expect(validatePath(input({ revocation: { required: false } }))).toMatchObject({
      outcome: 'passed',
      status: 'notAsked',
    })
    expect(validatePath(input({ revocation: { required: true } }))).toMatchObject({
      outcome: 'indeterminate',
      status: 'unknown',
    })
  })
})

describe('OCSP', () => {
  const id = certId(ca.certificate, SERIAL)
  const name = { name: responder.certificate.subject }
  const times = { thisUpdate: new Date('2026-11-20T11:55:00Z'), nextUpdate: new Date('2026-11-20T12:10:00Z') }
  const nonce = Uint8Array.from({ length: 32 }, (_, i) => i)
  const good = { certId: id, status: { kind: 'good' }, ...times } as const
  const data = { responderId: name, producedAt: NOW, responses: [good] }
  const along = [responder.certificate.raw]
  const withOcsp = (response: Bytes, more: Partial<PathInput['revocation']> = {}) =>
    wrong({ revocation: { required: true, ocspResponses: [response], ...more } })

  test('good from the delegated responder, by name and by key, with the nonce', () => {
    const keyHash = sha1(publicKeyBits(responder.certificate.subjectPublicKeyInfo))
    expect(withOcsp(testOcspResponse(responder, data, along))).toEqual([])
    expect(withOcsp(testOcspResponse(responder, { ...data, responderId: { keyHash } }, along))).toEqual([])
    expect(withOcsp(testOcspResponse(responder, { ...data, nonce }, along), { nonce })).toEqual([])
  })

  test('good from the CA itself, with CertIDs of SHA-256', () => {
    const sha256Id = certId(ca.certificate, SERIAL, 'sha256')
    const own = { ...data, responderId: { name: ca.certificate.subject }, responses: [{ ...good, certId: sha256Id }] }
    expect(withOcsp(testOcspResponse(ca, own))).toEqual([])
  })

  test('revoked, even when the answer is old', () => {
    const revoked = { kind: 'revoked', revokedAt: times.thisUpdate, reason: 'keyCompromise' } as const
    const old = { thisUpdate: VALIDITY.notBefore, nextUpdate: VALIDITY.notBefore }
    const response = testOcspResponse(responder, { ...data, responses: [{ ...good, status: revoked, ...old }] }, along)
    expect(withOcsp(response)).toEqual([`failed: ${REVOCATION}`])
    expect(withOcsp(response, { crls: [freshCrl] })).toEqual([`failed: ${REVOCATION}`])
  })

  const impostor = testCertificate(otherGeneration, 'authResponder', { serialNumber: 3n })
  const expired = testCertificate(ca, 'authResponder', {
    serialNumber: 4n,
    validity: { notBefore: VALIDITY.notBefore, notAfter: new Date('2026-11-01T00:00:00Z') },
  })
  const single = (changes: object) => ({ ...data, responses: [{ ...good, ...changes }] })
  test.each<[string, () => Bytes, Partial<PathInput['revocation']>]>([
    ['unknown is not good', () => testOcspResponse(responder, single({ status: { kind: 'unknown' } }), along), {}],
    [
      'of another certificate',
      () => testOcspResponse(responder, single({ certId: certId(ca.certificate, 1n) }), along),
      {},
    ],
    [
      "of the other generation's certificate",
      () => testOcspResponse(responder, single({ certId: certId(otherGeneration.certificate, SERIAL) }), along),
      {},
    ],
    ['stale', () => testOcspResponse(responder, single({ nextUpdate: NOW }), along), {}],
    [
      'of the future',
      () => testOcspResponse(responder, single({ thisUpdate: new Date('2026-11-20T12:05:01Z') }), along),
      {},
    ],
    [
      'a replay: another nonce',
      () => testOcspResponse(responder, { ...data, nonce: nonce.toReversed() }, along),
      { nonce },
    ],
    ['a replay: no nonce', () => testOcspResponse(responder, data, along), { nonce }],
    ['a responder of another generation', () => testOcspResponse(impostor, data, [impostor.certificate.raw]), {}],
    ['a responder that has expired', () => testOcspResponse(expired, data, [expired.certificate.raw]), {}],
    ['a responder whose certificate is missing', () => testOcspResponse(responder, data), {}],
    [
      'a login certificate as responder',
      () =>
        testOcspResponse(holder, { ...data, responderId: { name: holder.certificate.subject } }, [
          holder.certificate.raw,
        ]),
      {},
    ],
    ['signed by another key', () => testOcspResponse(impostor, data, along), {}],
    ['not DER', () => new Uint8Array(20), {}],
  ])('%s: indeterminate', (_what, response, more) =>
    expect(withOcsp(response(), more)).toEqual([`indeterminate: ${REVOCATION}`]),
  )
})

test('mutated certificates never pass and never throw', () =>
  fc.assert(
    fc.property(fc.nat(holder.certificate.raw.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const raw = Uint8Array.from(holder.certificate.raw)
      raw[at]! ^= flip
      expect(validatePath(input({ certificate: raw })).outcome).not.toBe('passed')
    }),
    { numRuns: 300 },
  ))
