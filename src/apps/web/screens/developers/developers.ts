// `/developers`: who builds a service logs in, opens an organisation, registers services and sees what came of their requests.

import { type Context, Hono } from 'hono'
import { Refusal } from '../../../../base/refusal.ts'
import { post, submit } from '../../components.ts'
import { attempt } from '../../refusal-notice.ts'
import { p } from '../../tags.ts'
import { viewer as viewerOfRequest } from '../../viewer.ts'
import type { PlatformWorld } from '../../world.ts'
import { type At, HOME, type Inside, keepPending, keepSession, page, pendingOf, sessionOf } from './page.ts'
import { registerForm, saveNew } from './register.ts'
import { endpoints, people } from './sandbox.ts'
import { closing, saveChange, saveKey, servicePage, tryReceiver } from './service.ts'
import { invite, joinTenant, noTenant, openTenant, tenantPage } from './tenant.ts'

export function developerScreens(world: PlatformWorld): Hono {
  const app = new Hono()
  const at = (c: Context): At => ({ c, world, viewer: viewerOfRequest(c) })
  const of = (handler: (at: At) => Promise<Response>) => (c: Context) => handler(at(c))
  const inside = (handler: (at: Inside) => Promise<Response>) =>
    of((one) => withTenant(one, handler, async () => one.c.redirect(HOME, 303)))
  app.get('/', of(home))
  app.post('/login', of(login))
  app.get('/callback', of(callback))
  app.post('/logout', of(logout))
  app.post('/tenant', of(openTenant))
  app.post('/join', of(joinTenant))
  app.post('/invite', inside(invite))
  app
    .get(
      '/new',
      inside((one) => registerForm(one)),
    )
    .post('/new', inside(saveNew))
  const service = '/service/:clientId{s-[0-9a-f]{16}}'
  app.get(
    service,
    inside((one) => servicePage(one)),
  )
  app.post(`${service}/change`, inside(saveChange))
  app.post(`${service}/key`, inside(saveKey))
  app.post(`${service}/test`, inside(tryReceiver))
  app.post(`${service}/close`, inside(closing))
  for (const form of ['login', 'logout', 'tenant', 'join', 'invite']) app.get(`/${form}`, (c) => c.redirect(HOME, 303))
  for (const form of ['change', 'key', 'test', 'close'])
    app.get(`${service}/${form}`, (c) => c.redirect(`${HOME}/service/${c.req.param('clientId')}`, 303))
  return app
}

/** The page for who is logged in and administers a tenant; else the other one. */
async function withTenant(
  at: At,
  inside: (at: Inside) => Promise<Response>,
  outside: (loggedIn: boolean) => Promise<Response>,
): Promise<Response> {
  const session = sessionOf(at)
  if (session === '') return outside(false)
  try {
    const { tenant } = await at.world.verifier.developer({ session })
    return tenant ? await inside({ ...at, session, tenant }) : await outside(true)
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'verifier/developerSession') throw error
    keepSession(at, '')
    return outside(false)
  }
}

const home = (at: At): Promise<Response> =>
  withTenant(at, tenantPage, async (loggedIn) => (loggedIn ? noTenant(at) : welcome(at)))

function welcome(at: At): Response {
  const { t } = at.viewer
  return page(at, {
    title: t.developers.title,
    content: [
      p({ class: 'lead' }, t.developers.lead),
      post(`${HOME}/login`, submit(t.developers.login)),
      p({ class: 'hint' }, t.developers.loginHint),
      people(at),
      endpoints(at),
    ],
  })
}

async function login(at: At): Promise<Response> {
  const { location, pending } = await at.world.verifier.startDeveloperLogin({})
  keepPending(at, pending)
  return at.c.redirect(location, 303)
}

async function callback(at: At): Promise<Response> {
  const { c, world, viewer } = at
  const { pathname, search } = new URL(c.req.url)
  const refused = await attempt(async () => {
    const callback = world.origin + pathname + search
    const { session } = await world.verifier.finishDeveloperLogin({ callback, pending: pendingOf(at) })
    keepSession(at, session)
  })
  keepPending(at, '')
  if (!refused) return c.redirect(HOME, 303)
  const again = post(`${HOME}/login`, submit(viewer.t.developers.login))
  return page(at, { title: viewer.t.developers.loginTitle, trouble: refused, content: [again] })
}

async function logout(at: At): Promise<Response> {
  await at.world.verifier.endDeveloperSession({ session: sessionOf(at) })
  keepSession(at, '')
  return at.c.redirect(HOME, 303)
}
