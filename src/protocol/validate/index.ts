// The validator for programs outside of this repository, published as `kazasu/validate`. docs/validate.md.

export type { CheckResult, Outcome } from '../../base/verdict.ts'
export { PUBLISHED_ANCHORS, type PublishedAnchor, publishedAnchorOf } from '../jpki-profile/published-anchors.ts'
export type { AlgorithmPolicy, InitialSettings, Purpose } from '../path-validation/index.ts'
export { type TimeStampInput, type TimeStampVerdict, verifyTimeStamp } from '../time-stamp/index.ts'
export {
  REPORT_SCHEMA,
  type Report,
  type ReportedCertificate,
  type ReportedList,
  type ReportedRevocation,
  type ReportedSource,
  readReport,
} from './report.ts'
export { type ValidateInput, validate } from './validate.ts'
