// From a certificate to a trust anchor. RFC 4158; several generations of a CA share one name, so that the key identifier
// decides and a name alone never does. The search is bounded, whatever certificates it is given.

import { equal } from '../../base/bytes.ts'
import { nameEqual } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import {
  type AuthorityKeyIdentifier,
  decodeAuthorityKeyIdentifier,
  decodeSubjectKeyIdentifier,
} from '../../codec/x509-extensions.ts'
import type { PathInput } from './input.ts'
import { signatureBy } from './signature.ts'

const MAX_LENGTH = 8
/** Signatures that one search may verify. */
const MAX_TRIALS = 64

type Candidates = Pick<PathInput, 'intermediates' | 'trustAnchors'>

/** The first path whose signatures hold, else the longest that was found. Throws `CodecError` on bad extensions. */
export function buildPath(certificate: Certificate, candidates: Candidates): readonly Certificate[] {
  const anchors = new Set(candidates.trustAnchors)
  let trials = 0
  let longest: readonly Certificate[] = [certificate]

  const extend = (path: readonly Certificate[]): readonly Certificate[] | undefined => {
    const last = path.at(-1)!
    for (const issuer of [...candidates.trustAnchors, ...(candidates.intermediates ?? [])]) {
      if (path.includes(issuer) || !mayHaveIssued(issuer, last) || trials++ > MAX_TRIALS) continue
      const longer = [...path, issuer]
      const right = signatureBy(issuer, last) === 'right'
      if (longer.length > longest.length) longest = longer
      if (!right || longer.length > MAX_LENGTH) continue
      const complete = anchors.has(issuer) ? longer : extend(longer)
      if (complete) return complete
    }
    return undefined
  }
  return extend([certificate]) ?? longest
}

/** Name and, where the certificate tells them, key identifier and serial number of the issuer agree. */
export const mayHaveIssued = (issuer: Certificate, certificate: Certificate): boolean =>
  nameEqual(issuer.subject, certificate.issuer) && keyIdentifierAgrees(issuer, authorityKeyIdentifierOf(certificate))

/** RFC 5280 §4.2.1.1. An absent field does not decide. */
export function keyIdentifierAgrees(issuer: Certificate, aki: AuthorityKeyIdentifier | undefined): boolean {
  if (!aki) return true
  const ski = extensionOf(issuer, OID.subjectKeyIdentifier)
  if (aki.keyIdentifier && ski && !equal(aki.keyIdentifier, decodeSubjectKeyIdentifier(ski.value))) return false
  if (aki.authorityCertSerialNumber === undefined || !aki.authorityCertIssuer) return true
  const [name] = aki.authorityCertIssuer
  const sameIssuer = name?.kind === 'directoryName' && nameEqual(name.name, issuer.issuer)
  return sameIssuer && aki.authorityCertSerialNumber === issuer.serialNumber
}

export function authorityKeyIdentifierOf(certificate: Certificate): AuthorityKeyIdentifier | undefined {
  const extension = extensionOf(certificate, OID.authorityKeyIdentifier)
  return extension && decodeAuthorityKeyIdentifier(extension.value)
}
