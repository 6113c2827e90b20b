// For tests of signatures: a signer, a time-stamping authority, their CAs and what these say of revocation, at any time.

import { type Bytes, base64, fromUtf8, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair, localSigner, privateKey, sha256, sign } from '../../../base/crypto.ts'
import type { RevokedCertificate } from '../../../codec/crl.ts'
import { OID } from '../../../codec/oid.ts'
import { encodeTimeStampRequest, timeStampTokenOf } from '../../../codec/tsp.ts'
import * as ext from '../../../codec/x509-extensions.ts'
import { decodeXml } from '../../../codec/xml.ts'
import { canonicalizationOf, canonicalize } from '../../../codec/xml-c14n.ts'
import { CA, certificate, crl, type Keyed, usage } from '../../path-validation/testing/forest.ts'
import { makeTimeStamp } from '../../time-stamp/index.ts'
import type { ValidationContext, ValidationData } from '../model.ts'
import { finishXades, prepareXades, xadesToBeSigned } from '../xades-make.ts'
import { ENVELOPED, EXCLUSIVE } from '../xml-names.ts'
import { readSignedDocument, readXmlSignature, signatureElements } from '../xml-signature.ts'

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
export const stamper = (notAfter = '2031-01-01T00:00:00Z', key = generateKeyPair('P-256')): Keyed =>
  certificate('TSA', [usage('digitalSignature'), stampsOnly], stampRoot, {
    key,
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

export const signElliptic = (octets: Bytes, key: typeof signerKey): Bytes =>
  sign('ECDSA-P256-SHA256', privateKey(key.privateKey), octets)

/** A ds:Signature over one element by its identifier `x`, with signed properties; made by hand. */
export function signedElement(element: string): string {
  const exclusive = canonicalizationOf(EXCLUSIVE)!
  const { draft } = prepareXades({
    content: { kind: 'enveloped', document: utf8(`<list>${element}</list>`) },
    certificate: signer.certificate,
    algorithm: 'RSA-SHA256',
    signingTime: SIGNED_AT,
  })
  const digest = base64(sha256(canonicalize(decodeXml(utf8(element)).root, exclusive)))
  const changed = fromUtf8(draft)
    .replace('URI=""', 'URI="#x"')
    .replace(`<ds:Transform Algorithm="${ENVELOPED}"/>`, '')
    .replace(/(<ds:DigestValue>)[^<]*/, `$1${digest}`)
  const finished = finishXades(utf8(changed), signWith(xadesToBeSigned(utf8(changed))), 'RSA-SHA256')
  return /<ds:Signature .*<\/ds:Signature>/s.exec(fromUtf8(finished))![0]
}

/** A draft that was changed by hand, with the digests of what it refers to now, signed. */
export function signedAgain(draft: string, detached?: ReadonlyMap<string, Bytes>): Bytes {
  const signed = readSignedDocument(utf8(draft), detached)
  const { references } = readXmlSignature(signatureElements(signed)[0]!, signed)
  const digests = references.map(({ octets }) => base64(sha256(octets()!)))
  const [before, info, after] = draft.split(/(<ds:SignedInfo>.*?<\/ds:SignedInfo>)/s)
  const written = info!.replace(/(<ds:DigestValue>)[^<]*/g, (_, tag) => `${tag}${digests.shift()}`)
  const document = utf8(before + written + after)
  return finishXades(document, signWith(xadesToBeSigned(document)), 'RSA-SHA256')
}
