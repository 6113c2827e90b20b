// The JPKI certificate profile: names, four facts, validity, issuing and checking. `observed: certificates of J-LIS`.

export { classify } from './classify.ts'
export { authorityKeyIdentifier, EXTENSIONS, keyIdentifier } from './extension-fields.ts'
export type { CaKind, Hierarchy, Municipality } from './facts.ts'
export { decodeBirthDate, encodeBirthDate, fourInfoNames, readFourInfo, type Substitutes } from './four-info.ts'
export { allButFrames, type Frame, frameOf, frames, framesOnly } from './frame.ts'
export { issuerAmong, namesIssuer } from './issuer.ts'
export { LINTS } from './lints.ts'
export { authIdentifier, caName, crlDistributionPoint, signIdentifier } from './names.ts'
export { profileChecks } from './profile-checks.ts'
export {
  type CaProfile,
  type HolderProfile,
  KEYS,
  PROFILES,
  type Profile,
  type ProfileName,
  profileOf,
  type ResponderProfile,
  SERIAL_NUMBER,
} from './profiles.ts'
export { type FactsOf, tbsCertificate } from './tbs-certificate.ts'
export { caValidity, notAfter, renewableFrom, responderValidity, type ValidityRule, wholeSecond } from './validity.ts'
