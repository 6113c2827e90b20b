// `/verify`: a signed document is chosen, and what was found of its signatures is a page, JSON or a PDF. ETSI EN 319 102-1.

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import { utf8 } from '../../../base/bytes.ts'
import type { Verifier } from '../../../roles/verifier/contract.ts'
import { allChecks, failures } from '../check-list.ts'
import { buttonLink, fileField, notice, panel, type Row, rows, submit, upload } from '../components.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { type Child, code, div, h1, li, p, ul } from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import { reportPdf } from './report-pdf.ts'
import { listed, type Report, type ReportedSignature, stampText, titleOf, verdictOf } from './report-words.ts'

/** Reports of this verifier under this address. */
export function reportScreens(verifier: Pick<Verifier, 'report'>, path: string): Hono {
  const app = new Hono()
  const of = (answer: (c: Context, report: Report, reportId: string) => Response) => async (c: Context) => {
    const reportId = c.req.param('reportId') ?? ''
    return answer(c, (await verifier.report({ reportId })).report, reportId)
  }
  app.get(
    '/:reportId{[0-9a-f]{32}}',
    of((c, report, reportId) => reportPage(c, report, `${path}/${reportId}`)),
  )
  app.get(
    '/:reportId{[0-9a-f]{32}}/report.json',
    of((_, report) => asJson(report)),
  )
  app.get(
    '/:reportId{[0-9a-f]{32}}/report.pdf',
    of((c, report) => asPdf(viewerOfRequest(c), report)),
  )
  return app
}

export function verifyScreens(verifier: Pick<Verifier, 'report' | 'reportOn'>): Hono {
  const app = new Hono()
  app.get('/', (c) => form(c))
  app.post('/', async (c) => {
    const { document } = await c.req.parseBody()
    if (!(document instanceof File) || document.size === 0) return form(c, viewerOfRequest(c).t.signing.noFile)
    const made: string[] = []
    const refused = await attempt(async () => {
      made.push((await verifier.reportOn({ document: new Uint8Array(await document.arrayBuffer()) })).reportId)
    })
    return refused ? form(c, refused) : c.redirect(`/verify/${made[0]}`, 303)
  })
  app.route('/', reportScreens(verifier, '/verify'))
  return app
}

/** More than the verifier takes, so that it is the verifier that says so. */
export const UPLOAD_LIMIT = 16 << 20
export const tooLarge = (c: Context): Response => form(c, viewerOfRequest(c).t.signing.tooLarge)

function form(c: Context, trouble: Trouble | null = null): Response {
  const viewer = viewerOfRequest(c)
  const { t } = viewer
  const field = { name: 'document', label: t.signing.file, hint: t.signing.fileHint, invalid: trouble !== null }
  return show(c, {
    viewer,
    theme: 'kazasu',
    title: t.signing.verifyTitle,
    ...(trouble ? { trouble: true, status: statusOf(trouble) } : {}),
    content: div(
      { class: 'narrow' },
      h1({}, t.signing.verifyTitle),
      trouble ? troubleNotice(viewer, trouble) : null,
      p({ class: 'lead' }, t.signing.verifyLead),
      upload('/verify', fileField(field), submit(t.signing.verify)),
    ),
  })
}

const KINDS = { 'TOTAL-PASSED': 'success', 'TOTAL-FAILED': 'error', INDETERMINATE: 'warning' } as const

function reportPage(c: Context, report: Report, here: string): Response {
  const viewer = viewerOfRequest(c)
  const { t, format } = viewer
  const title = titleOf(viewer, report.indication)
  return show(c, {
    viewer,
    theme: 'kazasu',
    title: `${title} | ${t.signing.verifyTitle}`,
    content: div(
      { class: 'narrow' },
      h1({}, t.signing.verifyTitle),
      notice(KINDS[report.indication], title, report.signatures.length === 0 ? p({}, t.signing.none) : null),
      ...listed(viewer, report).map(([name, signature]) => signaturePanel(viewer, name, signature)),
      panel(
        t.signing.document,
        rows(
          [t.signing.judgedAt, format.minute(new Date(report.judgedAt))],
          [t.signing.digest, code({ class: 'digest' }, report.documentSha256)],
        ),
      ),
      buttonLink(`${here}/report.pdf`, t.signing.asPdf, 'secondary'),
      buttonLink(`${here}/report.json`, t.signing.asJson, 'secondary'),
      buttonLink('/verify', t.signing.verifyOther),
    ),
  })
}

function signaturePanel(viewer: Viewer, title: string, signature: ReportedSignature): VNode {
  const { t, format } = viewer
  const { signingTime, bestSignatureTime, path, timeStamps, notJudged, subIndication } = signature
  const verdict = verdictOf(signature)
  const minute = (time: string): Child => format.minute(new Date(time))
  const facts: Row[] = [
    [t.signing.result, format.aside(titleOf(viewer, signature.indication), subIndication ?? null)],
    [t.signing.form, `${signature.format} ${signature.level}`],
    ...(signingTime ? [[t.signing.claimedTime, minute(signingTime)] as const] : []),
    ...(bestSignatureTime ? [[t.signing.provenTime, minute(bestSignatureTime)] as const] : []),
    ...(path[0] ? [[t.signing.certificate, code({}, path[0].serialNumber)] as const] : []),
    ...(path[0] ? [[t.signing.issuer, path[0].issuer] as const] : []),
    ...(timeStamps.length > 0 ? [stampRow(viewer, signature)] : []),
    ...(notJudged.length > 0 ? [[t.signing.notJudged, code({}, notJudged.join(', '))] as const] : []),
  ]
  return panel(
    title,
    verdict.outcome === 'passed' ? null : failures(viewer, verdict),
    rows(...facts),
    allChecks(viewer, verdict),
  )
}

const stampRow = (viewer: Viewer, { timeStamps }: ReportedSignature): Row => [
  viewer.t.signing.stamps,
  ul({ class: 'inline' }, ...timeStamps.map((stamp) => li({}, stampText(viewer, stamp)))),
]

const file = (octets: Uint8Array, type: string, name: string): Response =>
  new Response(octets.slice(), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })

const asJson = (report: Report): Response =>
  file(utf8(`${JSON.stringify(report, null, 2)}\n`), 'application/json', 'report.json')

const asPdf = (viewer: Viewer, report: Report): Response =>
  file(reportPdf(viewer, report), 'application/pdf', 'report.pdf')
