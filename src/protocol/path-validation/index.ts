// Path validation. RFC 5280 §6.

export { type AlgorithmPolicy, methodOf, weakAlgorithm } from './algorithms.ts'
export { authorityKeyIdentifierOf, mayHaveIssued } from './build-path.ts'
export type {
  CertificateStatus,
  InitialSettings,
  PathInput,
  PathVerdict,
  Purpose,
  RevocationEvidence,
  RevocationStatus,
} from './input.ts'
export { signatureBy } from './signature.ts'
export type { Source } from './status.ts'
export { validatePath } from './validate-path.ts'
