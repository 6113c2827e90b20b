// What all formats of AdES have in common: a signature that was read, what is asked of it, what is answered.
// ETSI EN 319 102-1 §5.1.3, §5.2.

import type { Bytes } from '../../base/bytes.ts'
import type { CheckResult } from '../../base/verdict.ts'
import type { CertificateList } from '../../codec/crl.ts'
import type { Certificate } from '../../codec/x509.ts'
import type { AlgorithmIdentifier } from '../../codec/x509-algorithm.ts'
import type { AlgorithmPolicy, Purpose } from '../path-validation/index.ts'

export type Format = 'CAdES' | 'XAdES' | 'PAdES'

/** ETSI EN 319 122-1 §6.1 and its siblings; `none`: signed, but without what a baseline demands. */
export type Level = 'none' | 'B-B' | 'B-T' | 'B-LT' | 'B-LTA'

/** ETSI EN 319 102-1 §5.1.3, tables 5 and 6: whether a sub-indication is final or something might still turn up. */
export const SUB_INDICATIONS = {
  FORMAT_FAILURE: 'TOTAL-FAILED',
  HASH_FAILURE: 'TOTAL-FAILED',
  SIG_CRYPTO_FAILURE: 'TOTAL-FAILED',
  NOT_YET_VALID: 'TOTAL-FAILED',
  SIGNED_DATA_NOT_FOUND: 'INDETERMINATE',
  NO_SIGNING_CERTIFICATE_FOUND: 'INDETERMINATE',
  SIG_CONSTRAINTS_FAILURE: 'INDETERMINATE',
  NO_CERTIFICATE_CHAIN_FOUND: 'INDETERMINATE',
  CERTIFICATE_CHAIN_GENERAL_FAILURE: 'INDETERMINATE',
  CHAIN_CONSTRAINTS_FAILURE: 'INDETERMINATE',
  CRYPTO_CONSTRAINTS_FAILURE_NO_POE: 'INDETERMINATE',
  REVOKED_NO_POE: 'INDETERMINATE',
  REVOKED_CA_NO_POE: 'INDETERMINATE',
  OUT_OF_BOUNDS_NO_POE: 'INDETERMINATE',
  REVOCATION_OUT_OF_BOUNDS_NO_POE: 'INDETERMINATE',
  TRY_LATER: 'INDETERMINATE',
  TIMESTAMP_ORDER_FAILURE: 'INDETERMINATE',
} as const satisfies Record<string, 'TOTAL-FAILED' | 'INDETERMINATE'>
export type SubIndication = keyof typeof SUB_INDICATIONS
export type Indication = 'TOTAL-PASSED' | 'TOTAL-FAILED' | 'INDETERMINATE'

/** A check with what follows when it does not pass. */
export interface Constraint extends CheckResult {
  readonly subIndication?: SubIndication
}

/** What must hold, before it is known whether it does. */
export interface Rule {
  readonly name: string
  readonly cite: string
  readonly otherwise: SubIndication
}

export const holds = ({ name, cite }: Rule, evidence: string): Constraint => ({
  name,
  cite,
  outcome: 'passed',
  evidence,
})

/** Failed where the sub-indication is final or the rule is our own; else not decided. */
export const breaks = ({ name, cite, otherwise }: Rule, evidence: string): Constraint => ({
  name,
  cite,
  outcome: SUB_INDICATIONS[otherwise] === 'TOTAL-FAILED' ? 'failed' : 'indeterminate',
  evidence,
  subIndication: otherwise,
})

/** Certificates, CRLs and OCSP responses, DER. */
export interface ValidationData {
  readonly certificates: readonly Bytes[]
  readonly crls: readonly Bytes[]
  readonly ocspResponses: readonly Bytes[]
}

export const NO_DATA: ValidationData = { certificates: [], crls: [], ocspResponses: [] }

export const joinData = (...all: readonly ValidationData[]): ValidationData => ({
  certificates: all.flatMap(({ certificates }) => certificates),
  crls: all.flatMap(({ crls }) => crls),
  ocspResponses: all.flatMap(({ ocspResponses }) => ocspResponses),
})

/** A time stamp and what it must be of. */
export interface Stamp {
  readonly token: Bytes
  /** Octets that must have been stamped; a text when they cannot be told. */
  readonly stamped: Bytes | string
  /** Of an archive time stamp: the validation data that it protects, and the time stamps where it is not all before it. */
  readonly covers?: ValidationData & { readonly tokens?: readonly Bytes[] }
}

/** Of one document, with counter-signatures: each may cost as much as the document is long. */
export const MAX_SIGNATURES = 64
export const MAX_STAMPS = 128

/** One signature of a document, read but not judged. */
export interface ReadSignature {
  readonly format: Format
  /** Of form and of what is signed, each already decided. */
  readonly constraints: readonly Constraint[]
  readonly certificates: readonly Certificate[]
  readonly signer?: Certificate
  readonly signed?: { readonly tbs: Bytes; readonly signatureAlgorithm: AlgorithmIdentifier; readonly signature: Bytes }
  /** As the signer claims. */
  readonly signingTime?: Date
  readonly data: ValidationData
  /** Of what is signed, from before it was: the signer signed them too. */
  readonly contentTimeStamps: readonly Stamp[]
  readonly signatureTimeStamps: readonly Stamp[]
  /** Oldest first. */
  readonly archiveTimeStamps: readonly Stamp[]
  /** What the signature is over, in words for whoever relies on it. */
  readonly scope: readonly Scope[]
  /** Signatures over this one's value; they have none themselves. */
  readonly counterSignatures: readonly ReadSignature[]
  /** What it brings besides, by its name in the standard: nobody here looks at it. */
  readonly notJudged: readonly string[]
}

export interface Scope {
  readonly name: string
  readonly sha256: string
  /** Whether nothing of the document is left out. */
  readonly whole: boolean
}

/** What whoever validates brings. Nothing is fetched. */
export interface ValidationContext {
  readonly trustAnchors: readonly Certificate[]
  /** For time stamps; by default those for signatures. */
  readonly timeStampAnchors?: readonly Certificate[]
  readonly certificates?: readonly Bytes[]
  readonly crls?: readonly (Bytes | CertificateList)[]
  readonly ocspResponses?: readonly Bytes[]
  /** The nonce of the OCSP request, when one was sent. */
  readonly nonce?: Bytes
  readonly time: Date
  /** Default: nonRepudiation, which a certificate for signatures has. RFC 5280 §4.2.1.3. */
  readonly purpose?: Purpose
  readonly algorithms?: AlgorithmPolicy
  /** Default: it must be known that no certificate is revoked. */
  readonly revocation?: 'required' | 'if-given'
  /** What was signed, of a detached signature: by the URI that refers to it; a CAdES has one, named ''. */
  readonly detached?: ReadonlyMap<string, Bytes>
}
