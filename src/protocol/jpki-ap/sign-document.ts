// A document signed by the holder: CMS SignedData with the card's 署名用 key. RFC 5652 §5.4.

import type { Bytes } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { assembleSignedData, signedAttributes } from '../../codec/cms.ts'
import { SW } from '../../codec/sw.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { CardRefused, type Dialogue } from '../iso7816/index.ts'
import { availability, readCertificate, select, signMessage, verifyPin } from './dialogues.ts'

/** In two steps: the attributes here, the signature on the card. Null when the card has no 署名用 certificate. */
export function* signDocument(password: string, content: Bytes, signingTime: Date): Dialogue<Bytes | null> {
  const signed = yield* signOctetsOf(password, (signer) =>
    signedAttributes({ messageDigest: sha256(content), signingTime, signingCertificate: signer.raw }),
  )
  if (!signed) return null
  const { toBeSigned, ...by } = signed
  return assembleSignedData({ content, signedAttributes: toBeSigned, algorithm: 'RSA-SHA256', ...by })
}

export interface SignedOctets {
  readonly signer: Certificate
  readonly toBeSigned: Bytes
  readonly signature: Bytes
}

/** Octets that follow from the signer's certificate, signed with the 署名用 key. Null when the card has none. */
export function* signOctetsOf(
  password: string,
  octetsOf: (signer: Certificate) => Bytes,
): Dialogue<SignedOctets | null> {
  yield* select()
  const certificate = yield* signCertificate(password)
  if (!certificate) return null
  const signer = decodeCertificate(certificate)
  const toBeSigned = octetsOf(signer)
  return { signer, toBeSigned, signature: yield* signMessage('sign', password, toBeSigned) }
}

/** The card shows this certificate to who knows the password: it holds the four facts. */
function* signCertificate(password: string): Dialogue<Bytes | null> {
  if (!(yield* availability()).sign) return null
  yield* verifyPin('sign', password)
  try {
    return yield* readCertificate('sign')
  } catch (error) {
    if (error instanceof CardRefused && error.sw === SW.NOT_FOUND.sw) return null
    throw error
  }
}
