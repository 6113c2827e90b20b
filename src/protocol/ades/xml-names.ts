// Names of XML signatures: namespaces, and algorithms by their URIs. XMLDSig §6, RFC 9231 §2; XAdES: ETSI EN 319 132-1 §4.

import type { HashName } from '../../base/crypto.ts'
import type { SignatureAlgorithm } from '../../base/ports.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import { type AlgorithmIdentifier, encodeAlgorithm } from '../../codec/x509-algorithm.ts'

export const DS = 'http://www.w3.org/2000/09/xmldsig#'
export const XADES = 'http://uri.etsi.org/01903/v1.3.2#'
export const XADES_141 = 'http://uri.etsi.org/01903/v1.4.1#'
export const MANIFEST = `${DS}Manifest`
export const SIGNED_PROPERTIES = 'http://uri.etsi.org/01903#SignedProperties'

export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
export const ENVELOPED = `${DS}enveloped-signature`

export const BASE64 = `${DS}base64`
export const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
export const XPATH_FILTER = 'http://www.w3.org/2002/06/xmldsig-filter2'

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const ENC = 'http://www.w3.org/2001/04/xmlenc#'
const MORE_2007 = 'http://www.w3.org/2007/05/xmldsig-more#'
const MORE_2021 = 'http://www.w3.org/2021/04/xmldsig-more#'

export const DIGEST_URI = {
  sha1: `${DS}sha1`,
  sha256: `${ENC}sha256`,
  sha384: `${MORE}sha384`,
  sha512: `${ENC}sha512`,
  'sha3-256': `${MORE_2007}sha3-256`,
  'sha3-384': `${MORE_2007}sha3-384`,
  'sha3-512': `${MORE_2007}sha3-512`,
} as const satisfies Record<HashName, string>

export const digestBy = (uri: string | undefined): HashName | undefined =>
  (Object.keys(DIGEST_URI) as HashName[]).find((name) => DIGEST_URI[name] === uri)

const rsa = (algorithm: string): AlgorithmIdentifier => ({ algorithm, parameters: der.nullValue() })

/** RFC 9231 §2.3.9: the salt is as long as the digest. */
function pss(digest: string, saltLength: number): AlgorithmIdentifier {
  const hash = encodeAlgorithm({ algorithm: digest, parameters: der.nullValue() })
  const mask = der.sequence(der.oid(OID.mgf1), hash)
  const fields = [der.explicit(0, hash), der.explicit(1, mask), der.explicit(2, der.integer(saltLength))]
  return { algorithm: OID.rsassaPss, parameters: der.sequence(...fields) }
}

/** HMAC is not here: whoever verifies could have made it. */
const SIGNATURES: Readonly<Record<string, AlgorithmIdentifier>> = {
  [`${DS}rsa-sha1`]: rsa(OID.sha1WithRSAEncryption),
  [`${MORE}rsa-sha256`]: rsa(OID.sha256WithRSAEncryption),
  [`${MORE}rsa-sha384`]: rsa(OID.sha384WithRSAEncryption),
  [`${MORE}rsa-sha512`]: rsa(OID.sha512WithRSAEncryption),
  [`${MORE_2007}sha256-rsa-MGF1`]: pss(OID.sha256, 32),
  [`${MORE_2007}sha384-rsa-MGF1`]: pss(OID.sha384, 48),
  [`${MORE_2007}sha512-rsa-MGF1`]: pss(OID.sha512, 64),
  [`${MORE_2007}sha3-256-rsa-MGF1`]: pss(OID['sha3-256'], 32),
  [`${MORE_2007}sha3-384-rsa-MGF1`]: pss(OID['sha3-384'], 48),
  [`${MORE_2007}sha3-512-rsa-MGF1`]: pss(OID['sha3-512'], 64),
  [`${MORE}ecdsa-sha1`]: { algorithm: OID.ecdsaWithSHA1 },
  [`${MORE}ecdsa-sha256`]: { algorithm: OID.ecdsaWithSHA256 },
  [`${MORE}ecdsa-sha384`]: { algorithm: OID.ecdsaWithSHA384 },
  [`${MORE}ecdsa-sha512`]: { algorithm: OID.ecdsaWithSHA512 },
  [`${MORE_2021}ecdsa-sha3-256`]: { algorithm: OID.ecdsaWithSHA3256 },
  [`${MORE_2021}ecdsa-sha3-384`]: { algorithm: OID.ecdsaWithSHA3384 },
  [`${MORE_2021}ecdsa-sha3-512`]: { algorithm: OID.ecdsaWithSHA3512 },
}

export const signatureBy = (uri: string | undefined): AlgorithmIdentifier | undefined =>
  uri !== undefined && Object.hasOwn(SIGNATURES, uri) ? SIGNATURES[uri] : undefined

export const SIGNATURE_URI = {
  'RSA-SHA256': `${MORE}rsa-sha256`,
  'ECDSA-P256-SHA256': `${MORE}ecdsa-sha256`,
  'ECDSA-P384-SHA384': `${MORE}ecdsa-sha384`,
} as const satisfies Record<SignatureAlgorithm, string>
