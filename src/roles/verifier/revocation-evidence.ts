// One OCSP question about one certificate, with a nonce; what the answer is worth is judged in protocol/path-validation.
// RFC 6960 §4.1, RFC 9654. An authority that cannot be asked leaves no evidence, and the verdict indeterminate.

import { certId, encodeOcspRequest } from '../../codec/ocsp.ts'
import type { Certificate } from '../../codec/x509.ts'
import { mayHaveIssued, type RevocationEvidence, signatureBy } from '../../protocol/path-validation/index.ts'
import type { CertificateKind } from '../authority/contract.ts'
import type { Deps } from './model.ts'

/** RFC 9654 §2.1: 32 octets are enough for anyone. */
const NONCE_LENGTH = 32

/** Asks about what this CA has signed only: an answer about a serial number is no answer about a forgery. */
export async function revocationEvidence(
  { authority, entropy, log }: Pick<Deps, 'authority' | 'entropy' | 'log'>,
  kind: CertificateKind,
  certificate: Certificate,
  ca: Certificate,
): Promise<RevocationEvidence> {
  if (!mayHaveIssued(ca, certificate) || signatureBy(ca, certificate) !== 'right') return { required: true }
  const nonce = entropy(NONCE_LENGTH)
  const request = encodeOcspRequest({ certIds: [certId(ca, certificate.serialNumber)], nonce })
  try {
    const { response } = await authority.ocsp({ kind, request })
    return { required: true, ocspResponses: [response], nonce }
  } catch (error) {
    log('verifier.ocsp-unavailable', { error: (error as Error).name })
    return { required: true }
  }
}
