// A document signed with a 署名用 key: CMS SignedData with its content. RFC 5652 §5.4 and §5.6, RFC 5035 §5.4.
// Serial, facts and content are given only with a passed verdict: nobody acts on what was not verified.

import { type Bytes, equal } from '../../base/bytes.ts'
import { hash, publicKey, verify } from '../../base/crypto.ts'
import { HASH_OF } from '../../base/signature-algorithms.ts'
import { type Check, type CheckResult, joined, judge, type Verdict, verdict } from '../../base/verdict.ts'
import { certificateOf, decodeSignedData, type SignedData, type SignerInfo } from '../../codec/cms.ts'
import { CodecError } from '../../codec/codec-error.ts'
import type { Certificate } from '../../codec/x509.ts'
import { readFourInfo } from '../../protocol/jpki-profile/index.ts'
import type { PathVerdict } from '../../protocol/path-validation/index.ts'
import { checkCertificate, type Needs } from './certificate-checks.ts'
import type { Verifier } from './contract.ts'

export interface Signed {
  readonly document: SignedData
  readonly signer: SignerInfo
  readonly certificate: Certificate
  readonly content: Bytes
}

const CHECKS: readonly Check<Signed>[] = [
  {
    name: 'signed content type is that of the content',
    cite: 'RFC 5652 §11.1',
    test: ({ document, signer }) =>
      signer.contentType === document.contentType ? ['passed', document.contentType] : ['failed', signer.contentType],
  },
  {
    name: 'message digest is that of the content',
    cite: 'RFC 5652 §5.4',
    test: ({ signer, content }) => {
      if (!signer.algorithm) return ['failed', 'an algorithm that is not accepted']
      return equal(hash(HASH_OF[signer.algorithm], content), signer.messageDigest)
        ? ['passed', HASH_OF[signer.algorithm]]
        : ['failed', 'the content was changed']
    },
  },
  {
    name: 'signed attributes name this certificate',
    cite: 'RFC 5035 §5.4',
    test: ({ signer, certificate }) => {
      const meant = signer.signingCertificate
      if (!meant) return ['passed', 'no such attribute; none is demanded']
      if (meant.hash === 'sha1') return ['failed', 'SHA-1 does not bind a certificate']
      return equal(meant.digest, hash(meant.hash, certificate.raw))
        ? ['passed', `${meant.hash} of the certificate`]
        : ['failed', 'another certificate is meant']
    },
  },
  {
    name: 'signature verifies with the key of the certificate',
    cite: 'RFC 5652 §5.6',
    test: ({ signer, certificate }) => {
      if (!signer.algorithm) return ['failed', 'an algorithm that is not accepted']
      const key = publicKey(certificate.subjectPublicKeyInfo)
      return verify(signer.algorithm, key, signer.signedAttributes, signer.signature)
        ? ['passed', signer.algorithm]
        : ['failed', signer.algorithm]
    },
  },
]

export const verifySignature =
  (needs: Needs): Verifier['verifySignature'] =>
  async ({ document }) => {
    const { verdict: all, signed } = await checkSignature(needs, document)
    needs.log('verifier.signature', { outcome: all.outcome })
    if (all.outcome !== 'passed' || !signed) return { verdict: all, ...NOTHING }
    const { name, address, birthDate, gender } = readFourInfo(signed.certificate)
    const fourInfo = { name, address, birthDate, gender }
    return { verdict: all, serial: signed.certificate.serialNumber, fourInfo, content: signed.content }
  }

export interface CheckedSignature {
  readonly verdict: Verdict
  /** Undefined when the document is not SignedData with one signer. */
  readonly signed?: Signed
  readonly path?: PathVerdict
}

/** The verdict with what it is about; whoever asks for facts takes `verifySignature`. */
export async function checkSignature(needs: Needs, document: Bytes): Promise<CheckedSignature> {
  const { verdict: own, signed } = judgeSignature(document)
  if (!signed) return { verdict: own }
  const checked = await checkCertificate(needs, signed.certificate.raw, 'sign')
  const all = joined(own, checked.verdict)
  return { verdict: all, signed, ...(checked.path && { path: checked.path }) }
}

/** The document and its signature alone; whether its certificate is trusted is not asked. */
export function judgeSignature(document: Bytes): Omit<CheckedSignature, 'path'> {
  const signed = readSigned(document)
  if ('outcome' in signed) return { verdict: verdict([signed]) }
  const form: CheckResult = { ...ONE_SIGNER, outcome: 'passed', evidence: 'one signer, its certificate, its content' }
  return { verdict: joined(verdict([form]), judge(CHECKS, signed)), signed }
}

const NOTHING = { serial: null, fourInfo: null, content: null } as const
const ONE_SIGNER = { name: 'document is SignedData with one signer', cite: 'RFC 5652 §5.1' } as const

function readSigned(document: Bytes): Signed | CheckResult {
  const refuse = (evidence: string): CheckResult => ({ ...ONE_SIGNER, outcome: 'failed', evidence })
  try {
    const data = decodeSignedData(document)
    const [signer, ...others] = data.signers
    if (!signer || others.length > 0) return refuse(`${data.signers.length} signers`)
    if (!data.content) return refuse('the content is not in the document')
    const certificate = certificateOf(signer, data.certificates)
    if (!certificate) return refuse('the certificate of the signer is not in the document')
    return { document: data, signer, certificate, content: data.content }
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    return refuse(error.code)
  }
}
