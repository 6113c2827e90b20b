// `/bank/tied`: the balance at another bank, where the customer has agreed on the phone that the two may speak of it; otherwise why there
// is none, and what to do. Seed 0 木村.

import type { VNode } from 'preact'
import { buttonLink, notice, panel, post, rows, submit, tile } from '../components.ts'
import { icon } from '../icons.ts'
import { inLanguage } from '../language.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, type Child, div, h1, h2, p, section, span, strong } from '../tags.ts'
import { type At, below, page, sessionOf, whoIsHere } from './bank-page.ts'

type Tied = Awaited<ReturnType<At['place']['service']['tied']>>
type Asked = Awaited<ReturnType<At['place']['service']['askTie']>>

/** On the account's page; nothing where no other bank is shown. */
export function tiePanel({ viewer: { t, language }, place }: At): VNode | null {
  if (place.shows === null) return null
  const who = inLanguage(place.shows, language)
  return panel(
    t.ties.title,
    p({}, t.ties.panelLead(who)),
    buttonLink(below({ place }, '/tied'), t.ties.see(who), 'secondary'),
  )
}

export async function tiedScreen(at: At): Promise<Response> {
  const { customer, delegated } = await whoIsHere(at)
  if (!customer || delegated) return at.c.redirect(below(at, ''), 303)
  const found: Tied[] = []
  const refused = await attempt(async () => {
    found.push(await at.place.service.tied({ session: sessionOf(at) }))
  })
  const [tied] = found
  return tied ? screen(at, contentOf(at, tied)) : screen(at, [lookAgain(at)], refused)
}

export async function askTie(at: At): Promise<Response> {
  const asked: Asked[] = []
  const refused = await attempt(async () => {
    asked.push(await at.place.service.askTie({ session: sessionOf(at) }))
  })
  const [request] = asked
  return request ? at.c.redirect(below(at, `/tied/${request.requestId}`), 303) : screen(at, [lookAgain(at)], refused)
}

export async function waitForTie(at: At): Promise<Response> {
  const { t } = at.viewer
  const found: Asked[] = []
  const requestId = at.c.req.param('requestId') ?? ''
  const refused = await attempt(async () => {
    found.push(await at.place.service.tieRequest({ session: sessionOf(at), requestId }))
  })
  const [asked] = found
  if (!asked) return screen(at, [lookAgain(at)], refused)
  if (asked.state === 'given') return at.c.redirect(below(at, '/tied'), 303)
  if (asked.state === 'waiting')
    return page(at, { title: t.ties.waitTitle, content: waiting(at, asked), waiting: true })
  const why = asked.state === 'declined' ? t.ties.declined : t.ties.expired
  return screen(at, [notice('info', why, p({}, t.ties.nothingAsked)), question(at, t.ties.askAgain)])
}

function screen(at: At, content: Child[], trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  return page(at, {
    title: t.ties.title,
    ...(trouble && { trouble: true, status: statusOf(trouble) }),
    content: div(
      {},
      h1({}, t.ties.title),
      trouble ? troubleNotice(at.viewer, trouble) : null,
      ...content,
      buttonLink(below(at, '/account'), t.ties.back, 'secondary'),
    ),
  })
}

/** The other bank, in the language of who looks. */
const other = ({ place, viewer }: At): string => inLanguage(place.shows ?? '', viewer.language)

const lookAgain = (at: At): VNode => buttonLink(below(at, '/tied'), at.viewer.t.ties.again)

function question(at: At, yes: string): VNode {
  const { t } = at.viewer
  return panel(
    t.ties.askTitle,
    p({}, t.ties.askLead(other(at))),
    p({}, t.ties.free),
    post(below(at, '/tied'), submit(yes)),
  )
}

function contentOf(at: At, { standing, balance, until }: Tied): Child[] {
  const { t, format } = at.viewer
  const who = other(at)
  const again = question(at, t.ties.askAgain)
  const shown = (): Child[] => [
    panel(
      who,
      p({ class: 'balance' }, format.yen(balance ?? 0)),
      until ? rows([t.ties.until, t.ties.untilDay(format.day(until))]) : null,
    ),
    p({ class: 'hint' }, t.ties.takeBack),
  ]
  const screens: Record<Tied['standing'], () => Child[]> = {
    untied: () => [question(at, t.ties.ask)],
    ended: () => [notice('info', t.ties.ended, p({}, t.ties.endedText)), again],
    expired: () => [notice('info', t.ties.over, p({}, t.ties.overText)), again],
    noCustomer: () => [notice('warning', t.ties.noCustomer(who), p({}, t.ties.noCustomerText))],
    away: () => [notice('warning', t.ties.away(who), p({}, t.ties.awayText)), lookAgain(at)],
    shown,
  }
  return screens[standing]()
}

function waiting(at: At, { requestId, code }: Asked): VNode {
  const { t, say } = at.viewer
  const phone = ({ name, label, carrier }: At['world']['citizens'][number]) =>
    tile(`/phone/${name}/link?request=${requestId}`, 'phone', t.start.openPhone(say(label)), say(carrier))
  return div(
    {},
    h1({}, t.ties.waitTitle),
    section({ class: 'compare' }, h2({}, t.asking.code), p({ class: 'compare-code' }, strong({}, code))),
    p({ class: 'wait', role: 'status' }, icon('wave'), span({}, t.kiosk.waiting)),
    panel(t.login.open, p({}, t.login.openHint), div({ class: 'tiles' }, ...at.world.citizens.map(phone))),
    p({}, a({ href: below(at, `/tied/${requestId}`) }, t.page.checkAgain)),
  )
}
