// A throw-away authority for tests: both CAs, holders' certificates, CRLs and OCSP responses, signed with fresh keys.
// Not used by the running system, whose authority is roles/authority.

import type { Bytes } from '../../base/bytes.ts'
import { generateKeyPair, type KeyKind, privateKey, sign } from '../../base/crypto.ts'
import type { SignatureAlgorithm } from '../../base/ports.ts'
import { assembleCrl, encodeTbsCertList, type RevokedCertificate, type TbsCertList } from '../../codec/crl.ts'
import { directoryName } from '../../codec/name-general.ts'
import { assembleOcspResponse, encodeTbsResponseData, type TbsResponseData } from '../../codec/ocsp.ts'
import { assembleCertificate, type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { authorityKeyIdentifier } from './extension-fields.ts'
import type { CaKind, Hierarchy, Municipality } from './facts.ts'
import { crlDistributionPoint } from './names.ts'
import type { ProfileName } from './profiles.ts'
import { type FactsOf, tbsCertificate } from './tbs-certificate.ts'

export interface Keyed {
  readonly certificate: Certificate
  /** DER PrivateKeyInfo. */
  readonly pkcs8: Bytes
  readonly algorithm: SignatureAlgorithm
}

export const NAKA_KU: Municipality = {
  code: '14104',
  prefectureRomaji: 'Kanagawa-ken',
  municipalityRomaji: 'Yokohama-shi-Naka-ku',
}
export const KIYOSE: Municipality = { code: '13221', prefectureRomaji: 'Tokyo-to', municipalityRomaji: 'Kiyose-shi' }

export const FOUR_INFO = {
  name: '空見　花子',
  address: '東京都清瀬市中里五丁目８４２番地',
  birthDate: '1980-02-17',
  gender: '2',
} as const

const ALGORITHM = {
  'RSA-2048': 'RSA-SHA256',
  'P-256': 'ECDSA-P256-SHA256',
  'P-384': 'ECDSA-P384-SHA384',
} as const satisfies Record<KeyKind, SignatureAlgorithm>

export const VALIDITY = { notBefore: new Date('2026-04-01T00:00:00Z'), notAfter: new Date('2031-02-17T14:59:59Z') }

const signed = ({ pkcs8, algorithm }: Pick<Keyed, 'pkcs8' | 'algorithm'>, tbs: Bytes): Bytes =>
  sign(algorithm, privateKey(pkcs8), tbs)

export function testCa(ca: CaKind, kind: KeyKind = 'P-256', hierarchy: Hierarchy = 'production'): Keyed {
  const pair = generateKeyPair(kind)
  const key = { pkcs8: pair.privateKey, algorithm: ALGORITHM[kind] }
  const tbs = tbsCertificate(`${ca}Ca` as const, {
    hierarchy,
    serialNumber: 0x067c6a21n,
    validity: { notBefore: new Date('2023-07-16T00:00:00Z'), notAfter: new Date('2033-07-15T14:59:59Z') },
    subjectPublicKeyInfo: pair.publicKey,
    signatureAlgorithm: key.algorithm,
  })
  return { certificate: decodeCertificate(assembleCertificate(tbs, key.algorithm, signed(key, tbs))), ...key }
}

type Own<P extends ProfileName> = Omit<
  FactsOf<P>,
  'issuer' | 'signatureAlgorithm' | 'subjectPublicKeyInfo' | 'validity'
>

/** A fresh key and its certificate of `profile`, signed by `ca`. */
export function testCertificate<P extends ProfileName>(
  ca: Keyed,
  profile: P,
  facts: Own<P> & Partial<Pick<FactsOf<P>, 'validity'>>,
  kind: KeyKind = 'P-256',
): Keyed {
  const pair = generateKeyPair(kind)
  const tbs = tbsCertificate(profile, {
    validity: VALIDITY,
    issuer: ca.certificate,
    signatureAlgorithm: ca.algorithm,
    subjectPublicKeyInfo: pair.publicKey,
    ...facts,
  } as unknown as FactsOf<P>)
  const certificate = decodeCertificate(assembleCertificate(tbs, ca.algorithm, signed(ca, tbs)))
  return { certificate, pkcs8: pair.privateKey, algorithm: ALGORITHM[kind] }
}

/** The CRL of one municipality. */
export function testCrl(
  ca: Keyed,
  kind: CaKind,
  municipality: Municipality,
  revoked: readonly RevokedCertificate[],
  changes: Partial<TbsCertList> = {},
): Bytes {
  const tbs = encodeTbsCertList({
    signatureAlgorithm: ca.algorithm,
    issuer: ca.certificate.subject,
    thisUpdate: new Date('2026-11-20T00:00:00Z'),
    nextUpdate: new Date('2026-11-21T00:00:00Z'),
    revoked,
    crlNumber: 7n,
    authorityKeyIdentifier: authorityKeyIdentifier(ca.certificate),
    issuingDistributionPoint: {
      fullName: [directoryName(crlDistributionPoint(kind, municipality))],
      onlyContainsUserCerts: true,
    },
    ...changes,
  })
  return assembleCrl(tbs, ca.algorithm, signed(ca, tbs))
}

export function testOcspResponse(responder: Keyed, data: TbsResponseData, certificates: readonly Bytes[] = []): Bytes {
  const tbs = encodeTbsResponseData(data)
  return assembleOcspResponse(tbs, responder.algorithm, signed(responder, tbs), certificates)
}
