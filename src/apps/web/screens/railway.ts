// `/railway`: a railway whose membership card is an application of its own in the SIM. Asked for here, let in on the phone by one
// PIN, used by one-time codes. Seed 0 蔦田.

import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { VNode } from 'preact'
import { digitsField, notice, panel, post, submit, tile } from '../components.ts'
import { icon } from '../icons.ts'
import { inLanguage } from '../language.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { type Child, details, div, h1, p, span, summary } from '../tags.ts'
import { fields, plainText, type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

const PATH = '/railway'
const COOKIE = 'railway-card'
const A_YEAR = 365 * 24 * 3600

interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
}

export function railwayScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = (handler: (at: At) => Promise<Response>) => (c: Context) =>
    handler({ c, world, viewer: viewerOfRequest(c) })
  app.get(
    '/',
    of((at) => page(at)),
  )
  app.post('/join', of(join))
  app.post('/check', of(check))
  app.post('/leave', of(leave))
  for (const step of ['join', 'check', 'leave']) app.get(`/${step}`, (c) => c.redirect(PATH, 303))
  return app
}

const cookieFor = ({ world }: At) =>
  ({ path: PATH, httpOnly: true, sameSite: 'Lax', secure: world.origin.startsWith('https:') }) as const

/** The request that this browser made, by which the railway knows its card. */
function requestOf({ c }: At): string | null {
  const known = getCookie(c, COOKIE)
  return known && /^[0-9a-f]{32}$/.test(known) ? known : null
}

async function page(at: At, trouble: Trouble | null = null, said: Child = null): Promise<Response> {
  const { c, viewer, world } = at
  const requestId = requestOf(at)
  let state = requestId ? await world.railway.state(requestId) : 'none'
  // Let in on the phone: the railway puts its own keys in. Broken off, it is done again.
  const broken = requestId && state === 'approved' ? await attempt(() => world.railway.personalise(requestId)) : null
  if (requestId && state === 'approved' && !broken) state = 'member'
  const waiting = state === 'offered' || state === 'approved'
  const told = trouble ?? broken
  const left = c.req.query('done') === 'left' ? notice('success', viewer.t.partner.left) : null
  const notices = [told ? troubleNotice(viewer, told) : null, said, left]
  const content =
    requestId && waiting
      ? open(at, requestId, notices)
      : requestId && state === 'member'
        ? member(at, notices, trouble !== null)
        : ask(at, notices)
  const name = inLanguage(world.railwayName, viewer.language)
  return show(c, {
    viewer,
    title: `${viewer.t.partner.title} | ${name}`,
    theme: 'bank',
    path: PATH,
    waiting,
    ...(told ? { trouble: true, status: statusOf(told) } : {}),
    content: div({ class: 'narrow' }, div({ class: 'bank-name' }, icon('card', 'large'), p({}, name)), content),
  })
}

const ask = ({ viewer: { t } }: At, notices: Child): VNode =>
  div(
    {},
    h1({}, t.partner.joinTitle),
    notices,
    p({ class: 'lead' }, t.partner.joinLead),
    post(`${PATH}/join`, submit(t.partner.join)),
  )

const open = ({ viewer: { t, say }, world }: At, requestId: string, notices: Child): VNode =>
  div(
    {},
    h1({}, t.partner.openTitle),
    notices,
    p({ class: 'lead' }, t.partner.openLead),
    p({ class: 'wait', role: 'status' }, icon('wave'), span({}, t.partner.waiting)),
    div(
      { class: 'tiles' },
      ...world.citizens.map(({ name, label, carrier }) =>
        tile(`/phone/${name}/service?request=${requestId}`, 'phone', t.start.openPhone(say(label)), say(carrier)),
      ),
    ),
    post(`${PATH}/leave`, submit(t.partner.cancel, 'secondary')),
  )

const member = ({ viewer: { t, say }, world }: At, notices: Child, invalid: boolean): VNode =>
  div(
    {},
    h1({}, t.partner.memberTitle),
    notices,
    p({ class: 'lead' }, t.partner.memberLead),
    post(
      `${PATH}/check`,
      digitsField({ name: 'code', label: t.partner.code, length: 6, invalid }),
      submit(t.partner.check),
    ),
    panel(
      t.partner.toApp,
      div(
        { class: 'tiles' },
        ...world.citizens.map(({ name, label, carrier }) =>
          tile(`/phone/${name}/member-app`, 'phone', t.start.openPhone(say(label)), say(carrier)),
        ),
      ),
    ),
    details(
      {},
      summary({}, t.partner.leave),
      p({}, t.partner.removeText),
      post(`${PATH}/leave`, submit(t.partner.remove, 'danger')),
    ),
  )

async function join(at: At): Promise<Response> {
  const made: string[] = []
  const refused = await attempt(async () => {
    made.push((await at.world.railway.offer()).requestId)
  })
  if (refused) return page(at, refused)
  setCookie(at.c, COOKIE, made[0]!, { ...cookieFor(at), maxAge: A_YEAR })
  return at.c.redirect(PATH, 303)
}

async function check(at: At): Promise<Response> {
  const requestId = requestOf(at)
  if (!requestId) return page(at)
  const code = plainText((await fields(at.c, 'code')).code)
  const { t } = at.viewer
  const refused = await attempt(() => at.world.railway.check(requestId, code))
  return refused
    ? page(at, refused)
    : page(at, null, notice('success', t.partner.welcome, p({}, t.partner.welcomeText)))
}

async function leave(at: At): Promise<Response> {
  const requestId = requestOf(at)
  const refused = requestId ? await attempt(() => at.world.railway.remove(requestId)) : null
  if (refused) return page(at, refused)
  deleteCookie(at.c, COOKIE, cookieFor(at))
  return at.c.redirect(`${PATH}?done=left`, 303)
}
