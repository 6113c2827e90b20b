// What the CRLs say of a certificate. RFC 5280 §6.3.3: complete lists with their deltas, direct and indirect, by distribution
// point and by reason, until every reason is covered. One revocation decides, whatever other lists say.

import { equal } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { type CertificateList, findRevoked, type RevokedCertificate } from '../../codec/crl.ts'
import { nameEqual } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import { distrustOf } from './crl-issuer.ts'
import { ALL_REASONS, distributionPointsOf, outOfScope, type Point, reasonsOf } from './crl-scope.ts'
import type { Session } from './session.ts'
import { good, isFuture, none, revoked, type Source, type Status } from './status.ts'

/** Notes on lists that did not help: enough to understand, not one for each of thousands. */
const MAX_NOTES = 8

/** Of the first certificate of the path, which leads to a trust anchor. Never throws: what cannot be read says nothing. */
export function crlStatus(session: Session, path: readonly Certificate[]): Status {
  try {
    return judge(session, path)
  } catch (error) {
    if (error instanceof CodecError) return none(`CRL: distribution points that cannot be read (${error.code})`)
    throw error
  }
}

function judge(session: Session, path: readonly Certificate[]): Status {
  const covered = new Set<number>()
  const notes = new Set(session.unreadable)
  let evidence = ''
  const sources: Source[] = []
  const [delegated, direct] = split(distributionPointsOf(path[0]!))
  for (const crl of session.crls)
    for (const points of [direct, delegated]) {
      if (points.length === 0 || crl.baseCrlNumber !== undefined) continue
      const [found, reasons] = consult(session, crl, points, path)
      if (found.kind === 'revoked') return found
      if (found.kind === 'none' && notes.size < MAX_NOTES) notes.add(found.evidence)
      for (const reason of reasons) covered.add(reason)
      if (found.kind !== 'good') continue
      evidence ||= found.evidence
      sources.push(...found.sources)
    }
  if (covered.size === ALL_REASONS.length) return good(evidence, ...sources)
  if (covered.size > 0) notes.add('CRL: some reasons are covered by no list')
  return none([...notes].join('; ') || 'CRL: none')
}

/** Points at which the CA named somebody else, and those at which it speaks itself. */
const split = (points: readonly Point[]): readonly [delegated: Point[], direct: Point[]] => [
  points.filter(({ crlIssuers }) => crlIssuers),
  points.filter(({ crlIssuers }) => !crlIssuers),
]

/** One complete list with its deltas, and the reasons that it answers for when it is good. */
function consult(
  session: Session,
  crl: CertificateList,
  points: readonly Point[],
  path: readonly Certificate[],
): readonly [Status, reasons: readonly number[]] {
  const say = (reason: string) => [none(`CRL: ${reason}`), []] as const
  try {
    const concerned = points.filter((point) => !outOfScope(crl, point, path[0]!))
    if (concerned.length === 0) return say(outOfScope(crl, points[0]!, path[0]!) ?? 'of another scope')
    const isDelegated = concerned[0]!.crlIssuers !== undefined
    const reason = distrustOf(session, crl, isDelegated, path)
    if (reason) return say(reason)
    const status = statusBy(session.input.time, crl, newestDelta(session, crl, isDelegated, path), path[0]!)
    return [status, status.kind === 'good' ? reasonsOf(crl, concerned) : []]
  } catch (error) {
    if (error instanceof CodecError) return say(`not readable (${error.code})`)
    throw error
  }
}

function statusBy(time: Date, crl: CertificateList, delta: CertificateList | undefined, of: Certificate): Status {
  const entry = findRevoked(crl, of.serialNumber, of.issuer)
  const change = delta && findRevoked(delta, of.serialNumber, of.issuer)
  const released = delta && isCurrent(delta, time) && isRelease(entry, change)
  // A revocation stays true however old the list is; that nothing is listed, or no longer, does not.
  const decisive = change && change.reason !== 'removeFromCRL' ? change : entry
  const source: Source = { kind: 'crl', list: crl, ...(delta && { delta }) }
  if (decisive && !released) return revoked(source, decisive.revokedAt, decisive.reason)
  const newest = delta ?? crl
  if (isFuture(newest.thisUpdate, time)) return none('CRL: of the future')
  // RFC 5280 §6.3.3 (a)(1): a delta that is current makes up for a complete list that is not.
  if (!isCurrent(crl, time) && !isCurrent(newest, time))
    return none(`CRL: stale, the next was due ${newest.nextUpdate?.toISOString() ?? 'at no time that it tells'}`)
  return good(`CRL of ${newest.thisUpdate.toISOString()}: not listed`, source)
}

const isCurrent = ({ nextUpdate }: CertificateList, time: Date): boolean =>
  nextUpdate !== undefined && nextUpdate > time

/** RFC 5280 §5.3.1: only a hold can be undone, and only a delta says so. */
const isRelease = (entry: RevokedCertificate | undefined, change: RevokedCertificate | undefined): boolean =>
  change?.reason === 'removeFromCRL' && (entry === undefined || entry.reason === 'certificateHold')

/** RFC 5280 §6.3.3 (c), (h): of the deltas that can be applied and trusted the one with the highest number. */
function newestDelta(session: Session, crl: CertificateList, isDelegated: boolean, path: readonly Certificate[]) {
  return session.crls
    .filter((delta) => isDeltaOf(delta, crl) && !isFuture(delta.thisUpdate, session.input.time))
    .toSorted((a, b) => Number(b.crlNumber! - a.crlNumber!))
    .find((delta) => !distrustOf(session, delta, isDelegated, path))
}

/** RFC 5280 §5.2.4: same issuer, scope and key; base not above the complete list, which is older. */
function isDeltaOf(delta: CertificateList, crl: CertificateList): boolean {
  const [number, base] = [delta.crlNumber, delta.baseCrlNumber]
  if (number === undefined || base === undefined || crl.crlNumber === undefined) return false
  return (
    base <= crl.crlNumber &&
    crl.crlNumber < number &&
    nameEqual(delta.issuer, crl.issuer) &&
    sameExtension(delta, crl, OID.issuingDistributionPoint) &&
    sameExtension(delta, crl, OID.authorityKeyIdentifier)
  )
}

function sameExtension(a: CertificateList, b: CertificateList, oid: string): boolean {
  const [one, other] = [extensionOf(a, oid), extensionOf(b, oid)]
  return one && other ? equal(one.value, other.value) : one === other
}
