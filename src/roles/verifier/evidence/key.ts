// The key that signs evidence, under a certificate that it has given itself: an auditor knows it by the digest of its key.

import type { Bytes } from '../../../base/bytes.ts'
import { sha1, sha256 } from '../../../base/crypto.ts'
import type { Clock, KeyStore, Signer } from '../../../base/ports.ts'
import { assembleSignedData, signedAttributes } from '../../../codec/cms.ts'
import { name } from '../../../codec/name.ts'
import { OID } from '../../../codec/oid.ts'
import {
  assembleCertificate,
  type Certificate,
  decodeCertificate,
  encodeTbsCertificate,
  publicKeyBits,
} from '../../../codec/x509.ts'
import * as ext from '../../../codec/x509-extensions.ts'

const ALGORITHM = 'ECDSA-P256-SHA256'
const KEY = ['verifier-evidence', ALGORITHM] as const
const NAME = name(['O', 'Kazasu'], ['CN', 'Kazasu Evidence'])
/** As long as anybody may want to read what it signed. */
const VALIDITY = { notBefore: new Date('2016-01-01T00:00:00Z'), notAfter: new Date('2076-01-01T00:00:00Z') }

async function certificateOf(signer: Signer): Promise<Certificate> {
  const tbs = encodeTbsCertificate({
    ...{ serialNumber: 1n, signatureAlgorithm: ALGORITHM, issuer: NAME, subject: NAME, validity: VALIDITY },
    subjectPublicKeyInfo: signer.publicKey,
    extensions: [
      ext.extension(OID.keyUsage, true, ext.encodeKeyUsage('digitalSignature')),
      ext.extension(
        OID.subjectKeyIdentifier,
        false,
        ext.encodeSubjectKeyIdentifier(sha1(publicKeyBits(signer.publicKey))),
      ),
    ],
  })
  return decodeCertificate(assembleCertificate(tbs, ALGORITHM, await signer.sign(tbs)))
}

/** CAdES of level B-B, detached. RFC 5652, RFC 5035. */
export async function signed(
  { keys, clock }: { readonly keys: KeyStore; readonly clock: Clock },
  content: Bytes,
): Promise<{ readonly signature: Bytes; readonly certificate: Bytes }> {
  const signer = await keys.signer(...KEY)
  const certificate = await certificateOf(signer)
  const attributes = signedAttributes({
    ...{ messageDigest: sha256(content), signingTime: clock(), signingCertificate: certificate.raw },
  })
  const signature = await signer.sign(attributes)
  const parts = { signedAttributes: attributes, algorithm: ALGORITHM, signature, signer: certificate } as const
  return { signature: assembleSignedData(parts), certificate: certificate.raw }
}
