// The JPKI certificate profile: names, four facts, validity, issuing and checking. `observed: certificates of J-LIS`.

export { classify, type HolderKind } from './classify.ts'
export { decodeBirthDate, encodeBirthDate, fourInfoNames, readFourInfo, type Substitutes } from './four-info.ts'
export { issuerAmong } from './issuer.ts'
export { LINTS, type LintEvidence } from './lints.ts'
export {
  authIdentifier,
  authSubject,
  caAltName,
  caName,
  crlDistributionPoint,
  type Municipality,
  readAuthSubject,
  responderName,
  signIdentifier,
  signSubject,
} from './names.ts'
export { type ProfileEvidence, profileChecks } from './profile-checks.ts'
export {
  type CaKind,
  type CaProfile,
  CPS_URI,
  type Hierarchy,
  type HolderProfile,
  OCSP_URI,
  PROFILES,
  type Profile,
  type ProfileName,
  profileOf,
  type ResponderProfile,
} from './profiles.ts'
export {
  type AuthFacts,
  authorityKeyIdentifier,
  type CaFacts,
  type FactsOf,
  keyIdentifier,
  type ResponderFacts,
  type SignFacts,
  tbsCertificate,
} from './tbs-certificate.ts'
export { notAfter, type ValidityRule } from './validity.ts'
