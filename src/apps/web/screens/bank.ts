// `/bank`: a relying party's pages: log in with My Number, link the account once, see it, log out. Seed 2 pattern 3.

import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { VNode } from 'preact'
import type { Refusal } from '../../../base/refusal.ts'
import { digitsField, notice, panel, passwordField, post, rows, submit } from '../components.ts'
import { icon } from '../icons.ts'
import { inLanguage } from '../language.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, div, h1, li, p, ul } from '../tags.ts'
import { fields, plainText, type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

const COOKIE = 'bank-session'

interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
}

export function bankScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = (handler: (at: At) => Promise<Response>) => (c: Context) =>
    handler({ c, world, viewer: viewerOfRequest(c) })
  app.get('/', of(welcome))
  app.post('/login', of(login))
  app.get('/login', (c) => c.redirect('/bank', 303))
  app.get('/callback', of(callback))
  app.get('/link', of(askForLink)).post(of(link))
  app.get('/account', of(account))
  app.post('/logout', of(logout))
  app.get('/logout', (c) => c.redirect('/bank', 303))
  return app
}

const sessionOf = ({ c }: At): string => getCookie(c, COOKIE) ?? ''

const cookieOptions = ({ world }: At) =>
  ({ path: '/bank', httpOnly: true, sameSite: 'Lax', secure: world.origin.startsWith('https:') }) as const

async function whoIsHere(at: At) {
  const session = sessionOf(at)
  return session === '' ? { loggedIn: false, customer: null } : at.world.bank.account({ session })
}

interface BankScreen {
  readonly title: string
  readonly content: VNode
  readonly trouble?: boolean
  readonly status?: number
  readonly path?: string
}

const page = ({ c, viewer, world }: At, { title, content, ...rest }: BankScreen): Response => {
  const bank = inLanguage(world.bankName, viewer.language)
  return show(c, {
    viewer,
    theme: 'bank',
    title: `${title} | ${bank}`,
    ...rest,
    content: div({ class: 'narrow' }, div({ class: 'bank-name' }, icon('bank', 'large'), p({}, bank)), content),
  })
}

async function welcome(at: At): Promise<Response> {
  const { t } = at.viewer
  const { loggedIn, customer } = await whoIsHere(at)
  if (loggedIn) return at.c.redirect(customer ? '/bank/account' : '/bank/link', 303)
  const content = div(
    {},
    at.c.req.query('done') === 'logged-out' ? notice('success', t.bank.loggedOut) : null,
    h1({}, t.bank.title),
    p({ class: 'lead' }, t.bank.lead),
    post('/bank/login', submit(t.bank.loginButton)),
    p({ class: 'hint' }, t.bank.loginNote),
    panel(t.bank.need, ul({}, ...[t.bank.need1, t.bank.need2, t.bank.need3].map((text) => li({}, text)))),
  )
  return page(at, { title: t.bank.welcome, content })
}

async function login(at: At): Promise<Response> {
  const { session, location } = await at.world.bank.startLogin({})
  setCookie(at.c, COOKIE, session, cookieOptions(at))
  return at.c.redirect(location, 303)
}

async function callback(at: At): Promise<Response> {
  const { c, world } = at
  const { pathname, search } = new URL(c.req.url)
  const seen = { recognised: false }
  const refused = await attempt(async () => {
    const callback = world.origin + pathname + search
    const { session, recognised } = await world.bank.finishLogin({ session: sessionOf(at), callback })
    setCookie(c, COOKIE, session, cookieOptions(at))
    seen.recognised = recognised
  })
  if (refused) return notLoggedIn(at, refused)
  return c.redirect(seen.recognised ? '/bank/account' : '/bank/link', 303)
}

/** A login that was declined is nobody's fault; anything else says what it is. */
function notLoggedIn(at: At, refused: Refusal): Response {
  const { t } = at.viewer
  deleteCookie(at.c, COOKIE, cookieOptions(at))
  const declined = refused.code === 'service/loginDeclined'
  const content = div(
    {},
    h1({}, t.bank.declinedTitle),
    declined ? notice('info', t.bank.declined) : troubleNotice(at.viewer, refused),
    post('/bank/login', submit(t.bank.retry)),
  )
  return page(at, { title: t.bank.declinedTitle, content, status: refused.status, path: '/bank' })
}

async function askForLink(at: At): Promise<Response> {
  const { loggedIn, customer } = await whoIsHere(at)
  if (!loggedIn) return at.c.redirect('/bank', 303)
  return customer ? at.c.redirect('/bank/account', 303) : linkForm(at)
}

function linkForm(at: At, trouble: Trouble | null = null, customerNumber = ''): Response {
  const { t } = at.viewer
  const content = div(
    {},
    h1({}, t.bank.linkTitle),
    trouble ? troubleNotice(at.viewer, trouble) : null,
    p({}, t.bank.linkLead),
    post(
      '/bank/link',
      digitsField({ name: 'customer', label: t.bank.customerNumber, length: 12, value: customerNumber }),
      passwordField({ name: 'passcode', label: t.bank.passcode, digits: true, length: 12 }),
      submit(t.bank.linkButton),
    ),
    p({ class: 'hint' }, a({ href: '/#practice' }, t.bank.practice)),
    post('/bank/logout', submit(t.bank.logout, 'secondary')),
  )
  return page(at, {
    title: t.bank.linkTitle,
    content,
    ...(trouble ? { trouble: true, status: statusOf(trouble) } : {}),
  })
}

const DIGITS = /^[0-9]{1,12}$/

async function link(at: At): Promise<Response> {
  const entered = await fields(at.c, 'customer', 'passcode')
  const customerNumber = plainText(entered.customer)
  const passcode = plainText(entered.passcode)
  if (!DIGITS.test(customerNumber) || !DIGITS.test(passcode)) return linkForm(at, at.viewer.t.bank.linkShape)
  const refused = await attempt(() => at.world.bank.linkCustomer({ session: sessionOf(at), customerNumber, passcode }))
  if (!refused) return at.c.redirect('/bank/account', 303)
  const { loggedIn } = await whoIsHere(at)
  return loggedIn ? linkForm(at, refused, customerNumber) : notLoggedIn(at, refused)
}

async function account(at: At): Promise<Response> {
  const { t, format } = at.viewer
  const { loggedIn, customer } = await whoIsHere(at)
  if (!loggedIn || !customer) return at.c.redirect('/bank', 303)
  const content = div(
    {},
    h1({}, t.bank.accountTitle),
    p({ class: 'lead' }, t.bank.hello(customer.displayName)),
    panel(
      t.bank.ordinary,
      p({ class: 'balance' }, format.yen(customer.balance)),
      rows([t.bank.number, customer.customerNumber]),
    ),
    post('/bank/logout', submit(t.bank.logout, 'secondary')),
  )
  return page(at, { title: t.bank.accountTitle, content })
}

async function logout(at: At): Promise<Response> {
  const session = sessionOf(at)
  if (session) await attempt(() => at.world.bank.logout({ session }))
  deleteCookie(at.c, COOKIE, cookieOptions(at))
  return at.c.redirect('/bank?done=logged-out', 303)
}
