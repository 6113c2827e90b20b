// Path validation: from a certificate, trusted CAs and revocation evidence to a verdict. RFC 5280 §6, RFC 6960.
// Nothing is fetched here; whoever asks brings the evidence. Of several paths the first that passes counts.

import { type Check, type CheckResult, judge, verdict } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { buildPaths } from './build-path.ts'
import { conformance } from './conformance.ts'
import type { Evidence, PathInput, PathVerdict } from './input.ts'
import { pathChecks } from './path-checks.ts'
import { checkRevocation } from './revocation.ts'
import { Session } from './session.ts'

const WELL_FORMED = { name: 'certificate is well-formed', cite: 'RFC 5280 §4.1, §4.2' } as const
const CHECKS: readonly Check<Evidence>[] = [{ ...WELL_FORMED, test: conformance }, ...pathChecks]

/** Paths that are judged in full before the first verdict stands. */
const MAX_PATHS = 16

/** Never throws on any bytes; `indeterminate` is to be treated as not valid. */
export function validatePath(input: PathInput): PathVerdict {
  try {
    const { certificate } = input
    return bestPath(input, certificate instanceof Uint8Array ? decodeCertificate(certificate) : certificate)
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    const malformed: CheckResult = { ...WELL_FORMED, outcome: 'failed', evidence: error.message }
    return { ...verdict([malformed]), path: [], status: 'unknown', revocation: [] }
  }
}

/** The first path that passes, else the first that was found, else how far the search came. */
function bestPath(input: PathInput, certificate: Certificate): PathVerdict {
  const session = new Session(input, certificate, isValidSigner)
  const { purpose, initial = {} } = input
  let longest: readonly Certificate[] = [certificate]
  let first: PathVerdict | undefined
  let judged = 0
  const seen = (path: readonly Certificate[]) => {
    if (path.length > longest.length) longest = path
  }
  for (const path of buildPaths(session, [certificate], seen)) {
    const found = judgePath({ path, session, purpose, initial })
    if (found.outcome === 'passed') return found
    first ??= found
    if (++judged >= MAX_PATHS) break
  }
  return first ?? judgePath({ path: longest, session, purpose, initial })
}

function judgePath(evidence: Evidence): PathVerdict {
  const { check, status, revocation } = checkRevocation(evidence)
  const { outcome, checks } = verdict([...judge(CHECKS, evidence).checks, check])
  return { outcome, checks, path: evidence.path, status, revocation }
}

/** Of those who sign lists only lists are asked: no purpose, no policy. RFC 5280 §6.3.3 (f). */
function isValidSigner(session: Session, path: readonly Certificate[]): boolean {
  const names = session.input.initial?.nameConstraints
  const initial = names ? { nameConstraints: names } : {}
  return judgePath({ path, session, purpose: {}, initial }).outcome === 'passed'
}
