// Signed documents of any format for `kazasu verify`: every signature judged by the files that are given. ETSI EN 319 102-1.

import { basename } from 'node:path'
import type { Bytes } from '../../base/bytes.ts'
import { formatOf } from '../../protocol/ades/index.ts'
import { judgeDocument } from '../../roles/verifier/signatures/verify.ts'
import type { Language } from '../web/language.ts'
import { TEXTS } from '../web/messages.ts'
import { listed, type Report, stampKind, titleOf } from '../web/screens/report-words.ts'
import { viewerOf } from '../web/viewer.ts'
import { printCheck } from './print.ts'
import { caCertificate, type Needs, read } from './verify-files.ts'

export interface DocumentFiles {
  readonly tsa: readonly string[]
  readonly crl: readonly string[]
  /** What was signed, where it is not in the document. */
  readonly detached?: string
}

/** ContentInfo begins with an OID, a certificate with another SEQUENCE. RFC 5652 §3, RFC 5280 §4.1. */
export const isContentInfo = (octets: Bytes): boolean =>
  octets[(octets[1] ?? 0) > 0x80 ? 2 + (octets[1]! & 0x7f) : 2] === 0x06

/** XML, PDF and CMS; a certificate is none of them. */
export const isDocument = (octets: Bytes): boolean => formatOf(octets) !== 'CAdES' || isContentInfo(octets)

export async function judgedDocument(document: Bytes, needs: Needs, files: DocumentFiles): Promise<Report> {
  const anchors = (await Promise.all(files.tsa.map(read))).map(caCertificate)
  const lists = await Promise.all(files.crl.map(read))
  const timeStamps = { anchors, crls: async () => lists, ask: never }
  const { detached } = files
  // An XML signature refers to a file by its name, a CMS by none.
  const uri = detached !== undefined && formatOf(document) === 'XAdES' ? basename(detached) : ''
  const content = detached === undefined ? [] : [{ uri, content: await read(detached) }]
  const { answer } = await judgeDocument({ ...needs, timeStamps }, { document, detached: content })
  return answer.report
}

async function never(): Promise<never> {
  throw new Error('nothing is stamped off line')
}

export function printedDocument(
  file: string,
  report: Report,
  language: Language,
  said: (check: string) => string,
): string {
  const { signing } = TEXTS[language]
  const viewer = viewerOf(language)
  const lines = listed(viewer, report).flatMap(([title, signature]) => {
    const { format, level, subIndication, signingTime, bestSignatureTime, path, checks, indication } = signature
    const { timeStamps, notJudged } = signature
    return [
      `${title}: ${titleOf(viewer, indication)} [${indication}${subIndication ? `, ${subIndication}` : ''}]`,
      `  ${signing.form}: ${format} ${level}`,
      ...(path[0] ? [`  ${signing.certificate}: ${path[0].serialNumber}, ${path[0].issuer}`] : []),
      ...(signingTime ? [`  ${signing.claimedTime}: ${signingTime}`] : []),
      ...(bestSignatureTime ? [`  ${signing.provenTime}: ${bestSignatureTime}`] : []),
      ...timeStamps.map(
        (stamp) => `  ${signing.stamps} ${stampKind(viewer, stamp)}: ${[stamp.time, stamp.authority].join(', ')}`,
      ),
      ...(notJudged.length > 0 ? [`  ${signing.notJudged}: ${notJudged.join(', ')}`] : []),
      ...checks.map((check) => `  ${printCheck({ ...check, name: said(check.name) })}`),
    ]
  })
  const none = report.signatures.length === 0 ? [signing.none] : []
  const judged = `${signing.judgedAt}: ${report.judgedAt}`
  return [...lines, ...none, judged, `${file}: ${titleOf(viewer, report.indication)}`, ''].join('\n')
}
