// Path validation. RFC 5280 §6.

export { authorityKeyIdentifierOf, mayHaveIssued } from './build-path.ts'
export type { PathInput, PathVerdict, Purpose, RevocationEvidence, RevocationStatus } from './input.ts'
export { signatureBy } from './signature.ts'
export { validatePath } from './validate-path.ts'
