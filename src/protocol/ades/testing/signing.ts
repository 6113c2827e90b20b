// For tests of signatures: a signer, a time-stamping authority, their CAs and what these say of revocation, at any time.

import type { Bytes } from '../../../base/bytes.ts'
import { generateKeyPair, localSigner, privateKey, sha256, sign } from '../../../base/crypto.ts'
import type { RevokedCertificate } from '../../../codec/crl.ts'
import { OID } from '../../../codec/oid.ts'
import { encodeTimeStampRequest, timeStampTokenOf } from '../../../codec/tsp.ts'
import * as ext from '../../../codec/x509-extensions.ts'
import { CA, certificate, crl, type Keyed, usage } from '../../path-validation/testing/forest.ts'
import { makeTimeStamp } from '../../time-stamp/index.ts'
import type { ValidationContext, ValidationData } from '../model.ts'

export const at = (text: string): Date => new Date(text)
const LONG = { notBefore: at('2020-01-01T00:00:00Z'), notAfter: at('2060-01-01T00:00:00Z') }
/** Of the signer. */
export const YEAR = { notBefore: at('2026-01-01T00:00:00Z'), notAfter: at('2027-01-01T00:00:00Z') }
export const SIGNED_AT = at('2026-11-20T12:00:00Z')

export const root = certificate('signing CA', CA, undefined, { validity: LONG })
export const stampRoot = certificate('time-stamping CA', CA, undefined, { validity: LONG })
export const signerKey = generateKeyPair('RSA-2048')

export const signer = certificate('signer', [usage('digitalSignature', 'nonRepudiation')], root, {
  key: signerKey,
  validity: YEAR,
})

const stampsOnly = ext.extension(OID.extendedKeyUsage, true, ext.encodeExtendedKeyUsage(OID.timeStamping))
export const stamper = (notAfter = '2031-01-01T00:00:00Z'): Keyed =>
  certificate('TSA', [usage('digitalSignature'), stampsOnly], stampRoot, {
    validity: { notBefore: at('2025-01-01T00:00:00Z'), notAfter: at(notAfter) },
  })
const tsa = stamper()

export const signWith = (octets: Bytes, key = signerKey): Bytes =>
  sign('RSA-SHA256', privateKey(key.privateKey), octets)

let stamps = 0n

/** A token over these octets. */
export async function stamped(octets: Bytes, time: Date, by: Keyed = tsa): Promise<Bytes> {
  const request = encodeTimeStampRequest({
    messageImprint: { hashAlgorithm: { algorithm: OID.sha256 }, hashedMessage: sha256(octets) },
    certReq: true,
  })
  const authority = {
    signer: localSigner('ECDSA-P256-SHA256', by.key.privateKey),
    certificate: by.certificate,
    policy: '1.2.3.4.1',
  }
  return timeStampTokenOf(await makeTimeStamp(authority, request, ++stamps, time))
}

/** What both CAs say in a day's lists. */
export function lists(time: Date, revoked: readonly RevokedCertificate[] = []): ValidationData {
  const nextUpdate = new Date(time.getTime() + 86_400_000)
  const list = (issuer: Keyed, entries: readonly RevokedCertificate[]) =>
    crl(issuer, { thisUpdate: time, nextUpdate, revoked: entries }).raw
  return { certificates: [root.certificate.raw], crls: [list(root, revoked), list(stampRoot, [])], ocspResponses: [] }
}

export const revokedSigner = (revokedAt: Date): RevokedCertificate[] => [
  { serialNumber: signer.certificate.serialNumber, revokedAt },
]

export const context = (
  time: Date,
  data?: ValidationData,
  changes: Partial<ValidationContext> = {},
): ValidationContext => ({
  trustAnchors: [root.certificate],
  timeStampAnchors: [stampRoot.certificate],
  time,
  ...(data && { crls: data.crls, ocspResponses: data.ocspResponses }),
  ...changes,
})
