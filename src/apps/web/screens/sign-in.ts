// `/desk/sign-in`: clerks begin and end their work, the same way at every office. A desk shows nothing to who is not signed in,
// and says so to whose part it is not.

import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { Refusal } from '../../../base/refusal.ts'
import { zClerkId } from '../../../protocol/clerks/contract.ts'
import { CLERKS, type Clerk, type OfficeId } from '../../../world/clerks.ts'
import { CARRIERS } from '../../../world/people.ts'
import { buttonLink, hidden, notice, passwordField, post, submit, textField } from '../components.ts'
import type { Words } from '../language.ts'
import { show } from '../page.ts'
import { attempt, refusalNotice, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { div, h1, p } from '../tags.ts'
import { fields, plainText, type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

const SIGN_IN = '/desk/sign-in'

/** Whoever is a clerk of the office. */
export const ANY_PART = ''

/** A desk: whose, and whose part it is to sit there. */
export interface Desk {
  readonly office: OfficeId
  readonly part: string
  /** Where to after a sign-in that a form led to; the form is filled in anew. */
  readonly home?: string
}

/** Who is signed in, and under which session. */
export interface SignedIn {
  readonly clerkId: string
  readonly name: string
  readonly parts: readonly string[]
  readonly session: string
}

interface Looking {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
}

export interface AtDesk extends Looking {
  readonly desk: Desk
  readonly clerk: SignedIn
}

interface Door {
  signIn(who: { clerkId: string; passcode: string }): Promise<{ session: string; until: Date }>
  signOut(who: { session: string }): Promise<unknown>
  clerk(who: { session: string }): Promise<Omit<SignedIn, 'session'>>
}

/** Each office has its own clerks. */
const doorOf = ({ counter, spTsm, bank, verifier, carriers }: WebWorld, office: OfficeId): Door =>
  ({ counter, 'j-lis': spTsm, bank, platform: verifier, ...carriers })[office]

const NAMES: Record<'counter' | 'j-lis' | 'bank' | 'platform', Words> = {
  platform: { ja: '認証基盤', en: 'the verification platform' },
  bank: { ja: 'ひなた銀行', en: 'Hinata Bank' },
  counter: { ja: '市区町村の窓口', en: 'the municipal counter' },
  'j-lis': { ja: 'J-LIS', en: 'J-LIS' },
}
const ROLES = { counter: 'counter', 'j-lis': 'sp-tsm', bank: 'service', platform: 'verifier' } as const
const nameOf = (office: OfficeId): Words =>
  office in CARRIERS ? CARRIERS[office as 'minato'].label : NAMES[office as 'j-lis']

const cookieOf = (office: OfficeId): string => `clerk-${office}`
const cookieFor = ({ world }: Looking) =>
  ({ path: '/', httpOnly: true, sameSite: 'Strict', secure: world.origin.startsWith('https:') }) as const

/** A handler of a desk gets who is signed in; others get the sign-in, or are told that it is not their part. */
export const atDesk =
  (world: WebWorld, desk: Desk) =>
  (handler: (at: AtDesk) => Promise<Response> | Response) =>
  async (c: Context): Promise<Response> => {
    const at = { c, world, viewer: viewerOfRequest(c) }
    const clerk = await whoIs(at, desk.office)
    if (!clerk && c.req.method === 'POST') return signInScreen(at, desk, desk.home ?? c.req.path, null, true)
    if (!clerk) return signInScreen(at, desk, here(c))
    return isPart(desk, clerk.parts) ? handler({ ...at, desk, clerk }) : notYours(at, desk)
  }

const isPart = ({ part }: Desk, parts: readonly string[]) => part === ANY_PART || parts.includes(part)

const here = (c: Context): string => {
  const { pathname, search } = new URL(c.req.url)
  return pathname + search
}

export async function whoIs({ c, world }: Looking, office: OfficeId): Promise<SignedIn | null> {
  const session = getCookie(c, cookieOf(office))
  if (!session || !/^[0-9a-f]{16,64}$/.test(session)) return null
  try {
    return { ...(await doorOf(world, office).clerk({ session })), session }
  } catch (error) {
    if (error instanceof Refusal && error.code.endsWith('/notSignedIn')) return null
    throw error
  }
}

/** `lost`: a form was sent by whose session had ended. */
function signInScreen(
  at: Looking,
  desk: Desk,
  to: string,
  trouble: Trouble | null = null,
  lost: boolean = false,
): Response {
  const { c, viewer } = at
  const { t } = viewer
  const title = t.desk.signInTo(viewer.say(nameOf(desk.office)))
  const invalid = trouble !== null
  const clerks: readonly Clerk[] = CLERKS[desk.office]
  const practice = clerks.filter(({ parts }) => isPart(desk, parts))
  const content = div(
    { class: 'narrow' },
    h1({}, title),
    trouble ? troubleNotice(viewer, trouble) : null,
    lost ? notice('warning', t.desk.sessionOver, p({}, t.desk.sessionOverText)) : null,
    notice(
      'info',
      t.desk.practice,
      ...practice.map(({ clerkId, passcode }) => p({}, t.counter.practice(clerkId, passcode))),
    ),
    post(
      SIGN_IN,
      hidden('office', desk.office),
      hidden('part', desk.part),
      hidden('to', to),
      textField({ name: 'clerk', label: t.counter.clerkId, invalid, autocomplete: 'username' }),
      passwordField({ name: 'passcode', label: t.counter.passcode, length: 64, invalid }),
      submit(t.counter.signIn),
    ),
  )
  return show(c, {
    ...{ viewer, title, theme: 'authority', content, path: to },
    ...(trouble ? { trouble: true, status: statusOf(trouble) } : {}),
  })
}

function notYours({ c, viewer }: Looking, { office }: Desk): Response {
  const { t } = viewer
  const title = viewer.say(nameOf(office))
  const role = ROLES[office as keyof typeof ROLES] ?? 'carrier'
  const content = div(
    { class: 'narrow' },
    h1({}, title),
    refusalNotice(viewer, `${role}/notYourPart`),
    signOutForm(viewer, office, here(c)),
    buttonLink('/', t.page.home, 'secondary'),
  )
  return show(c, { viewer, title, theme: 'authority', content, status: 403, trouble: true })
}

/** Who is signed in, and the way to end it. */
export const signOutForm = ({ t }: Viewer, office: OfficeId, to: string) =>
  div(
    { class: 'sign-out' },
    post('/desk/sign-out', hidden('office', office), hidden('to', to), submit(t.counter.signOut, 'secondary')),
  )

export function signInScreens(world: WebWorld): Hono {
  const app = new Hono()
  app.post('/sign-in', (c) => signIn({ c, world, viewer: viewerOfRequest(c) }))
  app.post('/sign-out', (c) => signOut({ c, world, viewer: viewerOfRequest(c) }))
  for (const step of ['sign-in', 'sign-out']) app.get(`/${step}`, (c) => c.redirect('/', 303))
  return app
}

const officeOf = (entered: string): OfficeId | undefined =>
  (Object.keys(CLERKS) as OfficeId[]).find((one) => one === entered)

/** Back to a page of this site only. */
function pageHere({ world }: Looking, to: string): string {
  const address = URL.canParse(to, world.origin) ? new URL(to, world.origin) : null
  return address?.origin === world.origin ? address.pathname + address.search : '/'
}

async function signIn(at: Looking): Promise<Response> {
  const entered = await fields(at.c, 'office', 'part', 'to', 'clerk', 'passcode')
  const office = officeOf(entered.office)
  // Where the platform is a process of its own, its desk is the only one.
  if (!office || !doorOf(at.world, office)) return at.c.redirect('/', 303)
  const to = pageHere(at, entered.to)
  const again = (trouble: Trouble) => signInScreen(at, { office, part: entered.part }, to, trouble)
  const clerkId = zClerkId.safeParse(plainText(entered.clerk))
  if (!clerkId.success) return again(at.viewer.t.counter.shape)
  const refused = await attempt(async () => {
    const asked = { clerkId: clerkId.data, passcode: plainText(entered.passcode).slice(0, 64) }
    const { session, until } = await doorOf(at.world, office).signIn(asked)
    setCookie(at.c, cookieOf(office), session, { ...cookieFor(at), expires: until })
  })
  return refused ? again(refused) : at.c.redirect(to, 303)
}

async function signOut(at: Looking): Promise<Response> {
  const entered = await fields(at.c, 'office', 'to')
  const office = officeOf(entered.office)
  const session = office && getCookie(at.c, cookieOf(office))
  if (office && session && doorOf(at.world, office)) {
    await doorOf(at.world, office).signOut({ session })
    deleteCookie(at.c, cookieOf(office), cookieFor(at))
  }
  return at.c.redirect(pageHere(at, entered.to), 303)
}
