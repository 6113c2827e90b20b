// All evidence on the revocation of every certificate below the anchor, weighed. RFC 5280 §6.1.3 (a)(3), RFC 6960 §2.2.
// One revocation decides; unknown is not good, and neither is old.

import type { CheckResult, Outcome } from '../../base/verdict.ts'
import type { Certificate } from '../../codec/x509.ts'
import { crlStatus } from './crl-status.ts'
import type { CertificateStatus, Evidence, RevocationStatus } from './input.ts'
import { ocspStatus } from './ocsp-status.ts'
import type { Session } from './session.ts'
import type { Status } from './status.ts'

const CHECK = { name: 'no certificate is revoked', cite: 'RFC 5280 §6.1.3 (a)(3), RFC 6960 §2.2' } as const

const OUTCOME = {
  good: 'passed',
  revoked: 'failed',
  unknown: 'indeterminate',
  notAsked: 'passed',
} as const satisfies Record<RevocationStatus, Outcome>

/** The check, and the same in one word. Only an issuer under a trust anchor can vouch for evidence. */
export function checkRevocation({ path, session }: Evidence): {
  check: CheckResult
  status: RevocationStatus
  revocation: readonly CertificateStatus[]
} {
  const concerned = session.isAnchor(path.at(-1)) && session.holds(path) ? path.slice(0, -1) : []
  const all = concerned.map((certificate, i) =>
    weigh(gather(path.slice(i), session), certificate, session.input.revocation.required),
  )
  const first = (status: RevocationStatus) => all.find((one) => one.status === status)
  const decisive =
    first('revoked') ??
    first('unknown') ??
    first('good') ??
    all[0] ??
    ({ status: 'unknown', evidence: 'without a trusted issuer nothing can be asked' } as const)
  const { status } = decisive
  return { check: { ...CHECK, outcome: OUTCOME[status], evidence: decisive.evidence }, status, revocation: all }
}

/** `path` begins with the certificate that is asked about. */
function gather(path: readonly Certificate[], session: Session): Status[] {
  const { crls = [], ocspResponses = [] } = session.input.revocation
  const answers = ocspResponses.map((response) => ocspStatus(response, path, session))
  return crls.length > 0 ? [crlStatus(session, path), ...answers] : answers
}

function weigh(statuses: readonly Status[], certificate: Certificate, required: boolean): CertificateStatus {
  const of = <K extends Status['kind']>(kind: K) =>
    statuses.find((status): status is Extract<Status, { kind: K }> => status.kind === kind)
  const tell = (text: string) => `serial ${certificate.serialNumber}: ${text}`
  const [revoked, good] = [of('revoked'), of('good')]
  const decided = revoked ?? good
  if (decided) return { certificate, status: decided.kind, evidence: tell(decided.evidence), sources: decided.sources }
  const nothing = { certificate, sources: [] }
  if (statuses.length === 0 && !required) return { ...nothing, status: 'notAsked', evidence: tell('not asked') }
  const why = statuses.map(({ evidence }) => evidence).join('; ')
  return { ...nothing, status: 'unknown', evidence: tell(why || 'no CRL and no OCSP response') }
}
