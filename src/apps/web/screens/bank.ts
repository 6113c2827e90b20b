// `/bank`, `/shinkin`: a relying party's pages: log in with My Number, link the account once, see it, log out. Seed 2 pattern 3.

import { type Context, Hono } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import type { VNode } from 'preact'
import type { Refusal } from '../../../base/refusal.ts'
import { buttonLink, digitsField, notice, panel, passwordField, post, type Row, rows, submit } from '../components.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, div, h1, li, p, ul } from '../tags.ts'
import { fields, plainText, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { branchPanel, branchScreen, checkedInHere, checkIn, wantsPin } from './bank-branch.ts'
import { askConsent, consentPanel, type Facts, waitForConsent } from './bank-consent.ts'
import { type At, type BankPlace, below, COOKIE, cookieOptions, page, sessionOf, whoIsHere } from './bank-page.ts'
import { askTie, tiedScreen, tiePanel, waitForTie } from './bank-ties.ts'

export function bankScreens(world: WebWorld, place: BankPlace): Hono {
  const app = new Hono()
  const of = (handler: (at: At) => Promise<Response>) => (c: Context) =>
    handler({ c, world, place, viewer: viewerOfRequest(c) })
  app.get('/', of(welcome))
  app.post('/login', of(login))
  app.get('/login', (c) => c.redirect(`${place.path}`, 303))
  app.get('/callback', of(callback))
  app.get('/link', of(askForLink)).post(of(link))
  app.get('/account', of(account))
  app.post(
    '/consent',
    of((at) => askConsent(at, accountScreen)),
  )
  app.get('/consent', (c) => c.redirect(`${place.path}/account`, 303))
  app.get('/consent/:requestId{[0-9a-f]{32}}', of(waitForConsent))
  app.post('/facts', of(facts))
  app.get('/facts', (c) => c.redirect(`${place.path}/account`, 303))
  app.get('/tied', of(tiedScreen)).post(of(askTie))
  app.get('/tied/:requestId{[0-9a-f]{32}}', of(waitForTie))
  if (place.branch) app.get('/branch', of(branchScreen)).post(of(checkIn))
  app.post('/logout', of(logout))
  app.get('/logout', (c) => c.redirect(`${place.path}`, 303))
  return app
}

async function welcome(at: At): Promise<Response> {
  const { t } = at.viewer
  const { loggedIn, customer } = await whoIsHere(at)
  if (loggedIn) return at.c.redirect(customer ? below(at, '/account') : below(at, '/link'), 303)
  const content = div(
    {},
    at.c.req.query('done') === 'logged-out' ? notice('success', t.bank.loggedOut) : null,
    h1({}, t.bank.title),
    p({ class: 'lead' }, t.bank.lead),
    post(below(at, '/login'), submit(t.bank.loginButton)),
    p({ class: 'hint' }, t.bank.loginNote),
    at.place.opens
      ? panel(
          t.signing.openLink,
          p({}, t.signing.openLead),
          buttonLink(at.place.opens, t.signing.openButton, 'secondary'),
        )
      : null,
    branchPanel(at),
    panel(t.bank.need, ul({}, ...[t.bank.need1, t.bank.need2, t.bank.need3].map((text) => li({}, text)))),
  )
  return page(at, { title: t.bank.title, content })
}

async function login(at: At): Promise<Response> {
  const begun: Awaited<ReturnType<At['place']['service']['startLogin']>>[] = []
  const refused = await attempt(async () => begun.push(await at.place.service.startLogin({})))
  const [login] = begun
  if (!login) return notLoggedIn(at, refused!)
  setCookie(at.c, COOKIE, login.session, cookieOptions(at))
  return at.c.redirect(login.location, 303)
}

async function callback(at: At): Promise<Response> {
  const { c, world } = at
  const { pathname, search } = new URL(c.req.url)
  const seen = { to: '' }
  const refused = await attempt(async () => {
    const callback = world.origin + pathname + search
    const { session, recognised, checkedIn } = await at.place.service.finishLogin({ session: sessionOf(at), callback })
    setCookie(c, COOKIE, session, cookieOptions(at))
    seen.to = checkedIn ? '/branch' : recognised ? '/account' : '/link'
  })
  if (refused?.code === 'service/platformAway' && !refused.detail.error) return notYet(at, refused, pathname + search)
  if (refused) return notLoggedIn(at, refused)
  return c.redirect(below(at, seen.to), 303)
}

/** The approval is given, and what the browser brought back is still good, or good no more: it is tried again, and never twice. */
function notYet(at: At, refused: Refusal, address: string): Response {
  const { t } = at.viewer
  const content = div(
    {},
    h1({}, t.bank.notYetTitle),
    troubleNotice(at.viewer, refused),
    buttonLink(address, t.bank.goOn),
  )
  return page(at, { title: t.bank.notYetTitle, content, status: refused.status, path: below(at, '') })
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
    post(below(at, '/login'), submit(t.bank.retry)),
  )
  return page(at, { title: t.bank.declinedTitle, content, status: refused.status, path: below(at, '') })
}

async function askForLink(at: At): Promise<Response> {
  const { loggedIn, customer, delegated } = await whoIsHere(at)
  if (!loggedIn) return at.c.redirect(below(at, ''), 303)
  return customer ? at.c.redirect(below(at, '/account'), 303) : linkForm(at, { delegated })
}

interface LinkForm {
  readonly delegated: boolean
  readonly trouble?: Trouble
  readonly customerNumber?: string
}

function linkForm(at: At, { delegated, trouble, customerNumber = '' }: LinkForm): Response {
  const { t } = at.viewer
  const content = div(
    {},
    h1({}, t.bank.linkTitle),
    trouble ? troubleNotice(at.viewer, trouble) : null,
    p({}, delegated ? t.bank.linkLeadFor : t.bank.linkLead),
    post(
      below(at, '/link'),
      digitsField({ name: 'customer', label: t.bank.customerNumber, length: 12, value: customerNumber }),
      passwordField({ name: 'passcode', label: t.bank.passcode, digits: true, length: 12 }),
      submit(t.bank.linkButton),
    ),
    p({ class: 'hint' }, a({ href: '/#practice' }, t.bank.practice)),
    post(below(at, '/logout'), submit(t.bank.logout, 'secondary')),
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
  const wrong = !DIGITS.test(customerNumber) || !DIGITS.test(passcode)
  const refused = wrong
    ? null
    : await attempt(() => at.place.service.linkCustomer({ session: sessionOf(at), customerNumber, passcode }))
  if (!wrong && !refused) return at.c.redirect(below(at, '/account'), 303)
  const { loggedIn, delegated } = await whoIsHere(at)
  if (refused && !loggedIn) return notLoggedIn(at, refused)
  return linkForm(at, { delegated, trouble: refused ?? at.viewer.t.bank.linkShape, customerNumber })
}

const account = (at: At): Promise<Response> => accountScreen(at)

async function accountScreen(at: At, trouble: Trouble | null = null, told: Facts | null = null): Promise<Response> {
  const { t, format } = at.viewer
  const { loggedIn, customer, delegated } = await whoIsHere(at)
  if (!loggedIn || !customer) {
    const here = loggedIn ? undefined : await checkedInHere(at)
    return here ? wantsPin(at, here) : at.c.redirect(below(at, ''), 303)
  }
  const content = div(
    {},
    h1({}, t.bank.accountTitle),
    trouble ? troubleNotice(at.viewer, trouble) : null,
    p({ class: 'lead' }, delegated ? t.bank.accountOf(customer.displayName) : t.bank.hello(customer.displayName)),
    delegated ? notice('info', t.bank.delegated, p({}, t.bank.delegatedText)) : null,
    panel(
      t.bank.ordinary,
      p({ class: 'balance' }, format.yen(customer.balance)),
      rows([t.bank.number, customer.customerNumber], ...registered(at, customer)),
    ),
    ...(delegated ? [] : [newsOf(at, customer), tiePanel(at), await consentPanel(at, told)]),
    post(below(at, '/logout'), submit(t.bank.logout, 'secondary')),
  )
  return page(at, {
    title: t.bank.accountTitle,
    content,
    path: below(at, '/account'),
    ...(trouble ? { status: statusOf(trouble) } : {}),
  })
}

type Customer = NonNullable<Awaited<ReturnType<typeof whoIsHere>>['customer']>

/** What the bank has from the register, without being told by the customer. */
const registered = ({ viewer: { t, format } }: At, { address, refreshedAt }: Customer): Row[] =>
  address === null || refreshedAt === null
    ? []
    : [
        [t.asking.address, address],
        [t.asking.newsAt, format.day(refreshedAt)],
      ]

function newsOf({ viewer: { t } }: At, { standing }: Customer): VNode | null {
  if (standing === 'changed') return notice('info', t.asking.newsChanged, p({}, t.asking.newsChangedText))
  return standing === 'due' ? notice('info', t.asking.newsDue, p({}, t.asking.newsDueText)) : null
}

async function facts(at: At): Promise<Response> {
  const told: Facts[] = []
  const refused = await attempt(async () => {
    told.push(await at.place.service.latestFacts({ session: sessionOf(at) }))
  })
  return accountScreen(at, refused, told[0] ?? null)
}

async function logout(at: At): Promise<Response> {
  const session = sessionOf(at)
  if (session) await attempt(() => at.place.service.logout({ session }))
  deleteCookie(at.c, COOKIE, cookieOptions(at))
  return at.c.redirect(below(at, '?done=logged-out'), 303)
}
