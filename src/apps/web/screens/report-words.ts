// What a report on signatures says, in words: the same on the page and in the PDF.

import type { Verdict } from '../../../base/verdict.ts'
import type { Verifier } from '../../../roles/verifier/contract.ts'
import type { Viewer } from '../viewer.ts'

export type Report = Awaited<ReturnType<Verifier['report']>>['report']
export type ReportedSignature = Report['signatures'][number]
type Indication = Report['indication']

export const OUTCOMES = { 'TOTAL-PASSED': 'passed', 'TOTAL-FAILED': 'failed', INDETERMINATE: 'indeterminate' } as const

export const titleOf = ({ t }: Pick<Viewer, 't'>, indication: Indication): string =>
  ({
    passed: t.signing.passedTitle,
    failed: t.signing.failedTitle,
    indeterminate: t.signing.openTitleReport,
  })[OUTCOMES[indication]]

export const verdictOf = ({ indication, checks }: ReportedSignature): Verdict => ({
  outcome: OUTCOMES[indication],
  checks,
})
