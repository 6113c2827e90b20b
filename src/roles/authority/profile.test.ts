// Field by field against what is public of J-LIS's certificates; the octets are those observed in certificates in use.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { concat, hex, utf8 } from '../../base/bytes.ts'
import { publicKey, sha1, verify } from '../../base/crypto.ts'
import * as der from '../../codec/der.ts'
import { nameText, valuesOf } from '../../codec/name.ts'
import { oidName } from '../../codec/oid.ts'
import { type Certificate, decodeCertificate, publicKeyBits } from '../../codec/x509.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { phoneRequest, type TestAuthority, testAuthority } from './test-authority.ts'

let world: TestAuthority
const found: Record<'authCa' | 'signCa' | 'auth' | 'sign' | 'phone', Certificate> = {} as never

beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
  await world.resident('r')
  const auth = await world.card('r', 'auth')
  const sign = await world.card('r', 'sign')
  const phone = await world.authority.issueForPhone(phoneRequest('ab'.repeat(16), auth.serial))
  const anchors = await world.authority.caCertificates({})
  Object.assign(found, {
    authCa: decodeCertificate(anchors.auth),
    signCa: decodeCertificate(anchors.sign),
    auth: decodeCertificate(auth.certificate),
    sign: decodeCertificate(sign.certificate),
    phone: decodeCertificate(phone.certificate),
  })
})
afterAll(() => world.close())

const outline = ({ extensions }: Certificate) =>
  extensions.map(({ oid, critical }) => `${oidName(oid)}${critical ? '!' : ''}`)
const value = (of: Certificate, name: string) => hex(of.extensions.find(({ oid }) => oidName(oid) === name)!.value)

const AUTH_ALT_NAME =
  '3081aca481a93081a6310b3009060355040613024a5031273025060355040a0c1ee585ace79a84e5808be4babae8aa8de8a8bce382b5e383bce38393e382b931393037060355040b0c30e585ace79a84e5808be4babae8aa8de8a8bce382b5e383bce38393e382b9e588a9e794a8e88085e8a8bce6988ee794a831333031060355040b0c2ae59cb0e696b9e585ace585b1e59ba3e4bd93e68385e5a0b1e382b7e382b9e38386e383a0e6a99fe6a78b'

describe('CA certificates', () => {
  test.each(['auth', 'sign'] as const)('%s', (kind) => {
    const ca = found[`${kind}Ca`]
    expect(ca.version).toBe(3)
    expect(oidName(ca.signatureAlgorithm.algorithm)).toBe('sha256WithRSAEncryption')
    expect(nameText(ca.issuer)).toBe(nameText(ca.subject))
    const unit = kind === 'auth' ? 'JPKI for user authentication' : 'JPKI for digital signature'
    expect(ca.subject.flat().map(({ tag }) => tag)).toEqual([0x13, 0x0c, 0x0c, 0x0c])
    expect(valuesOf(ca.subject, 'O')).toEqual(['JPKI'])
    expect(valuesOf(ca.subject, 'OU')).toEqual([unit, 'Japan Agency for Local Authority Information Systems'])
    expect(ca.validity).toEqual({
      notBefore: new Date('2026-06-01T03:00:00Z'),
      notAfter: new Date('2036-06-01T14:59:59Z'),
    })
    expect(outline(ca)).toEqual([
      'keyUsage!',
      'subjectAltName',
      'basicConstraints!',
      'cRLDistributionPoints',
      'subjectKeyIdentifier',
    ])
    expect(value(ca, 'keyUsage')).toBe('03020106')
    expect(value(ca, 'basicConstraints')).toBe('30030101ff')
    const key = publicKey(ca.subjectPublicKeyInfo)
    expect(verify('RSA-SHA256', key, ca.tbs, ca.signature)).toBe(true)
  })
  test('alternative name of the authentication CA, octet by octet', () =>
    expect(value(found.authCa, 'subjectAltName')).toBe(AUTH_ALT_NAME))
  test('the two share neither key nor name', () => {
    expect(found.authCa.subjectPublicKeyInfo).not.toEqual(found.signCa.subjectPublicKeyInfo)
    expect(nameText(found.authCa.subject)).not.toBe(nameText(found.signCa.subject))
  })
})

describe('利用者証明用', () => {
  test('fields', () => {
    const { auth } = found
    expect(auth.serialNumber).toBeGreaterThanOrEqual(0x01000000n)
    expect(auth.serialNumber).toBeLessThan(0x80000000n)
    expect(nameText(auth.issuer)).toBe(nameText(found.authCa.subject))
    expect(auth.subject.flat().map(({ tag }) => tag)).toEqual([0x13, 0x0c])
    expect(valuesOf(auth.subject, 'CN')[0]).toMatch(/^[0-9A-Z]{14}13999003A$/)
    // Fifth birthday after the day of issue, 23:59:59 in Japan.
    expect(auth.validity).toEqual({
      notBefore: new Date('2026-06-01T03:00:00Z'),
      notAfter: new Date('2031-02-03T14:59:59Z'),
    })
    expect(outline(auth)).toEqual([
      'keyUsage!',
      'extendedKeyUsage',
      'certificatePolicies!',
      'issuerAltName',
      'cRLDistributionPoints',
      'authorityInfoAccess',
      'authorityKeyIdentifier',
      'subjectKeyIdentifier',
    ])
  })
  test.each([
    ['keyUsage', '03020780'],
    ['extendedKeyUsage', '300a06082b06010505070302'],
    [
      'certificatePolicies',
      '303d303b060b2a83088c9b55080501031e302c302a06082b06010505070201161e687474703a2f2f7777772e6a706b692e676f2e6a702f6370732e68746d6c',
    ],
    ['issuerAltName', AUTH_ALT_NAME],
    [
      'authorityInfoAccess',
      '302c302a06082b06010505073001861e687474703a2f2f6f637370617574686e6f726d2e6a706b692e676f2e6a70',
    ],
  ])('%s, octet by octet', (name, octets) => expect(value(found.auth, name)).toBe(octets))
  test('CRL distribution point of the municipality', () => {
    const attribute = (type: string, tag: number, text: string) =>
      der.set(der.sequence(der.oid(type), der.element(tag, utf8(text))))
    const name = der.sequence(
      attribute('2.5.4.6', 0x13, 'JP'),
      attribute('2.5.4.10', 0x0c, 'JPKI'),
      attribute('2.5.4.11', 0x0c, 'JPKI for user authentication'),
      attribute('2.5.4.11', 0x0c, 'CRL Distribution Points'),
      attribute('2.5.4.11', 0x0c, 'Tokyo-to'),
      attribute('2.5.4.3', 0x0c, 'Kazasu-shi CRLDP'),
    )
    const point = der.sequence(der.sequence(der.explicit(0, der.element(0xa0, der.explicit(4, name)))))
    expect(value(found.auth, 'cRLDistributionPoints')).toBe(hex(point))
  })
  test('key identifiers are SHA-1 of the key; the authority’s has three fields', () => {
    const own = sha1(publicKeyBits(found.auth.subjectPublicKeyInfo))
    expect(value(found.auth, 'subjectKeyIdentifier')).toBe(`0414${hex(own)}`)
    const serial = hex(der.integer(found.authCa.serialNumber)).replace(/^02/, '82')
    const octets = value(found.auth, 'authorityKeyIdentifier')
    expect(octets).toContain(`8014${hex(sha1(publicKeyBits(found.authCa.subjectPublicKeyInfo)))}a1`)
    expect(octets.endsWith(serial)).toBe(true)
  })
  test('has about the size of the real ones (1,586 octets with a longer city)', () =>
    expect(Math.abs(found.auth.raw.length - 1586)).toBeLessThan(30))
  test('the phone’s differs in its policy only, and does not outlive the card’s', () => {
    expect(outline(found.phone)).toEqual(outline(found.auth))
    expect(value(found.phone, 'certificatePolicies')).toContain('060b2a83088c9b550805010328')
    for (const name of [
      'keyUsage',
      'extendedKeyUsage',
      'issuerAltName',
      'cRLDistributionPoints',
      'authorityInfoAccess',
    ])
      expect(value(found.phone, name)).toBe(value(found.auth, name))
    expect(found.phone.validity.notAfter).toEqual(found.auth.validity.notAfter)
  })
})

describe('署名用', () => {
  test('fields', () => {
    const { sign } = found
    expect(sign.subject.flat().map(({ tag }) => tag)).toEqual([0x13, 0x0c, 0x0c, 0x0c])
    expect(valuesOf(sign.subject, 'L')).toEqual(['Tokyo-to', 'Kazasu-shi'])
    expect(outline(sign)).toEqual([
      'keyUsage!',
      'subjectAltName',
      'certificatePolicies!',
      'issuerAltName',
      'cRLDistributionPoints',
      'authorityKeyIdentifier',
      'subjectKeyIdentifier',
    ])
    expect(value(sign, 'keyUsage')).toBe('030206c0')
    expect(value(sign, 'certificatePolicies')).toContain('060b2a83088c9b550805010114')
    expect(sign.validity.notAfter).toEqual(found.auth.validity.notAfter)
  })
  test('the four facts as six otherNames in the order 1, 4, 3, 5, 2, 6', () => {
    const name = (last: number, text: string) =>
      der.element(0xa0, concat(der.oid(`1.2.392.200149.8.5.5.${last}`), der.explicit(0, der.element(0x0c, utf8(text)))))
    const names = der.sequence(
      name(1, '試験　花子'),
      name(4, '419900203'),
      name(3, '2'),
      name(5, '東京都かざす市みなと町１丁目２番３号'),
      name(2, '00000'),
      name(6, '000000000000000000'),
    )
    expect(value(found.sign, 'subjectAltName')).toBe(hex(names))
  })
})

test('a signature certificate ends with the authentication certificate of its card', async () => {
  await world.resident('late', { birthDate: '2000-09-09' })
  const auth = await world.card('late', 'auth')
  world.clock.now = new Date('2029-01-01T00:00:00Z')
  const sign = await world.card('late', 'sign')
  expect(sign.notAfter).toEqual(auth.notAfter)
})

test('the test hierarchy has its own names and policies', async () => {
  const other = await testAuthority(async () => world.register, { hierarchy: 'test' })
  const certificate = decodeCertificate((await other.card('r')).certificate)
  await other.close()
  expect(valuesOf(certificate.issuer, 'O')).toEqual(['JPKI-TEST'])
  // 1.2.392.200149.8.5.1.0.30
  expect(value(certificate, 'certificatePolicies')).toContain('060b2a83088c9b55080501001e')
})
