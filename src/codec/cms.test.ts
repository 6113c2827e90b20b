import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, utf8 } from '../base/bytes.ts'
import { generateKeyPair, privateKey, sha256, sign } from '../base/crypto.ts'
import { assembleSignedData, decodeSignedData, signedAttributes } from './cms.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { name } from './name.ts'
import { OID } from './oid.ts'
import { assembleCertificate, decodeCertificate, encodeTbsCertificate } from './x509.ts'
import { signatureAlgorithmIdentifier } from './x509-algorithm.ts'

const pair = generateKeyPair('P-256')
const algorithm = 'ECDSA-P256-SHA256'
const subject = name(['CN', 'signer'])
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') }
const extensions = [{ oid: OID.ocspNoCheck, critical: false, value: der.nullValue() }]
const certificateFields = {
  serialNumber: 7n,
  signatureAlgorithm: algorithm,
  issuer: subject,
  validity,
  subject,
} as const
const tbs = encodeTbsCertificate({ ...certificateFields, subjectPublicKeyInfo: pair.publicKey, extensions })
const signer = decodeCertificate(assembleCertificate(tbs, algorithm, sign(algorithm, privateKey(pair.privateKey), tbs)))

const content = utf8('申請書')
const signingTime = new Date('2026-11-20T12:00:00Z')
const attributes = signedAttributes({ messageDigest: sha256(content), signingTime, signingCertificate: signer.raw })
const signature = fromHex('3006020101020101')
const parts = { content, signedAttributes: attributes, algorithm, signature, signer } as const
const raw = assembleSignedData(parts)

const codeOf = (read: () => unknown): string => {
  try {
    read()
    return 'value'
  } catch (error) {
    if (error instanceof CodecError) return error.code
    throw error
  }
}

test('SignedData comes back, and the attributes as they were signed', () =>
  expect(decodeSignedData(raw)).toEqual({
    contentType: OID.data,
    content,
    certificates: [signer],
    crls: [],
    signers: [
      {
        sid: { issuer: subject, serialNumber: 7n },
        digestAlgorithm: { algorithm: OID.sha256 },
        signedAttributes: attributes,
        contentType: OID.data,
        messageDigest: sha256(content),
        signingTime,
        signingCertificate: { hash: 'sha256', digest: sha256(signer.raw) },
        signatureAlgorithm: signatureAlgorithmIdentifier(algorithm),
        algorithm,
        signature,
        unsignedAttributes: [],
      },
    ],
  }))

test('detached: there is no content', () => {
  const { content: _, ...detached } = parts
  expect(decodeSignedData(assembleSignedData(detached)).content).toBeUndefined()
})

test.each<[string, Uint8Array, string]>([
  [
    'attributes without a digest',
    der.set(der.sequence(der.oid(OID.contentType), der.set(der.oid(OID.data)))),
    'attribute-missing',
  ],
  [
    'two digests',
    der.set(
      der.sequence(der.oid(OID.contentType), der.set(der.oid(OID.data))),
      der.sequence(der.oid(OID.messageDigest), der.set(der.octetString(content), der.octetString(signature))),
    ),
    'attribute-twice',
  ],
])('%s are refused', (_what, bad, code) =>
  expect(codeOf(() => decodeSignedData(assembleSignedData({ ...parts, signedAttributes: bad })))).toBe(code),
)

test('a ContentInfo of another type is refused', () =>
  expect(
    codeOf(() => decodeSignedData(der.sequence(der.oid(OID.data), der.explicit(0, der.octetString(content))))),
  ).toBe('content-type'))

test('mutated SignedData is a value or a CodecError', () =>
  fc.assert(
    fc.property(fc.nat(raw.length - 1), fc.nat(255), (at, octet) => {
      codeOf(() => decodeSignedData(raw.map((old, i) => (i === at ? octet : old))))
    }),
    { numRuns: 2000 },
  ))
