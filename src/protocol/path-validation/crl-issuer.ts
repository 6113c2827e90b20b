// Whose key signed a CRL, and whether that key may speak for the certificate's issuer. RFC 5280 §6.3.3 (f), (g).
// The signer's own path must lead to the same trust anchor and is validated like any other, revocation included.

import type { CertificateList } from '../../codec/crl.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import { buildPaths, keyIdentifierAgrees } from './build-path.ts'
import type { Session } from './session.ts'
import { allowsUsage, unlessMalformed } from './signature.ts'

/** Extensions of lists that are processed here. RFC 5280 §5.2. */
const UNDERSTOOD: readonly string[] = [
  OID.issuingDistributionPoint,
  OID.authorityKeyIdentifier,
  OID.cRLNumber,
  OID.deltaCRLIndicator,
  OID.freshestCRL,
]

/** Why the list cannot be trusted for the first certificate of the path, if so; `isDelegated`: the CA named its issuer. */
export function distrustOf(
  session: Session,
  crl: CertificateList,
  isDelegated: boolean,
  path: readonly Certificate[],
): string | undefined {
  if (crl.crlNumber === undefined) return 'without a number'
  if (extensionOf(crl, OID.cRLNumber)?.critical) return 'its number is critical'
  if (crl.repeatsSerialNumber) return 'a serial number stands twice'
  const unknown = crl.extensions.find(({ oid, critical }) => critical && !UNDERSTOOD.includes(oid))
  if (unknown) return `critical and not understood: ${oidName(unknown.oid)}`
  if (crl.unknownCriticalEntryExtension) return 'a critical entry extension is not understood'
  let reason: string | undefined
  for (const signer of signersOf(session, crl, path)) {
    const found = unlessMalformed(() => distrustOfSigner(session, signer, crl, isDelegated, path), 'a malformed signer')
    if (!found) return undefined
    reason ??= found
  }
  return reason ?? 'nobody is known who could have signed it'
}

/** The issuers on the path first: they are validated already. */
function signersOf(session: Session, crl: CertificateList, path: readonly Certificate[]): Set<Certificate> {
  const named = new Set(session.certificatesNamed(crl.issuer))
  const onPath = path.slice(1).filter((certificate) => named.has(certificate))
  return new Set([...onPath, ...named])
}

function distrustOfSigner(
  session: Session,
  signer: Certificate,
  crl: CertificateList,
  isDelegated: boolean,
  path: readonly Certificate[],
): string | undefined {
  if (!keyIdentifierAgrees(signer, crl.authorityKeyIdentifier)) return 'of another key of this issuer'
  if (!allowsUsage(signer, 'cRLSign')) return 'the issuer may not sign lists'
  // A key that inherits its parameters has them only when its path is known.
  if (session.signature(signer, crl) === 'wrong') return 'the signature is wrong'
  if (!mayVouch(session, signer, isDelegated, path)) return 'its signer is not trusted for this certificate'
  return session.distrust(signer, crl)
}

/** Nobody vouches for himself, unless the CA itself named him as its CRL issuer. */
function mayVouch(session: Session, signer: Certificate, isDelegated: boolean, path: readonly Certificate[]) {
  if (signer === path[0]) return isDelegated
  return path.includes(signer) || isValidSigner(session, signer, path.at(-1)!)
}

function isValidSigner(session: Session, signer: Certificate, anchor: Certificate): boolean {
  if (session.isAnchor(signer)) return false
  const known = session.signers.get(signer)
  if (known) return known === 'valid'
  session.signers.set(signer, 'pending')
  let valid = false
  for (const path of buildPaths(session, [signer])) if ((valid = path.at(-1) === anchor && session.isValid(path))) break
  session.signers.set(signer, valid ? 'valid' : 'invalid')
  return valid
}
