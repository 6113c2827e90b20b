// `kazasu verify`: a certificate, or a signed CMS, XML or PDF, against published CA certificates and CRLs, or against OCSP responses,
// with a time stamp where there is one. Works off line. For people in Japanese or English, for programs as a report.

import type { Bytes } from '../../base/bytes.ts'
import { joined, type Verdict } from '../../base/verdict.ts'
import type { PathVerdict } from '../../protocol/path-validation/index.ts'
import { verifyTimeStamp } from '../../protocol/time-stamp/index.ts'
import { type Report, type ReportedSource, reportOf } from '../../protocol/validate/report.ts'
import { checkCertificate } from '../../roles/verifier/certificate-checks.ts'
import { checkSignature } from '../../roles/verifier/verify-signature.ts'
import { checkText } from '../web/check-texts.ts'
import { isLanguage, type Language } from '../web/language.ts'
import { OUTCOMES } from '../web/screens/report-words.ts'
import { printCheck } from './print.ts'
import { USAGE } from './run-command.ts'
import { type DocumentFiles, isContentInfo, isDocument, judgedDocument, printedDocument } from './verify-document.ts'
import { caCertificate, type Files, type Needs, offline, read } from './verify-files.ts'

export interface VerifyOptions extends Files, DocumentFiles {
  readonly timeStamp?: string
  readonly lang?: string
  readonly json?: boolean
}

const EXIT = { passed: 0, failed: 1, indeterminate: 2 } as const

/** Of what could not be begun, so that nobody takes it for a verdict: sysexits.h. A file that is not what it should be is 65. */
const CANNOT_BEGIN: Readonly<Record<string, number>> = {
  'verify/bad-time': USAGE,
  'verify/unreadable': 66,
  'verify/no-anchor': 66,
}
export const cannotBegin = (code: string): number => CANNOT_BEGIN[code] ?? 65

export async function verify(file: string, options: VerifyOptions): Promise<number> {
  const document = await read(file)
  const needs = await offline(options)
  const language = languageOf(options)
  const show = (report: object, text: () => string) =>
    void process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : text())
  // A time stamp in a file of its own is of the file as a whole.
  if (isDocument(document) && options.timeStamp === undefined) {
    const report = await judgedDocument(document, needs, options)
    show(report, () => printedDocument(file, report, language, saidIn(language)))
    return EXIT[OUTCOMES[report.indication]]
  }
  const report = await judged(document, needs, options)
  show(report, () => printed(file, report, language))
  return EXIT[report.outcome]
}

const saidIn = (language: Language) => (name: string) => (language === 'ja' ? checkText(name)?.ja : undefined) ?? name

async function judged(document: Bytes, needs: Needs, options: VerifyOptions): Promise<Report> {
  const { verdict, path, stamped } = await checked(document, needs)
  if (options.timeStamp === undefined) return reportOf(verdict, path, needs.clock())
  const { existedAt, ...stamp } = verifyTimeStamp({
    timeStamp: await read(options.timeStamp),
    stamped,
    trustAnchors: (await Promise.all(options.tsa.map(read))).map(caCertificate),
    revocation: { required: false },
    time: needs.clock(),
  })
  return reportOf(joined(verdict, stamp), path, needs.clock(), existedAt)
}

interface Checked {
  readonly verdict: Verdict
  readonly path: PathVerdict | undefined
  /** What a time stamp may be of: the file, or the value of the signature in it. RFC 5126 §6.1.1. */
  readonly stamped: readonly Bytes[]
}

async function checked(document: Bytes, needs: Needs): Promise<Checked> {
  if (isContentInfo(document)) {
    const { verdict, path, signed } = await checkSignature(needs, document)
    return { verdict, path, stamped: signed ? [document, signed.signer.signature] : [document] }
  }
  const { verdict, path } = await checkCertificate(needs, document)
  return { verdict, path, stamped: [document] }
}

/** As it is said, else as the terminal's locale says. */
const languageOf = ({ lang }: VerifyOptions): Language =>
  isLanguage(lang) ? lang : /^ja/.test(process.env.LC_ALL || process.env.LANG || '') ? 'ja' : 'en'

const WORDS = {
  passed: { ja: '有効', en: 'passed' },
  failed: { ja: '無効', en: 'failed' },
  indeterminate: { ja: '確かめられない(有効ではない)', en: 'indeterminate' },
  judgedAt: { ja: '検証した時刻', en: 'judged at' },
  existedAt: { ja: '遅くともこの時刻に存在', en: 'existed at the latest at' },
  by: { ja: '失効情報', en: 'revocation by' },
  made: { ja: '作成', en: 'made' },
  next: { ja: '次回', en: 'next' },
} as const

function printed(file: string, report: Report, language: Language): string {
  const word = (key: keyof typeof WORDS) => WORDS[key][language]
  const said = saidIn(language)
  const sources = report.revocation.flatMap((one) => one.sources.map((source) => sourceLine(source, language)))
  return [
    ...report.checks.map((check) => `  ${printCheck({ ...check, name: said(check.name) })}`),
    ...sources.map((line) => `  ${word('by')}: ${line}`),
    `  ${word('judgedAt')}: ${report.judgedAt}`,
    ...(report.existedAt ? [`  ${word('existedAt')}: ${report.existedAt}`] : []),
    `${file}: ${word(report.outcome)}`,
    '',
  ].join('\n')
}

function sourceLine(source: ReportedSource, language: Language): string {
  const [made, next] = [WORDS.made[language], WORDS.next[language]]
  const what = source.kind === 'crl' ? `CRL ${source.number}, ${source.issuer}` : 'OCSP'
  const end = source.nextUpdate ? `, ${next} ${source.nextUpdate}` : ''
  return `${what}, ${made} ${source.thisUpdate}${end} (SHA-256 ${source.sha256.slice(0, 16)}…)`
}
