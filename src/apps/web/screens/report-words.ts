// What a report on signatures says, in words: the same on the page and in the PDF.

import type { Verdict } from '../../../base/verdict.ts'
import type { Verifier } from '../../../roles/verifier/contract.ts'
import type { Viewer } from '../viewer.ts'

export type Report = Awaited<ReturnType<Verifier['report']>>['report']
export type ReportedSignature = Omit<Report['signatures'][number], 'counterSignatures'>
type Indication = Report['indication']

export const OUTCOMES = { 'TOTAL-PASSED': 'passed', 'TOTAL-FAILED': 'failed', INDETERMINATE: 'indeterminate' } as const

export const titleOf = ({ t }: Pick<Viewer, 't'>, indication: Indication): string =>
  ({
    passed: t.signing.passedTitle,
    failed: t.signing.failedTitle,
    indeterminate: t.signing.openTitleReport,
  })[OUTCOMES[indication]]

/** Each signature, then those over it, with their titles. */
export const listed = ({ t }: Pick<Viewer, 't'>, { signatures }: Report): (readonly [string, ReportedSignature])[] =>
  signatures.flatMap((signature, i) => [
    [t.signing.signature(i + 1), signature] as const,
    ...signature.counterSignatures.map((counter) => [t.signing.counterSignature(i + 1), counter] as const),
  ])

type ReportedStamp = ReportedSignature['timeStamps'][number]

/** Of what it is, and whether it is believed. */
export const stampKind = ({ t }: Pick<Viewer, 't'>, { kind, believed }: ReportedStamp): string =>
  `(${t.signing[`${kind}Stamp`]}${believed ? '' : ` … ${t.page.indeterminate}`})`

export const stampText = (viewer: Viewer, stamp: ReportedStamp): string =>
  [stamp.time ? viewer.format.minute(new Date(stamp.time)) : '—', stamp.authority ?? '', stampKind(viewer, stamp)]
    .filter((part) => part !== '')
    .join(' ')

export const verdictOf = ({ indication, checks }: ReportedSignature): Verdict => ({
  outcome: OUTCOMES[indication],
  checks,
})
