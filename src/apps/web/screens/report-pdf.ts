// A report on signatures as a PDF, to be kept or printed.

import type { Bytes } from '../../../base/bytes.ts'
import { type TextLine, textPdf } from '../../../codec/pdf/text.ts'
import { checkText } from '../check-texts.ts'
import type { Viewer } from '../viewer.ts'
import { listed, type Report, type ReportedSignature, stampText, titleOf } from './report-words.ts'

export function reportPdf(viewer: Viewer, report: Report): Bytes {
  const { t, language, format } = viewer
  return textPdf(t.signing.reportTitle, language, [
    { text: t.signing.reportTitle, size: 18 },
    { text: titleOf(viewer, report.indication), size: 14, above: 8 },
    ...fact(t.signing.judgedAt, format.minute(new Date(report.judgedAt))),
    ...fact(t.signing.digest, report.documentSha256),
    ...(report.signatures.length === 0 ? [{ text: t.signing.none, above: 8 }] : []),
    ...listed(viewer, report).flatMap(([title, signature]) => signatureLines(viewer, title, signature)),
  ])
}

const fact = (name: string, value: string): TextLine[] => [
  { text: name, size: 9, above: 6 },
  { text: value, size: 11, indent: 12 },
]

function signatureLines(viewer: Viewer, title: string, signature: ReportedSignature): TextLine[] {
  const { t, format } = viewer
  const { indication, subIndication, level, signingTime, bestSignatureTime, path, timeStamps, notJudged } = signature
  const minute = (time: string): string => format.minute(new Date(time))
  return [
    { text: title, size: 14, above: 16 },
    ...fact(t.signing.result, [titleOf(viewer, indication), indication, subIndication ?? ''].join(' ').trim()),
    ...fact(t.signing.form, `${signature.format} ${level}`),
    ...(signingTime ? fact(t.signing.claimedTime, minute(signingTime)) : []),
    ...(bestSignatureTime ? fact(t.signing.provenTime, minute(bestSignatureTime)) : []),
    ...path.flatMap(({ subject, serialNumber, sha256 }) =>
      fact(t.signing.certificate, `${subject}, ${serialNumber}, SHA-256 ${sha256}`),
    ),
    ...timeStamps.flatMap((stamp) => fact(t.signing.stamps, stampText(viewer, stamp))),
    ...(notJudged.length > 0 ? fact(t.signing.notJudged, notJudged.join(', ')) : []),
    ...signature.checks.flatMap((check) => checkLines(viewer, check)),
  ]
}

function checkLines({ t, language }: Viewer, check: ReportedSignature['checks'][number]): TextLine[] {
  const outcome = { passed: t.page.passed, failed: t.page.failedCheck, indeterminate: t.page.indeterminate }
  return [
    { text: `${outcome[check.outcome]}: ${checkText(check.name)?.[language] ?? check.name}`, size: 9, above: 4 },
    { text: `${check.evidence} [${check.cite}]`, size: 8, indent: 12 },
  ]
}
