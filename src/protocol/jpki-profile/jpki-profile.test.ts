import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { judge } from '../../base/verdict.ts'
import * as der from '../../codec/der.ts'
import { encodeName, nameText } from '../../codec/name.ts'
import { type GeneralName, otherName } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, encodeTbsCertificate, extensionOf } from '../../codec/x509.ts'
import * as ext from '../../codec/x509-extensions.ts'
import * as jpki from './index.ts'
import { PUBLISHED_ANCHORS, publishedAnchorOf } from './published-anchors.ts'
import { FOUR_INFO, KIYOSE, NAKA_KU, testCa, testCertificate, VALIDITY } from './test-authority.ts'

const authCa = testCa('auth')
const signCa = testCa('sign')
const identifier = '997794E9AGCIEG'
const authFacts = { serialNumber: 0x06d18007n, municipality: KIYOSE, identifier }
const auth = testCertificate(authCa, 'auth', authFacts)
const sign = testCertificate(signCa, 'sign', {
  serialNumber: 0x067c6a22n,
  municipality: NAKA_KU,
  identifier: '2026040100000012345678901234',
  fourInfo: FOUR_INFO,
})

const value = (certificate: Certificate, oid: string): string => hex(extensionOf(certificate, oid)!.value).toUpperCase()
const order = (certificate: Certificate) =>
  certificate.extensions.map((e) => (e.critical ? `${e.oid} critical` : e.oid))

describe('octets that J-LIS publishes', () => {
  const CP = (arc: string) =>
    `303D303B060B2A83088C9B550805${arc}302C302A06082B06010505070201161E687474703A2F2F7777772E6A706B692E676F2E6A702F6370732E68746D6C`
  const AUTH_ALT_NAME =
    '3081ACA481A93081A6310B3009060355040613024A5031273025060355040A0C1EE585ACE79A84E5808BE4BABAE8AA8DE8A8BCE382B5E383BCE38393E382B931393037060355040B0C30E585ACE79A84E5808BE4BABAE8AA8DE8A8BCE382B5E383BCE38393E382B9E588A9E794A8E88085E8A8BCE6988EE794A831333031060355040B0C2AE59CB0E696B9E585ACE585B1E59BA3E4BD93E68385E5A0B1E382B7E382B9E38386E383A0E6A99FE6A78B'

  test.each([
    ['CA key usage', authCa.certificate, OID.keyUsage, '03020106'],
    ['CA subjectAltName', authCa.certificate, OID.subjectAltName, AUTH_ALT_NAME],
    ['CA basicConstraints', authCa.certificate, OID.basicConstraints, '30030101FF'],
    ['auth key usage', auth.certificate, OID.keyUsage, '03020780'],
    ['auth extended key usage', auth.certificate, OID.extendedKeyUsage, '300A06082B06010505070302'],
    ['auth policy', auth.certificate, OID.certificatePolicies, CP('01031E')],
    ['auth issuerAltName', auth.certificate, OID.issuerAltName, AUTH_ALT_NAME],
    [
      'auth OCSP address',
      auth.certificate,
      OID.authorityInfoAccess,
      '302C302A06082B06010505073001861E687474703A2F2F6F637370617574686E6F726D2E6A706B692E676F2E6A70',
    ],
    ['sign key usage', sign.certificate, OID.keyUsage, '030206C0'],
    ['sign policy', sign.certificate, OID.certificatePolicies, CP('010114')],
  ])('%s', (_name, certificate, oid, expected) => {
    expect(value(certificate, oid)).toBe(expected)
  })
})

describe('extensions stand in the order of the profile', () => {
  const critical = (oid: string) => `${oid} critical`
  test('CA', () =>
    expect(order(signCa.certificate)).toEqual([
      critical('2.5.29.15'),
      '2.5.29.17',
      critical('2.5.29.19'),
      '2.5.29.31',
      '2.5.29.14',
    ]))
  test('auth', () =>
    expect(order(auth.certificate)).toEqual([
      critical('2.5.29.15'),
      '2.5.29.37',
      critical('2.5.29.32'),
      '2.5.29.18',
      '2.5.29.31',
      '1.3.6.1.5.5.7.1.1',
      '2.5.29.35',
      '2.5.29.14',
    ]))
  test('sign', () =>
    expect(order(sign.certificate)).toEqual([
      critical('2.5.29.15'),
      '2.5.29.17',
      critical('2.5.29.32'),
      '2.5.29.18',
      '2.5.29.31',
      '2.5.29.35',
      '2.5.29.14',
    ]))
})

describe('names', () => {
  test('the CA is its own issuer, under the test hierarchy too', () => {
    const text = 'OU=Japan Agency for Local Authority Information Systems,OU=JPKI for user authentication,O=JPKI,C=JP'
    expect(nameText(authCa.certificate.subject)).toBe(text)
    expect(nameText(authCa.certificate.issuer)).toBe(text)
    expect(nameText(jpki.caName('auth', 'test'))).toBe(text.replace('O=JPKI', 'O=JPKI-TEST'))
  })

  test('country is a PrintableString, everything else UTF-8', () =>
    expect(hex(encodeName(auth.certificate.subject))).toBe(
      `302f310b3009060355040613024a503120301e06035504030c17${hex(new TextEncoder().encode(`${identifier}13221003A`))}`,
    ))

  test('subjects have the form of their profile', () => {
    expect(nameText(sign.certificate.subject)).toBe(
      'CN=2026040100000012345678901234,L=Yokohama-shi-Naka-ku,L=Kanagawa-ken,C=JP',
    )
    expect(() => testCertificate(authCa, 'auth', { ...authFacts, identifier: 'lower-case-no-' })).toThrow(RangeError)
    expect(() => testCertificate(authCa, 'auth', { ...authFacts, municipality: { ...KIYOSE, code: '1' } })).toThrow(
      RangeError,
    )
  })

  test('the distribution point is that of the municipality', () =>
    expect(nameText(jpki.crlDistributionPoint('auth', NAKA_KU))).toBe(
      'CN=Yokohama-shi-Naka-ku CRLDP,OU=Kanagawa-ken,OU=CRL Distribution Points,OU=JPKI for user authentication,O=JPKI,C=JP',
    ))

  test('identifiers have the form of the profile', () => {
    const entropy = seededEntropy(new Uint8Array(1))
    expect(jpki.authIdentifier(entropy)).toMatch(/^[0-9A-Z]{14}$/)
    expect(jpki.signIdentifier(new Date('2026-03-31T15:00:01Z'), entropy)).toMatch(/^20260401000001[0-9]{14}$/)
  })
})

describe('four facts', () => {
  test('come back as they were given', () =>
    expect(jpki.readFourInfo(sign.certificate)).toEqual({
      ...FOUR_INFO,
      substitutes: { name: '00000', address: '0'.repeat(16) },
    }))

  test('stand in the order 1, 4, 3, 5, 2, 6', () => {
    const arcs = jpki
      .fourInfoNames(FOUR_INFO)
      .map((name) => (name.kind === 'otherName' ? name.type.split('.').at(-1) : ''))
    expect(arcs).toEqual(['1', '4', '3', '5', '2', '6'])
  })

  test.each([
    ['1980-02-17', '319800217'],
    ['1868-10-22', '018681022'],
    ['1912-07-29', '119120729'],
    ['1912-07-30', '219120730'],
    ['1989-01-07', '319890107'],
    ['1989-01-08', '419890108'],
    ['2019-04-30', '420190430'],
    ['2019-05-01', '520190501'],
  ])('%s is coded %s', (birthDate, coded) => {
    expect(jpki.encodeBirthDate(birthDate)).toBe(coded)
    expect(jpki.decodeBirthDate(coded)).toBe(birthDate)
  })

  test('one flag per character', () =>
    expect(() => jpki.fourInfoNames(FOUR_INFO, { name: '00', address: '0'.repeat(16) })).toThrow(RangeError))

  test('an authentication certificate has none', () => expect(() => jpki.readFourInfo(auth.certificate)).toThrow())
})

describe('validity ends on a birthday', () => {
  test.each<[string, string, string, jpki.ValidityRule, string]>([
    ['before the birthday of the year', '2026-01-10T03:00:00Z', '1980-02-17', {}, '2030-02-17T14:59:59.000Z'],
    ['after it', '2026-04-01T03:00:00Z', '1980-02-17', {}, '2031-02-17T14:59:59.000Z'],
    ['on the day itself', '2026-02-17T03:00:00Z', '1980-02-17', {}, '2031-02-17T14:59:59.000Z'],
    ['the day begins in Japan', '2026-02-16T15:00:00Z', '1980-02-17', {}, '2031-02-17T14:59:59.000Z'],
    ['and not a second earlier', '2026-02-16T14:59:59Z', '1980-02-17', {}, '2030-02-17T14:59:59.000Z'],
    ['renewal', '2026-04-01T03:00:00Z', '1980-02-17', { renewal: true }, '2032-02-17T14:59:59.000Z'],
    ['born on 29 February', '2026-04-01T03:00:00Z', '2000-02-29', {}, '2031-02-28T14:59:59.000Z'],
    [
      'card expires',
      '2026-04-01T03:00:00Z',
      '1980-02-17',
      { notLaterThan: [new Date('2028-02-17T14:59:59Z')] },
      '2028-02-17T14:59:59.000Z',
    ],
  ])('%s', (_when, issuedAt, birthDate, rule, end) =>
    expect(jpki.notAfter(new Date(issuedAt), birthDate, rule).toISOString()).toBe(end),
  )
  test('of an authority made on 29 February too', () =>
    expect(jpki.caValidity(new Date('2028-02-29T03:00:00Z')).notAfter).toEqual(new Date('2038-02-28T14:59:59Z')))
})

describe('profile checks', () => {
  const outcome = (
    certificate: Certificate,
    profile: 'sign' | 'auth' | 'phoneAuth',
    hierarchy: jpki.Hierarchy = 'production',
  ) => judge(jpki.profileChecks, { certificate, profile, hierarchy })
  const failed = (...of: Parameters<typeof outcome>) =>
    outcome(...of)
      .checks.filter((check) => check.outcome !== 'passed')
      .map((check) => check.name)

  const phone = testCertificate(authCa, 'phoneAuth', { serialNumber: 9n, municipality: KIYOSE, identifier })

  test('every profile passes its own', () => {
    expect(outcome(auth.certificate, 'auth').outcome).toBe('passed')
    expect(outcome(sign.certificate, 'sign').outcome).toBe('passed')
    expect(outcome(phone.certificate, 'phoneAuth').outcome).toBe('passed')
  })

  test('card and phone differ in the policy only', () =>
    expect(failed(phone.certificate, 'auth')).toEqual(['policy is that of the profile']))

  test('a test certificate is none of production', () => {
    const ca = testCa('auth', 'P-256', 'test')
    const facts = { hierarchy: 'test', serialNumber: 9n, municipality: KIYOSE, identifier } as const
    const { certificate } = testCertificate(ca, 'auth', facts)
    expect(outcome(certificate, 'auth', 'test').outcome).toBe('passed')
    expect(failed(certificate, 'auth')).toEqual([
      'issuer has the name of the authority',
      'policy is that of the profile',
      'distribution point is that of the profile',
    ])
    expect(jpki.classify(certificate)).toEqual({ profile: 'auth', hierarchy: 'test' })
  })

  test('an authentication certificate is none for signatures', () =>
    expect(failed(auth.certificate, 'sign')).toEqual([
      'issuer has the name of the authority',
      'subject has the form of the profile',
      'extensions are those of the profile',
      'key usage is that of the profile',
      'extended key usage is that of the profile',
      'policy is that of the profile',
      'subjectAltName is as the profile wants',
      'issuerAltName is that of the authority',
      'distribution point is that of the profile',
    ]))

  test.each<[string, Parameters<typeof testCertificate<'auth'>>[2] | undefined, string]>([
    [
      'a serial number of five octets',
      { ...authFacts, serialNumber: 1n << 32n },
      'serial number has the published form',
    ],
    [
      'an end at noon',
      { ...authFacts, validity: { ...VALIDITY, notAfter: new Date('2031-02-17T12:00:00Z') } },
      'validity is that of the profile',
    ],
  ])('%s', (_what, facts, expected) =>
    expect(failed(testCertificate(authCa, 'auth', facts!).certificate, 'auth')).toEqual([expected]),
  )

  const withNames = (names: GeneralName[]) => {
    const value = ext.encodeAltName(...names)
    const extensions = sign.certificate.extensions.map((one) =>
      one.oid === OID.subjectAltName ? { ...one, value } : one,
    )
    return { ...sign.certificate, extensions }
  }
  const facts = jpki.fourInfoNames(FOUR_INFO)
  const replaced = (type: string, text: string) =>
    facts.map((one) => (one.kind === 'otherName' && one.type === type ? otherName(type, der.utf8String(text)) : one))

  test.each<[string, GeneralName[]]>([
    ['in another order', facts.toReversed()],
    ['one missing', facts.slice(1)],
    ['one more', [...facts, otherName('1.2.3', der.utf8String('x'))]],
    ['one flag too few', replaced(OID.jpkiSubstituteCharacterOfCommonName, '0000')],
    ['a flag that is neither 0 nor 1', replaced(OID.jpkiSubstituteCharacterOfCommonName, '00002')],
    ['a day that does not exist', replaced(OID.jpkiDateOfBirth, '319800231')],
    ['a day of another era', replaced(OID.jpkiDateOfBirth, '419800217')],
    ['a gender that nobody has', replaced(OID.jpkiGender, '4')],
  ])('the four facts %s', (_what, names) =>
    expect(failed(withNames(names), 'sign')).toEqual(['subjectAltName is as the profile wants']),
  )

  test('the four facts of whom nobody knows the day', () =>
    expect(failed(withNames(replaced(OID.jpkiDateOfBirth, '000000000')), 'sign')).toEqual([]))

  test('a certificate of no kind', () => expect(jpki.classify(authCa.certificate)).toBeUndefined())
})

describe('published CA certificates', () => {
  test('are told by their whole fingerprint and by nothing less', () => {
    for (const { sha256: whole, partial } of PUBLISHED_ANCHORS) {
      if (whole) expect(whole).toMatch(/^[0-9a-f]{64}$/)
      else expect(partial).toMatch(/^[0-9a-f]{8}…[0-9a-f]{8}$/)
    }
    expect(publishedAnchorOf(testCa('auth').certificate.raw)).toBeUndefined()
  })
})

test('what was decoded encodes to the same octets', () => {
  for (const { certificate } of [authCa, signCa, auth, sign]) {
    expect(encodeTbsCertificate({ ...certificate, signatureAlgorithm: 'ECDSA-P256-SHA256' })).toEqual(certificate.tbs)
  }
})

test('any birth date of the four facts survives', () =>
  fc.assert(
    fc.property(fc.date({ min: new Date('1868-10-23'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
      const birthDate = date.toISOString().slice(0, 10)
      expect(jpki.decodeBirthDate(jpki.encodeBirthDate(birthDate))).toBe(birthDate)
    }),
  ))
