// `/counter`: clerks sign in, find a resident and choose what to do. What they do is in counter-tasks.ts. No fact of a
// resident is in an address: searches are posted.

import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { VNode } from 'preact'
import { Refusal } from '../../../base/refusal.ts'
import { zClerkId } from '../../../roles/counter/contract.ts'
import { notice, panel, passwordField, post, submit, textField } from '../components.ts'
import { attempt, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, div, h1, li, p, ul } from '../tags.ts'
import { fields, plainText, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { type At, type ClerkAt, counterPage, PATH } from './counter-page.ts'
import { personPage } from './counter-person.ts'
import { doTask, showTask } from './counter-tasks.ts'

const COOKIE = 'counter'

export function counterScreens(world: WebWorld): Hono {
  const app = new Hono()
  const at = (c: Context): At => ({ c, world, viewer: viewerOfRequest(c) })
  const of = (handler: (at: ClerkAt) => Promise<Response>) => async (c: Context) => {
    const signedIn = await clerkOf(at(c))
    return signedIn ? handler(signedIn) : signInScreen(at(c))
  }
  app.get('/', of(searchScreen))
  app.post('/', of(search))
  app.post('/sign-in', (c) => signIn(at(c)))
  app.post('/sign-out', of(signOut))
  app.get('/person/:id', of(personPage))
  app.get('/person/:id/:task', of(showTask)).post(of(doTask))
  for (const step of ['sign-in', 'sign-out']) app.get(`/${step}`, (c) => c.redirect(PATH, 303))
  return app
}

async function clerkOf(at: At): Promise<ClerkAt | null> {
  const session = getCookie(at.c, COOKIE)
  if (!session || !/^[0-9a-f]{16,64}$/.test(session)) return null
  try {
    return { ...at, session, clerk: (await at.world.counter.clerk({ session })).name }
  } catch (error) {
    if (error instanceof Refusal && error.code === 'counter/notSignedIn') return null
    throw error
  }
}

function signInScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const { clerkId, passcode } = at.world.practiceClerk
  const invalid = trouble !== null
  const content = div(
    {},
    h1({}, t.counter.signInTitle),
    trouble ? troubleNotice(at.viewer, trouble) : null,
    notice('info', t.counter.practice(clerkId, passcode)),
    post(
      `${PATH}/sign-in`,
      textField({ name: 'clerk', label: t.counter.clerkId, invalid }),
      passwordField({ name: 'passcode', label: t.counter.passcode, length: 64, invalid }),
      submit(t.counter.signIn),
    ),
  )
  return counterPage(at, content, trouble)
}

async function signIn(at: At): Promise<Response> {
  const entered = await fields(at.c, 'clerk', 'passcode')
  const clerkId = zClerkId.safeParse(plainText(entered.clerk))
  if (!clerkId.success) return signInScreen(at, at.viewer.t.counter.shape)
  const refused = await attempt(async () => {
    const asked = { clerkId: clerkId.data, passcode: plainText(entered.passcode) }
    const { session, until } = await at.world.counter.signIn(asked)
    const secure = at.world.origin.startsWith('https:')
    setCookie(at.c, COOKIE, session, { path: PATH, httpOnly: true, sameSite: 'Strict', secure, expires: until })
  })
  return refused ? signInScreen(at, refused) : at.c.redirect(PATH, 303)
}

async function signOut(at: ClerkAt): Promise<Response> {
  await at.world.counter.signOut({ session: at.session })
  deleteCookie(at.c, COOKIE, { path: PATH })
  return at.c.redirect(PATH, 303)
}

async function searchScreen(
  at: ClerkAt,
  trouble: Trouble | null = null,
  found: VNode | null = null,
): Promise<Response> {
  const { t } = at.viewer
  const content = div(
    {},
    h1({}, t.counter.searchTitle),
    p({}, t.counter.signedInAs(at.clerk)),
    trouble ? troubleNotice(at.viewer, trouble) : null,
    found,
    post(
      PATH,
      p({}, t.counter.searchLead),
      textField({ name: 'name', label: t.counter.name, optional: true }),
      textField({ name: 'birthDate', label: t.counter.birthDate, hint: t.counter.birthDateHint, optional: true }),
      submit(t.counter.search),
    ),
    post(`${PATH}/sign-out`, submit(t.counter.signOut, 'secondary')),
  )
  return counterPage(at, content, trouble)
}

async function search(at: ClerkAt): Promise<Response> {
  const { t } = at.viewer
  const entered = await fields(at.c, 'name', 'birthDate')
  const name = entered.name.trim()
  const birthDate = plainText(entered.birthDate)
  if (birthDate && !/^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/.test(birthDate))
    return searchScreen(at, t.counter.shape)
  let list: VNode | null = null
  const refused = await attempt(async () => {
    const asked = { session: at.session, ...(name && { name }), ...(birthDate && { birthDate }) }
    const { found, more } = await at.world.counter.search(asked)
    list = panel(
      t.counter.found,
      found.length === 0 ? p({}, t.counter.nobody) : null,
      ul(
        {},
        ...found.map(({ residentId, fourInfo }) =>
          li(
            {},
            a({ href: `${PATH}/person/${encodeURIComponent(residentId)}` }, `${fourInfo.name} ${fourInfo.birthDate}`),
            p({}, fourInfo.address),
          ),
        ),
      ),
      more ? p({}, t.counter.more) : null,
    )
  })
  return searchScreen(at, refused, list)
}
