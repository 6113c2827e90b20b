// `/bank/open`, `/securities`: an account opened by a signed application. The bank has the common platform verify (seed 2
// pattern 1-2), the securities firm verifies itself (pattern 1-1).

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import type { Service } from '../../../roles/service/contract.ts'
import { buttonLink, notice, passwordField, post, rows, submit, tile } from '../components.ts'
import { icon } from '../icons.ts'
import { inLanguage } from '../language.ts'
import { type Screen, show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, div, h1, h2, p, section, span, strong } from '../tags.ts'
import { fields, plainText, type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

export interface OpeningPlace {
  readonly service: Service
  /** "日本語 / English". */
  readonly name: string
  readonly path: string
  /** It verifies signatures itself. */
  readonly own: boolean
}

export const OPENINGS = ({ bank, bankName, securities, securitiesName }: WebWorld): OpeningPlace[] => [
  { service: bank, name: bankName, path: '/bank/open', own: false },
  { service: securities, name: securitiesName, path: '/securities', own: true },
]

interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
  readonly place: OpeningPlace
}

export function openingScreens(world: WebWorld, place: OpeningPlace): Hono {
  const app = new Hono()
  const of = (handler: (at: At) => Promise<Response>) => (c: Context) =>
    handler({ c, world, place, viewer: viewerOfRequest(c) })
  app.get('/', of(form)).post(of(open))
  app.get('/:requestId{[0-9a-f]{32}}', of(waitOrEnd))
  return app
}

type Page = Pick<Screen, 'title' | 'content'> & Partial<Pick<Screen, 'waiting' | 'trouble' | 'status'>>

function page({ c, viewer, place }: At, { content, title, ...rest }: Page): Response {
  const name = inLanguage(place.name, viewer.language)
  const frame = div({ class: 'narrow' }, div({ class: 'bank-name' }, icon('bank', 'large'), p({}, name)), content)
  return show(c, { viewer, theme: 'bank', title: `${title} | ${name}`, content: frame, ...rest })
}

const form = async (at: At): Promise<Response> => formScreen(at)

function formScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const invalid = trouble !== null
  const content = div(
    {},
    h1({}, t.signing.openTitle),
    trouble ? troubleNotice(at.viewer, trouble) : null,
    p({ class: 'lead' }, t.signing.openLead),
    post(
      at.place.path,
      passwordField({
        name: 'passcode',
        label: t.signing.passcode,
        hint: t.signing.passcodeHint,
        digits: true,
        length: 12,
        invalid,
      }),
      passwordField({ name: 'again', label: t.signing.passcodeAgain, digits: true, length: 12, invalid }),
      submit(t.signing.toSigning),
    ),
    p({ class: 'hint' }, at.place.own ? t.signing.ownVerifier : t.signing.platformVerifier),
  )
  const status = trouble ? { trouble: true, status: statusOf(trouble) } : {}
  return page(at, { title: t.signing.openTitle, content, ...status })
}

const PASSCODE = /^[0-9]{6,12}$/

async function open(at: At): Promise<Response> {
  const { t } = at.viewer
  const entered = await fields(at.c, 'passcode', 'again')
  const passcode = plainText(entered.passcode)
  if (!PASSCODE.test(passcode)) return formScreen(at, t.signing.passcodeShape)
  if (passcode !== plainText(entered.again)) return formScreen(at, t.signing.passcodesDiffer)
  const asked: string[] = []
  const refused = await attempt(async () => {
    asked.push((await at.place.service.openAccount({ passcode })).requestId)
  })
  return refused ? formScreen(at, refused) : at.c.redirect(`${at.place.path}/${asked[0]}`, 303)
}

async function waitOrEnd(at: At): Promise<Response> {
  const { t } = at.viewer
  const requestId = at.c.req.param('requestId') ?? ''
  const { service } = at.place
  const opening = await service.accountOpening({ requestId })
  if (opening.state === 'waiting') {
    return page(at, { title: t.signing.waitTitle, content: waiting(at, requestId, opening), waiting: true })
  }
  if (opening.state === 'opened') return page(at, { title: t.signing.openedTitle, content: opened(at, opening) })
  const [title, text] =
    opening.state === 'declined'
      ? [t.signing.declinedTitle, t.signing.declined]
      : [t.signing.expiredTitle, t.signing.expired]
  const content = div({}, h1({}, title), notice('info', text), buttonLink(at.place.path, t.signing.again))
  return page(at, { title, content })
}

function waiting({ viewer: { t, say }, world, c }: At, requestId: string, { code, party }: Opening): VNode {
  const query = `request=${requestId}${party === null ? '' : `&party=${party}`}`
  return div(
    {},
    h1({}, t.signing.waitTitle),
    section({ class: 'compare' }, h2({}, t.asking.code), p({ class: 'compare-code' }, strong({}, code))),
    p({ class: 'wait', role: 'status' }, icon('wave'), span({}, t.signing.waiting)),
    section(
      { class: 'panel' },
      h2({}, t.signing.openPhone),
      p({}, t.signing.openPhoneHint),
      div(
        { class: 'tiles' },
        ...world.citizens.map(({ name, label, carrier }) =>
          tile(`/phone/${name}/sign?${query}`, 'phone', t.start.openPhone(say(label)), say(carrier)),
        ),
      ),
    ),
    p({}, a({ href: c.req.path }, t.page.checkAgain)),
  )
}

type Opening = Awaited<ReturnType<Service['accountOpening']>>

function opened({ viewer: { t }, place }: At, { customerNumber, displayName, reportId }: Opening): VNode {
  const report = place.own ? `${place.path}/report/${reportId}` : `/verify/${reportId}`
  return div(
    {},
    h1({}, t.signing.openedTitle),
    notice('success', t.signing.opened(displayName ?? '')),
    rows([t.signing.customerNumber, strong({ id: 'customer-number' }, customerNumber ?? '')]),
    p({}, t.signing.keepNumber),
    place.own ? null : buttonLink('/bank', t.branch.toBank),
    reportId ? buttonLink(report, t.signing.seeReport, 'secondary') : null,
  )
}
