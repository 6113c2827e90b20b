// From a certificate to trust anchors: every path whose signatures hold, the likeliest first. RFC 4158. Several generations
// of a CA share one name, so that the key identifier decides and a name alone never does; the session bounds the search.

import { equal } from '../../base/bytes.ts'
import { nameEqual } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf, extensionValue } from '../../codec/x509.ts'
import {
  type AuthorityKeyIdentifier,
  decodeAuthorityKeyIdentifier,
  decodeSubjectKeyIdentifier,
} from '../../codec/x509-extensions.ts'
import type { Session } from './session.ts'
import { unlessMalformed } from './signature.ts'

const MAX_LENGTH = 16

type Path = readonly Certificate[]

/** All paths that begin with this one. `seen` is told of every beginning, also of those that come to nothing. */
export function* buildPaths(session: Session, path: Path, seen: (path: Path) => void = () => {}): Generator<Path> {
  const last = path.at(-1)!
  for (const issuer of candidates(session, last)) {
    if (repeats(path, issuer) || !session.step()) continue
    const longer = [...path, issuer]
    const signature = session.signature(issuer, last)
    seen(longer)
    if (signature !== 'right' && signature !== 'later') continue
    if (session.isAnchor(issuer)) {
      if (session.holds(longer)) yield longer
    } else if (longer.length < MAX_LENGTH) yield* buildPaths(session, longer, seen)
  }
}

function candidates(session: Session, certificate: Certificate): readonly Certificate[] {
  const known = session.issuers.get(certificate)
  if (known) return known
  const found = ranked(session, certificate)
  session.issuers.set(certificate, found)
  return found
}

/** Trust anchors first, then what is in its validity, then what the key identifier names. */
function ranked(session: Session, certificate: Certificate): Certificate[] {
  const time = session.input.time.getTime()
  const rank = (issuer: Certificate): number => {
    const { notBefore, notAfter } = issuer.validity
    const current = notBefore.getTime() <= time && time <= notAfter.getTime()
    return (
      (session.isAnchor(issuer) ? 0 : 4) + (current ? 0 : 2) + (extensionOf(issuer, OID.subjectKeyIdentifier) ? 0 : 1)
    )
  }
  const found = session
    .certificatesNamed(certificate.issuer)
    .filter(
      (issuer) => session.reachesAnchor(issuer) && unlessMalformed(() => mayHaveIssued(issuer, certificate), false),
    )
  return found.length < 2 ? found : found.sort((a, b) => rank(a) - rank(b))
}

/** The same name with the same key again leads nowhere new. RFC 4158 §2.4.2. */
const repeats = (path: Path, issuer: Certificate): boolean =>
  path.some(
    (one) =>
      one === issuer ||
      (equal(one.subjectPublicKeyInfo, issuer.subjectPublicKeyInfo) && nameEqual(one.subject, issuer.subject)),
  )

/** Name and, where the certificate tells them, key identifier and serial number of the issuer agree. */
export const mayHaveIssued = (issuer: Certificate, certificate: Certificate): boolean =>
  nameEqual(issuer.subject, certificate.issuer) && keyIdentifierAgrees(issuer, authorityKeyIdentifierOf(certificate))

/** RFC 5280 §4.2.1.1. An absent field does not decide. */
export function keyIdentifierAgrees(issuer: Certificate, aki: AuthorityKeyIdentifier | undefined): boolean {
  if (!aki) return true
  const { keyIdentifier } = aki
  const own = keyIdentifier && extensionValue(issuer, OID.subjectKeyIdentifier, decodeSubjectKeyIdentifier)
  if (own && !equal(keyIdentifier, own)) return false
  if (aki.authorityCertSerialNumber === undefined || !aki.authorityCertIssuer) return true
  const [name] = aki.authorityCertIssuer
  const sameIssuer = name?.kind === 'directoryName' && nameEqual(name.name, issuer.issuer)
  return sameIssuer && aki.authorityCertSerialNumber === issuer.serialNumber
}

export const authorityKeyIdentifierOf = (certificate: Certificate): AuthorityKeyIdentifier | undefined =>
  extensionValue(certificate, OID.authorityKeyIdentifier, decodeAuthorityKeyIdentifier)
