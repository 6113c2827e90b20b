// Certificates of any shape for tests of path validation: CAs by name, extensions as wanted, any signature algorithm.

import { generateKeyPair, type KeyPair, privateKey, sha1, sign } from '../../../base/crypto.ts'
import { assembleCrl, decodeCrl, encodeTbsCertList, type TbsCertList } from '../../../codec/crl.ts'
import { type Name, name } from '../../../codec/name.ts'
import { OID } from '../../../codec/oid.ts'
import {
  assembleCertificate,
  type Certificate,
  decodeCertificate,
  type Extension,
  encodeTbsCertificate,
  publicKeyBits,
  type Validity,
} from '../../../codec/x509.ts'
import * as ext from '../../../codec/x509-extensions.ts'
import { type PathInput, validatePath } from '../index.ts'

export const NOW = new Date('2026-11-20T12:00:00Z')
export const VALIDITY = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') }

const algorithm = 'ECDSA-P256-SHA256'
let serial = 1n

export interface Keyed {
  readonly certificate: Certificate
  readonly key: KeyPair
}

interface Shape {
  readonly subject?: Name
  readonly key?: KeyPair
  readonly serialNumber?: bigint
  readonly validity?: Validity
}

/** A certificate named `cn`, by `issuer` or by itself. */
export function certificate(cn: string, extensions: readonly Extension[], issuer?: Keyed, shape: Shape = {}): Keyed {
  const {
    subject = name(['CN', cn]),
    key = generateKeyPair('P-256'),
    serialNumber = serial++,
    validity = VALIDITY,
  } = shape
  const tbs = encodeTbsCertificate({
    serialNumber,
    signatureAlgorithm: algorithm,
    issuer: issuer?.certificate.subject ?? subject,
    validity,
    subject,
    subjectPublicKeyInfo: key.publicKey,
    extensions: [...extensions, ...keyIdentifiers(extensions, key, issuer)],
  })
  const signature = sign(algorithm, privateKey((issuer?.key ?? key).privateKey), tbs)
  return { certificate: decodeCertificate(assembleCertificate(tbs, algorithm, signature)), key }
}

/** What RFC 5280 §4.2.1.1 and §4.2.1.2 demand, unless the test brings its own. */
function keyIdentifiers(given: readonly Extension[], { publicKey }: KeyPair, issuer: Keyed | undefined): Extension[] {
  const own = ext.encodeSubjectKeyIdentifier(sha1(publicKeyBits(publicKey)))
  return [
    ext.extension(OID.subjectKeyIdentifier, false, own),
    ...(issuer ? [ext.extension(OID.authorityKeyIdentifier, false, authorityKeyIdentifier(issuer))] : []),
  ].filter(({ oid }) => !given.some((one) => one.oid === oid))
}

export const authorityKeyIdentifier = ({ key }: Keyed) =>
  ext.encodeAuthorityKeyIdentifier({ keyIdentifier: sha1(publicKeyBits(key.publicKey)) })

type ListShape = Partial<
  Pick<
    TbsCertList,
    'revoked' | 'thisUpdate' | 'nextUpdate' | 'crlNumber' | 'baseCrlNumber' | 'issuingDistributionPoint'
  >
>

/** A list of `issuer`, or in the name of another with this one's key. */
export function crl(issuer: Keyed, shape: ListShape = {}, named: Name = issuer.certificate.subject) {
  const tbs = encodeTbsCertList({
    signatureAlgorithm: algorithm,
    issuer: named,
    thisUpdate: new Date('2026-11-20T00:00:00Z'),
    nextUpdate: new Date('2026-11-21T00:00:00Z'),
    revoked: [],
    crlNumber: 1n,
    authorityKeyIdentifier: {},
    ...shape,
  })
  return decodeCrl(assembleCrl(tbs, algorithm, sign(algorithm, privateKey(issuer.key.privateKey), tbs)))
}

export const constraints = (pathLength?: number): Extension =>
  ext.extension(
    OID.basicConstraints,
    true,
    ext.encodeBasicConstraints({ ca: true, ...(pathLength !== undefined && { pathLength }) }),
  )
export const usage = (...usages: ext.KeyUsage[]): Extension =>
  ext.extension(OID.keyUsage, true, ext.encodeKeyUsage(...usages))
export const policy = (...oids: string[]): Extension =>
  ext.extension(
    OID.certificatePolicies,
    false,
    ext.encodeCertificatePolicies(...oids.map((oid) => ({ policy: oid, qualifiers: [] }))),
  )
export const CA: readonly Extension[] = [constraints(), usage('keyCertSign', 'cRLSign')]
export const END: readonly Extension[] = [usage('digitalSignature')]

/** What did not pass of the first certificate under `root`, with the others to build from; `failed: what must hold`. */
export function wrong(root: Keyed, path: readonly Keyed[], changes: Partial<PathInput> = {}): string[] {
  const [end, ...others] = path.map((keyed) => keyed.certificate)
  return validatePath({
    certificate: end!,
    intermediates: others,
    trustAnchors: [root.certificate],
    time: NOW,
    purpose: { keyUsage: ['digitalSignature'] },
    revocation: { required: false },
    ...changes,
  })
    .checks.filter(({ outcome }) => outcome !== 'passed')
    .map(({ name: check, outcome }) => `${outcome}: ${check}`)
}
