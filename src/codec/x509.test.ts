import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bytes, fromHex, hex } from '../base/bytes.ts'
import { generateKeyPair, privateKey, publicKey, sign, verify } from '../base/crypto.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { decodeName, encodeName, name, nameEqual, nameText } from './name.ts'
import { directoryName, type GeneralName, otherName, uri } from './name-general.ts'
import { OID } from './oid.ts'
import { assembleCertificate, decodeCertificate, encodeTbsCertificate } from './x509.ts'
import * as constraints from './x509-constraints.ts'
import * as ext from './x509-extensions.ts'

const pair = generateKeyPair('P-256')
const self = name(['C', 'JP'], ['O', '試験'], ['CN', 'a+b,c'])
const fields = {
  serialNumber: 0x0132c4abn,
  signatureAlgorithm: 'ECDSA-P256-SHA256',
  issuer: self,
  validity: { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2051-01-01T00:00:00Z') },
  subject: self,
  subjectPublicKeyInfo: pair.publicKey,
  extensions: [
    ext.extension(OID.keyUsage, true, ext.encodeKeyUsage('keyCertSign', 'cRLSign')),
    ext.extension(OID.basicConstraints, true, ext.encodeBasicConstraints({ ca: true, pathLength: 0 })),
  ],
} as const
const tbs = encodeTbsCertificate(fields)
const signature = sign(fields.signatureAlgorithm, privateKey(pair.privateKey), tbs)
const raw = assembleCertificate(tbs, fields.signatureAlgorithm, signature)

const codecErrorOrValue = (read: () => unknown): string => {
  try {
    read()
    return 'value'
  } catch (error) {
    if (error instanceof CodecError) return error.code
    throw error
  }
}

test('a certificate comes back field by field, and its signature is right', () => {
  const certificate = decodeCertificate(raw)
  expect(certificate).toMatchObject({
    ...fields,
    version: 3,
    raw,
    tbs,
    signature,
    signatureAlgorithm: expect.anything(),
  })
  const key = publicKey(certificate.subjectPublicKeyInfo)
  expect(verify('ECDSA-P256-SHA256', key, certificate.tbs, certificate.signature)).toBe(true)
})

test('mutated certificates are a value or a CodecError', () =>
  fc.assert(
    fc.property(fc.nat(raw.length - 1), fc.nat(255), fc.nat(raw.length), (at, octet, length) => {
      const mutated = raw.slice()
      mutated[at] = octet
      codecErrorOrValue(() => decodeCertificate(mutated))
      expect(codecErrorOrValue(() => decodeCertificate(raw.subarray(0, Math.min(length, raw.length - 1))))).toBe(
        'truncated',
      )
    }),
    { numRuns: 2000 },
  ))

describe('certificates that are refused', () => {
  const rebuilt = (
    changes: Partial<Parameters<typeof encodeTbsCertificate>[0]>,
    algorithm = fields.signatureAlgorithm,
  ) => assembleCertificate(encodeTbsCertificate({ ...fields, ...changes }), algorithm, signature)

  test.each<[string, Bytes, string]>([
    ['an extension twice', rebuilt({ extensions: [...fields.extensions, fields.extensions[0]] }), 'extension-twice'],
    ['an empty list of extensions', rebuilt({ extensions: [] }), 'extensions-empty'],
    ['another algorithm outside', rebuilt({ signatureAlgorithm: 'RSA-SHA256' }), 'algorithm-mismatch'],
    ['something behind', Uint8Array.from([...raw, 0]), 'trailing'],
  ])('%s', (_what, bytes, code) => expect(codecErrorOrValue(() => decodeCertificate(bytes))).toBe(code))
})

describe('extensions decode and encode to the same octets', () => {
  const names: GeneralName[] = [
    directoryName(self),
    uri('http://example.jp/crl'),
    otherName(OID.jpkiCommonName, der.utf8String('氏名')),
    { kind: 'dns', text: 'example.jp' },
    { kind: 'email', text: 'a@example.jp' },
    { kind: 'ip', octets: fromHex('7f000001') },
    { kind: 'other', element: fromHex('88022a03') },
  ]
  const both = <T>(what: string, value: T, encode: (value: T) => Bytes, decode: (bytes: Bytes) => T) =>
    test(what, () => {
      expect(decode(encode(value))).toEqual(value)
      expect(encode(decode(encode(value)))).toEqual(encode(value))
      const bytes = encode(value)
      for (let at = 0; at < bytes.length; at++)
        for (const flip of [0x01, 0x20, 0x80, 0xff])
          codecErrorOrValue(() => decode(bytes.map((octet, i) => (i === at ? octet ^ flip : octet))))
    })

  both('keyUsage', [...ext.KEY_USAGE], (v) => ext.encodeKeyUsage(...v), ext.decodeKeyUsage)
  both(
    'extendedKeyUsage',
    [OID.clientAuth, OID.ocspSigning],
    (v) => ext.encodeExtendedKeyUsage(...v),
    ext.decodeExtendedKeyUsage,
  )
  both<ext.PolicyInformation[]>(
    'certificatePolicies',
    [
      { policy: OID.jpkiPolicyAuth, qualifiers: [{ cps: 'http://www.jpki.go.jp/cps.html' }] },
      { policy: OID.anyPolicy, qualifiers: [] },
      { policy: OID.jpkiPolicySign, qualifiers: [{ id: OID.userNotice, value: der.sequence() }] },
    ],
    (v) => ext.encodeCertificatePolicies(...v),
    ext.decodeCertificatePolicies,
  )
  both('altName', names, (v) => ext.encodeAltName(...v), ext.decodeAltName)
  both<ext.BasicConstraints>(
    'basicConstraints',
    { ca: true, pathLength: 3 },
    ext.encodeBasicConstraints,
    ext.decodeBasicConstraints,
  )
  both<ext.DistributionPoint[]>(
    'cRLDistributionPoints',
    [{ fullName: names }, { fullName: [uri('http://a')], reasons: [1, 2], crlIssuer: [directoryName(self)] }],
    (v) => ext.encodeDistributionPoints(...v),
    ext.decodeDistributionPoints,
  )
  both(
    'authorityInfoAccess',
    [{ method: OID.ocsp, location: uri('http://a') }],
    (v) => ext.encodeAuthorityInfoAccess(...v),
    ext.decodeAuthorityInfoAccess,
  )
  both<ext.AuthorityKeyIdentifier>(
    'authorityKeyIdentifier',
    { keyIdentifier: fromHex('0102'), authorityCertIssuer: [directoryName(self)], authorityCertSerialNumber: 300n },
    ext.encodeAuthorityKeyIdentifier,
    ext.decodeAuthorityKeyIdentifier,
  )
  both<constraints.NameConstraints>(
    'nameConstraints',
    { permitted: names, excluded: [uri('.example.jp')] },
    constraints.encodeNameConstraints,
    constraints.decodeNameConstraints,
  )
  both<constraints.PolicyMapping[]>(
    'policyMappings',
    [{ issuerDomainPolicy: OID.jpkiPolicyAuth, subjectDomainPolicy: OID.jpkiPolicySign }],
    (v) => constraints.encodePolicyMappings(...v),
    constraints.decodePolicyMappings,
  )
  both<constraints.PolicyConstraints>(
    'policyConstraints',
    { requireExplicitPolicy: 0, inhibitPolicyMapping: 2 },
    constraints.encodePolicyConstraints,
    constraints.decodePolicyConstraints,
  )
  both('inhibitAnyPolicy', 1, constraints.encodeInhibitAnyPolicy, constraints.decodeInhibitAnyPolicy)

  test.each<[string, string, (bytes: Bytes) => unknown]>([
    ['name constraints that are empty', '3000', constraints.decodeNameConstraints],
    ['a subtree with a maximum', '300aa008300682016181010a', constraints.decodeNameConstraints],
    ['policy constraints that are empty', '3000', constraints.decodePolicyConstraints],
    ['policy mappings that are empty', '3000', constraints.decodePolicyMappings],
  ])('%s are refused', (_what, bytes, decode) => expect(() => decode(fromHex(bytes))).toThrow(CodecError))

  both('subjectKeyIdentifier', fromHex('00ff'), ext.encodeSubjectKeyIdentifier, ext.decodeSubjectKeyIdentifier)

  test('FALSE in basicConstraints is left out', () =>
    expect(hex(ext.encodeBasicConstraints({ ca: false }))).toBe('3000'))
})

describe('names', () => {
  test('text escapes what RFC 4514 wants escaped', () => expect(nameText(self)).toBe('CN=a\\+b\\,c,O=試験,C=JP'))
  test('octets come back', () => expect(encodeName(decodeName(encodeName(self)))).toEqual(encodeName(self)))
  test('case, white space and string type do not count, everything else does', () => {
    const printable = der.sequence(der.set(der.sequence(der.oid(OID.commonName), der.printableString(' A  b '))))
    expect(nameEqual(decodeName(printable), name(['CN', 'a B']))).toBe(true)
    expect(nameEqual(name(['CN', 'a']), name(['O', 'a']))).toBe(false)
    expect(nameEqual(name(['CN', 'a'], ['O', 'b']), name(['O', 'b'], ['CN', 'a']))).toBe(false)
    expect(nameEqual(name(['CN', 'a,2.5.4.10=b']), name(['CN', 'a'], ['O', 'b']))).toBe(false)
    const together = [[...name(['CN', 'a'])[0]!, ...name(['O', 'b'])[0]!]]
    expect(nameEqual(name(['CN', 'a+2.5.4.10=b']), together)).toBe(false)
    expect(nameEqual(name(['CN', 'a\\']), name(['CN', 'a']))).toBe(false)
  })
})
