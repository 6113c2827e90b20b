// Path validation: from a certificate, trusted CAs and revocation evidence to a verdict. RFC 5280 §6, RFC 6960.
// Nothing is fetched here; whoever asks brings the evidence.

import { type CheckResult, judge, verdict } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { buildPath } from './build-path.ts'
import type { PathInput, PathVerdict } from './input.ts'
import { pathChecks } from './path-checks.ts'
import { checkRevocation } from './revocation.ts'

const WELL_FORMED = { name: 'certificate is well-formed', cite: 'RFC 5280 §4.1' } as const

/** Never throws on any bytes; `indeterminate` is to be treated as not valid. */
export function validatePath(input: PathInput): PathVerdict {
  try {
    const certificate = decoded(input.certificate)
    return judgePath(input, buildPath(certificate, input))
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    const malformed: CheckResult = { ...WELL_FORMED, outcome: 'failed', evidence: error.message }
    return { ...verdict([malformed]), path: [], status: 'unknown' }
  }
}

const decoded = (certificate: PathInput['certificate']): Certificate =>
  certificate instanceof Uint8Array ? decodeCertificate(certificate) : certificate

function judgePath(input: PathInput, path: readonly Certificate[]): PathVerdict {
  const evidence = { ...input, path }
  const wellFormed: CheckResult = { ...WELL_FORMED, outcome: 'passed', evidence: 'DER of X.509' }
  const { check, status } = checkRevocation(evidence)
  return { ...verdict([wellFormed, ...judge(pathChecks, evidence).checks, check]), path, status }
}
