// `/bank/branch`: who comes to the branch checks in by holding the phone to the reader there, without a PIN; what is the customer's
// wants the PIN, and the page of the account says so as an API does (RFC 9470 §3).

import { setCookie } from 'hono/cookie'
import type { VNode } from 'preact'
import { challenge } from '../../library/relying-party.ts'
import { buttonLink, notice, panel, post, submit } from '../components.ts'
import { icon } from '../icons.ts'
import { attempt, statusOf, troubleNotice } from '../refusal-notice.ts'
import { div, h1, p } from '../tags.ts'
import { type At, below, COOKIE, cookieOptions, page, sessionOf, whoIsHere } from './bank-page.ts'

const BRANCH = '/branch'

/** On the first page of a bank that has one. */
export const branchPanel = (at: At): VNode | null =>
  at.place.branch
    ? panel(
        at.viewer.t.branch.title,
        p({}, at.viewer.t.branch.panelLead),
        buttonLink(below(at, BRANCH), at.viewer.t.branch.open, 'secondary'),
      )
    : null

export const checkedInHere = async (at: At) => {
  const session = sessionOf(at)
  const here = session === '' ? undefined : await at.place.service.checkedIn({ session })
  return here?.until ? { displayName: here.displayName, until: here.until } : undefined
}

export async function branchScreen(at: At): Promise<Response> {
  const { t, format } = at.viewer
  if ((await whoIsHere(at)).loggedIn) return at.c.redirect(below(at, '/account'), 303)
  const here = await checkedInHere(at)
  if (!here) return page(at, { title: t.branch.title, content: begin(at), path: below(at, BRANCH) })
  const { displayName } = here
  const content = div(
    {},
    div(
      { class: 'outcome outcome-yes', role: 'status' },
      icon('passed', 'large'),
      h1({}, t.branch.done),
      displayName === null ? null : p({}, t.bank.hello(displayName)),
      p({}, t.branch.doneText),
      p({}, t.branch.until(format.clock(here.until))),
    ),
    displayName === null ? notice('info', t.branch.stranger) : null,
    displayName === null
      ? post(below(at, '/login'), submit(t.branch.pinButton))
      : buttonLink(below(at, '/account'), t.branch.seeAccount),
    post(below(at, '/logout'), submit(t.branch.leave, 'secondary')),
  )
  return page(at, { title: t.branch.done, content, path: below(at, BRANCH) })
}

const begin = ({ viewer: { t }, place }: At): VNode =>
  div(
    {},
    h1({}, t.branch.title),
    p({ class: 'lead' }, t.branch.lead),
    post(below({ place }, BRANCH), submit(t.branch.begin)),
    p({ class: 'hint' }, t.branch.nothingElse),
    buttonLink(place.path, t.branch.toBank, 'secondary'),
  )

export async function checkIn(at: At): Promise<Response> {
  const { t } = at.viewer
  const begun: Awaited<ReturnType<At['place']['service']['startLogin']>>[] = []
  const refused = await attempt(async () => begun.push(await at.place.service.startLogin({ checkIn: true })))
  const [login] = begun
  if (login) {
    setCookie(at.c, COOKIE, login.session, cookieOptions(at))
    return at.c.redirect(login.location, 303)
  }
  const content = div({}, troubleNotice(at.viewer, refused!), begin(at))
  return page(at, { title: t.branch.title, content, status: statusOf(refused!), path: below(at, BRANCH) })
}

/** Of the account, to somebody who has only checked in: 401, and which means would do. */
export function wantsPin(at: At, { until }: { readonly until: Date }): Response {
  const { t } = at.viewer
  const said = challenge({ by: 'pinless', at: until }, { by: ['phone', 'biometric', 'card'] })
  at.c.header('www-authenticate', said)
  const content = div(
    {},
    h1({}, t.branch.pinTitle),
    p({ class: 'lead' }, t.branch.pinText),
    post(below(at, '/login'), submit(t.branch.pinButton)),
    buttonLink(below(at, BRANCH), t.branch.back, 'secondary'),
  )
  return page(at, { title: t.branch.pinTitle, content, status: 401, path: below(at, '/account') })
}
