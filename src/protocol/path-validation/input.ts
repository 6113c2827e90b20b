// What path validation is given and what it works on. RFC 5280 §6.1.1.

import type { Bytes } from '../../base/bytes.ts'
import type { Verdict } from '../../base/verdict.ts'
import type { CertificateList } from '../../codec/crl.ts'
import type { GeneralName } from '../../codec/name-general.ts'
import type { Certificate } from '../../codec/x509.ts'
import type { NameConstraints } from '../../codec/x509-constraints.ts'
import type { KeyUsage } from '../../codec/x509-extensions.ts'
import type { AlgorithmPolicy } from './algorithms.ts'
import type { Session } from './session.ts'
import type { Source } from './status.ts'

/** What the certificate must be good for; what is absent is not asked. */
export interface Purpose {
  /** All of these bits. */
  readonly keyUsage?: readonly KeyUsage[]
  /** One of these purposes. */
  readonly extendedKeyUsage?: readonly string[]
  /** This name of a host, mailbox or address; a common name is none. RFC 9525 §6. */
  readonly name?: GeneralName
  /** The user-initial-policy-set: one of these OIDs. Absent: any policy, or none. */
  readonly policies?: readonly string[]
}

/** RFC 5280 §6.1.1 (e) to (i), where a caller wants other than the default. */
export interface InitialSettings {
  /** By default when policies are asked for: then a path without a policy fails. */
  readonly requireExplicitPolicy?: boolean
  /** Default: mappings are processed. */
  readonly inhibitPolicyMapping?: boolean
  /** Default: anyPolicy is processed. */
  readonly inhibitAnyPolicy?: boolean
  /** Initial permitted and excluded subtrees. */
  readonly nameConstraints?: NameConstraints
}

export interface RevocationEvidence {
  /** False: a certificate of which nothing is said passes. Evidence that is given counts all the same. */
  readonly required: boolean
  /** A list that was decoded once may be given again and again. */
  readonly crls?: readonly (Bytes | CertificateList)[]
  readonly ocspResponses?: readonly Bytes[]
  /** The nonce of the OCSP request, when one was sent: the response must repeat it. */
  readonly nonce?: Bytes
}

export interface PathInput {
  readonly certificate: Bytes | Certificate
  /** Certificates from which a path may be built, in any order; those that cannot be read are passed over. */
  readonly intermediates?: readonly (Bytes | Certificate)[]
  /** Self-signed certificates of the CA generations that are trusted. */
  readonly trustAnchors: readonly Certificate[]
  readonly time: Date
  readonly purpose: Purpose
  readonly revocation: RevocationEvidence
  readonly initial?: InitialSettings
  /** Weak algorithms that are accepted all the same; by default none. */
  readonly algorithms?: AlgorithmPolicy
}

/** `notAsked`: nothing was required and nothing given. */
export type RevocationStatus = 'good' | 'revoked' | 'unknown' | 'notAsked'

/** What was found of one certificate of the path, and what it was read from. */
export interface CertificateStatus {
  readonly certificate: Certificate
  readonly status: RevocationStatus
  readonly evidence: string
  readonly sources: readonly Source[]
}

export interface PathVerdict extends Verdict {
  /** The end entity's certificate first, the trust anchor last; shorter when none was reached. */
  readonly path: readonly Certificate[]
  readonly status: RevocationStatus
  /** For each certificate below the anchor, in the order of the path; empty when no anchor was reached. */
  readonly revocation: readonly CertificateStatus[]
}

/** A path, which reached an anchor or did not, with all that the checks look at. */
export interface Evidence {
  readonly path: readonly Certificate[]
  readonly session: Session
  readonly purpose: Purpose
  readonly initial: InitialSettings
}
