// `/login/<loginId>?uid=`: the verifier's page in the browser that wants to log in. Shows the number, waits for the phone,
// then hands the browser back to the OpenID provider, which knows the outcome.

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import type { Login } from '../../../roles/verifier/contract.ts'
import { buttonLink, panel, tile } from '../components.ts'
import { icon } from '../icons.ts'
import { inLanguage } from '../language.ts'
import { show } from '../page.ts'
import { a, div, h1, h2, p, section, span, strong } from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { PlatformWorld } from '../world.ts'
import { codeOnScreen } from './login-qr.ts'
import { readersOnScreen, takenScreen } from './login-reader.ts'

const UID = /^[\w-]{1,64}$/

export function loginScreen(world: PlatformWorld): Hono {
  const app = new Hono()
  app.get('/:loginId{[\\w-]{1,128}}', async (c) => {
    const uid = c.req.query('uid') ?? ''
    if (!UID.test(uid)) return c.notFound()
    const viewer = viewerOfRequest(c)
    const login = await world.verifier.showLogin({ loginId: c.req.param('loginId') })
    if (login.state === 'approved' && login.handedOver) return goOnInApp(c, viewer, login, uid)
    if (login.state !== 'waiting') return c.redirect(`/verifier/interaction/${uid}/finish`, 303)
    if (login.atReader) return atReader(c, viewer, login, uid)
    const { qr } = await world.verifier.loginQr({ loginId: login.loginId })
    return show(c, {
      viewer,
      title: viewer.t.login.title,
      theme: 'login',
      waiting: true,
      content: waitingFor(viewer, world, { login, uid, qr, inHand: isInHand(c) }),
    })
  })
  return app
}

/** Another address: a page that waits sees that it must change as a whole. */
function atReader(c: Context, viewer: Viewer, login: Login, uid: string): Response {
  const here = `/login/${login.loginId}?uid=${uid}&at=reader`
  if (c.req.query('at') !== 'reader') return c.redirect(here, 303)
  const content = takenScreen(viewer, login, here, cancelLink(viewer, login, uid))
  return show(c, { viewer, title: viewer.t.reader.taken, theme: 'login', waiting: true, content })
}

/** The word that opens the way back is the app's: this page may be that of somebody who sent the holder a link. */
const goOnInApp = (c: Context, viewer: Viewer, login: Login, uid: string): Response =>
  show(c, {
    viewer,
    title: viewer.t.scan.goOnInApp,
    theme: 'login',
    content: div(
      { class: 'narrow' },
      h1({}, viewer.t.scan.goOnInApp),
      p({}, viewer.t.scan.goOnInAppText),
      cancelLink(viewer, login, uid),
    ),
  })

/** Back to the service without a login, whatever has become of it. */
const cancelLink = ({ t, language }: Viewer, { clientName }: Login, uid: string): VNode =>
  buttonLink(`/verifier/interaction/${uid}/cancel`, t.login.cancel(inLanguage(clientName, language)), 'secondary')

interface Waiting {
  readonly login: Login
  readonly uid: string
  readonly qr: string | null
  readonly inHand: boolean
}

/** A phone says so in its name; who holds one cannot read its own screen with it. */
const isInHand = (c: Context): boolean => /\bMobi/.test(c.req.header('user-agent') ?? '')

function waitingFor(viewer: Viewer, world: PlatformWorld, { login, uid, qr, inHand }: Waiting): VNode {
  const { cardDoor } = world
  const { t, language, format } = viewer
  const here = onThisDevice(viewer, world, login, uid)
  const elsewhere = [codeOnScreen(viewer, world, qr), readersOnScreen(viewer, world, login, qr)]
  return div(
    { class: 'narrow' },
    p({ class: 'platform' }, t.login.platform),
    h1({}, t.login.title),
    p({}, t.login.lead(inLanguage(login.clientName, language))),
    section(
      { class: 'compare' },
      h2({}, t.login.code),
      p({ class: 'compare-code' }, strong({}, login.code)),
      p({}, t.login.compare),
    ),
    p({ class: 'wait', role: 'status' }, icon('wave'), span({}, t.login.waiting)),
    p({}, t.login.until(format.clock(login.expiresAt))),
    ...(inHand ? [here, ...elsewhere] : [...elsewhere, here]),
    cardDoor === null
      ? null
      : panel(
          t.login.card,
          p({}, t.login.cardHint),
          login.asked.length > 0 ? p({}, t.claims.notByCard) : null,
          p({}, a({ href: `${cardDoor}/verifier/interaction/${uid}/card` }, t.login.cardLink)),
        ),
    p({}, a({ href: `/login/${login.loginId}?uid=${uid}` }, t.page.checkAgain)),
    cancelLink(viewer, login, uid),
  )
}

const onThisDevice = ({ t, say }: Viewer, { citizens }: PlatformWorld, { loginId }: Login, uid: string): VNode =>
  panel(
    t.scan.sameDevice,
    p({}, t.login.openHint),
    div(
      { class: 'tiles' },
      ...citizens.map(({ name, label, carrier }) =>
        tile(`/phone/${name}/login?login=${loginId}&uid=${uid}`, 'phone', t.start.openPhone(say(label)), say(carrier)),
      ),
    ),
  )
