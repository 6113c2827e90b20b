// `/authority/applications`: for J-LIS's operators. Whose turn each application is, and who proved what, when and how.

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import type { SpTsm } from '../../../roles/sp-tsm/contract.ts'
import { buttonLink, notice, rows } from '../components.ts'
import { show } from '../page.ts'
import { a, type Child, caption, code, div, h1, p, table, tbody, td, th, thead, tr } from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

const PATH = '/authority/applications'

type Application = Awaited<ReturnType<SpTsm['applications']>>['applications'][number]
type Evidence = Awaited<ReturnType<SpTsm['evidence']>>['evidence'][number]

export function applicationScreens(world: WebWorld): Hono {
  const app = new Hono()
  app.get('/', (c) => list(c, world))
  app.get('/:reference', (c) => one(c, world))
  return app
}

function page(c: Context, viewer: Viewer, ...content: Child[]): Response {
  const { title } = viewer.t.applications
  return show(c, { viewer, title, theme: 'authority', content: div({ class: 'narrow' }, h1({}, title), ...content) })
}

async function list(c: Context, { spTsm }: WebWorld): Promise<Response> {
  const viewer = viewerOfRequest(c)
  const { t, format } = viewer
  const { applications } = await spTsm.applications({})
  const heads = [t.applications.appliedAt, t.applications.way, t.applications.state, t.applications.turn]
  const lines = applications.map((application) => [
    a({ href: `${PATH}/${application.reference}` }, format.minute(application.appliedAt)),
    t.applications[application.way],
    code({}, application.state),
    turn(viewer, application),
  ])
  return page(
    c,
    viewer,
    p({}, t.applications.lead),
    applications.length === 0 ? p({}, t.applications.none) : framed(t.applications.title, heads, lines),
  )
}

function turn({ t }: Viewer, { turn: whose, waitsFor }: Application): string {
  const who = whose === null ? t.applications.nobody : t.applications[whose === 'j-lis' ? 'jLis' : whose]
  return waitsFor ? `${who} (${t.applications[waitsFor]})` : who
}

async function one(c: Context, { spTsm }: WebWorld): Promise<Response> {
  const viewer = viewerOfRequest(c)
  const { t } = viewer
  const reference = c.req.param('reference') ?? ''
  const { whole, evidence } = await spTsm.evidence({ reference })
  const found = (await spTsm.applications({})).applications.find((application) => application.reference === reference)
  const heads = [t.applications.at, t.applications.what, t.applications.by, t.applications.outcome]
  return page(
    c,
    viewer,
    rows(
      [t.applications.reference, code({}, reference)],
      ...(found ? [[t.applications.turn, turn(viewer, found)] as const] : []),
    ),
    whole ? notice('success', t.applications.whole) : notice('error', t.applications.broken),
    framed(
      t.applications.evidence,
      heads,
      evidence.map((row) => line(viewer, row)),
    ),
    buttonLink(PATH, t.applications.back, 'secondary'),
  )
}

const BY = { verifier: 'jLis', authority: 'jLis', counter: 'municipality', applicant: 'holder' } as const

function line({ t, format }: Viewer, { at, kind, by, outcome, sealed }: Evidence): Child[] {
  const said = { passed: t.page.passed, failed: t.page.failedCheck, indeterminate: t.page.indeterminate }[outcome]
  const who = BY[by as keyof typeof BY] ?? (by as 'carrier' | 'post')
  return [
    format.minute(at),
    t.applications[kind as 'line'],
    t.applications[who],
    sealed ? `${said} (${t.applications.sealed})` : said,
  ]
}

const framed = (label: string, heads: readonly string[], lines: readonly (readonly Child[])[]): VNode =>
  div(
    { class: 'table-wrap', tabIndex: 0, role: 'region', 'aria-label': label },
    table(
      {},
      caption({}, label),
      thead({}, tr({}, ...heads.map((text) => th({ scope: 'col' }, text)))),
      tbody({}, ...lines.map((cells) => tr({}, ...cells.map((cell) => td({}, cell))))),
    ),
  )
