// What a holder signed, checked against J-LIS's own register: J-LIS knows what it issued and what is revoked. With the card's
// 署名用 key as CMS SignedData with its content (RFC 5652 §5.4, §5.6; RFC 5035 §5.4), or lines with a 利用者証明用 key.

import { type Bytes, equal } from '../../../base/bytes.ts'
import { hash, keyFacts, publicKey, verify } from '../../../base/crypto.ts'
import { HASH_OF } from '../../../base/signature-algorithms.ts'
import { certificateOf, decodeSignedData, type SignerInfo } from '../../../codec/cms.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import type { Deps } from '../deps.ts'
import { no } from '../refusals.ts'
import type { CertificateRow } from '../store.ts'

export interface SignedByHolder {
  readonly row: CertificateRow
  readonly content: Bytes
}

/** Refuses everything but one good signature by a valid 署名用 certificate of a card. */
export async function signedByHolder({ store, clock }: Deps, document: Bytes): Promise<SignedByHolder> {
  const { signer, certificate, content } = decoded(document)
  const row = await store.find('sign', certificate.serialNumber)
  const ours = row?.certificate && equal(row.certificate, certificate.raw)
  if (!ours || !signs(signer, certificate, content)) throw no.signatureWrong()
  if (row.status !== 'valid' || row.not_after < clock()) throw no.certificateNotValid()
  return { row, content }
}

function decoded(document: Bytes): { signer: SignerInfo; certificate: Certificate; content: Bytes } {
  try {
    const data = decodeSignedData(document)
    const [signer, ...others] = data.signers
    const certificate = signer && certificateOf(signer, data.certificates)
    if (!certificate || others.length > 0 || !data.content || data.contentType !== signer.contentType) {
      throw no.signatureWrong()
    }
    return { signer, certificate, content: data.content }
  } catch (error) {
    throw error instanceof CodecError ? no.signatureWrong({}, error) : error
  }
}

function signs(signer: SignerInfo, certificate: Certificate, content: Bytes): boolean {
  const { algorithm, signingCertificate: meant } = signer
  if (!algorithm || !equal(hash(HASH_OF[algorithm], content), signer.messageDigest)) return false
  if (meant && (meant.hash === 'sha1' || !equal(meant.digest, hash(meant.hash, certificate.raw)))) return false
  return verify(algorithm, publicKey(certificate.subjectPublicKeyInfo), signer.signedAttributes, signer.signature)
}

/** The valid 利用者証明用 certificate, of card or phone, whose key signed this message; undefined for every reason there is. */
export async function authenticatedHolder(
  { store, clock }: Deps,
  { certificate: der, signature }: { readonly certificate: Bytes; readonly signature: Bytes },
  message: Bytes,
): Promise<CertificateRow | undefined> {
  const certificate = decodedCertificate(der)
  const row = certificate && (await store.find('auth', certificate.serialNumber))
  if (!certificate || !row?.certificate || !equal(row.certificate, certificate.raw)) return undefined
  if (row.status !== 'valid' || row.not_after < clock()) return undefined
  const key = publicKey(certificate.subjectPublicKeyInfo)
  const algorithm = keyFacts(key).type === 'rsa' ? 'RSA-SHA256' : 'ECDSA-P384-SHA384'
  return verify(algorithm, key, message, signature) ? row : undefined
}

function decodedCertificate(der: Bytes): Certificate | undefined {
  try {
    return decodeCertificate(der)
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
