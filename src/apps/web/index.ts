// The screens as one Hono application: every page is made on the server and works without scripts.

import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { Refusal } from '../../base/refusal.ts'
import { answerIvr } from '../../cases/telephone/ivr.ts'
import { isPublic, logRoutes, publicSite } from '../../roles/authority/http.ts'
import { connectorDoor } from '../../roles/phone/http.ts'
import { assets } from './assets.ts'
import { keepEntered } from './entered.ts'
import { authorityScreens } from './screens/authority.ts'
import { bankScreens } from './screens/bank.ts'
import { BANK_DESK, bankDeskScreens } from './screens/bank-desk.ts'
import { callCentreScreens } from './screens/call-centre.ts'
import { CAMPAIGNS, campaignScreens } from './screens/campaigns.ts'
import { carrierScreens } from './screens/carriers.ts'
import { counterScreens } from './screens/counter.ts'
import { DELIVERIES, deliveryScreens } from './screens/deliveries.ts'
import { developerScreens } from './screens/developers/developers.ts'
import { broken, foreign, notFound, refused, tooMuch, unreadable } from './screens/errors.ts'
import { gateScreens } from './screens/gate.ts'
import { kioskScreens } from './screens/kiosk.ts'
import { loginScreen } from './screens/login.ts'
import { OPENINGS, openingScreens } from './screens/opening.ts'
import { orderScreens } from './screens/orders.ts'
import { phoneScreens } from './screens/phone.ts'
import { platformScreens } from './screens/platform/platform.ts'
import { railwayScreens } from './screens/railway.ts'
import { readerScreens } from './screens/reader.ts'
import { reportScreens, tooLarge, UPLOAD_LIMIT, verifyScreens } from './screens/report.ts'
import { signInScreens } from './screens/sign-in.ts'
import { startScreen } from './screens/start.ts'
import type { PlatformWorld, ReaderWorld, WebWorld } from './world.ts'

const FORM_LIMIT = 64 * 1024
const LOAD_FILE_LIMIT = 1 << 20

export interface WebOptions {
  readonly world: WebWorld
}

/** Everything but `/verifier/*`, which is the OpenID provider's. */
export function createWeb({ world }: WebOptions): Hono {
  const app = new Hono()
  app.use(secureHeaders(headers(world.origin)))
  // Public and without effect, so under any name of this machine: OCSP clients are told what to ask by hand.
  const site = publicSite(world.authority, () => new Date())
  app.use('/authority/*', (c, next) => (isPublic(c.req.path) ? site.answer(c.req.raw) : next()))
  app.route('/authority/log', logRoutes(world.authority))
  // From pages of other origins: the browser tells which, the SIM and its owner decide.
  for (const { name, phone } of world.citizens) app.route(`/connector/${name}`, connectorDoor(phone, world.log))
  // From the voice platform, which signs what it sends.
  app.post('/bank/ivr', bodyLimit({ maxSize: FORM_LIMIT }), (c) => answerIvr(world.ivr, c.req.raw))
  app.use(ownName(world.origin))
  app.use(csrf({ origin: world.origin }))
  const forms = bodyLimit({ maxSize: FORM_LIMIT, onError: tooMuch })
  app.use('/verify', bodyLimit({ maxSize: UPLOAD_LIMIT, onError: tooLarge }))
  app.use(CAMPAIGNS, bodyLimit({ maxSize: LOAD_FILE_LIMIT, onError: tooMuch }))
  app.use((c, next) => (['/verify', CAMPAIGNS].includes(c.req.path) ? next() : forms(c, next)))
  app.use(wholeForms)
  app.route('/assets', assets())
  app.route('/', startScreen(world))
  app.route('/phone', phoneScreens(world))
  app.route('/login', loginScreen(world))
  for (const place of OPENINGS(world)) app.route(place.path, openingScreens(world, place))
  app.route(BANK_DESK, bankDeskScreens(world))
  for (const place of world.banks) app.route(place.path, bankScreens(world, place))
  app.route('/securities/report', reportScreens(world.securities, '/securities/report'))
  app.route('/verify', verifyScreens(world.verifier))
  app.route('/gate', gateScreens(world))
  app.route('/kiosk', kioskScreens(world))
  app.route('/reader', readerScreens(world))
  app.route('/railway', railwayScreens(world))
  app.route('/desk', signInScreens(world))
  app.route('/counter', counterScreens(world))
  app.route('/authority/orders', orderScreens(world))
  app.route(CAMPAIGNS, campaignScreens(world))
  app.route(DELIVERIES, deliveryScreens(world))
  app.route('/authority', authorityScreens(world))
  app.route('/call-centre', callCentreScreens(world))
  app.route('/carriers', carrierScreens(world))
  app.route('/developers', developerScreens(world))
  app.route('/platform', platformScreens(world))
  return withTroubles(app, world.log)
}

/** What the verification platform shows where it is a process of its own: its login page, its portal and its desk. */
export function createPlatformWeb(world: PlatformWorld & Pick<WebWorld, 'log'>): Hono {
  const app = ownScreens(world.origin)
  // Of all desks only the platform's is here, which asks the verifier alone.
  const desk = world as unknown as WebWorld
  app.get('/', (c) => c.redirect('/developers', 303))
  app.route('/login', loginScreen(world))
  app.route('/developers', developerScreens(world))
  app.route('/desk', signInScreens(desk))
  app.route('/platform', platformScreens(desk))
  return withTroubles(app, world.log)
}

/** What a reader shows where it is a process of its own. */
export function createReaderWeb(world: ReaderWorld & Pick<WebWorld, 'origin' | 'log'>): Hono {
  const app = ownScreens(world.origin)
  app.get('/', (c) => c.redirect('/reader', 303))
  app.route('/reader', readerScreens(world))
  return withTroubles(app, world.log)
}

/** Of a process with few of the screens. */
function ownScreens(origin: string): Hono {
  const app = new Hono()
  app.use(secureHeaders(headers(origin)))
  app.use(ownName(origin))
  app.use(csrf({ origin }))
  app.use(bodyLimit({ maxSize: FORM_LIMIT, onError: tooMuch }))
  app.use(wholeForms)
  app.route('/assets', assets())
  return app
}

function withTroubles(app: Hono, log: WebWorld['log']): Hono {
  app.notFound((c) => notFound(c))
  app.onError((error, c) => {
    if (error instanceof Refusal) return refused(c, error)
    if (error instanceof HTTPException) return error.status === 403 ? foreign(c) : error.getResponse()
    // The name only: a message may repeat what a person entered.
    log('web.failed', { error: error.name, route: c.req.routePath })
    return broken(c)
  })
  return app
}

/**
 * Another name of this machine is led to the one name that all roles use; under a name that somebody else made point
 * here (DNS rebinding) nothing is done.
 */
const ownName =
  (origin: string): MiddlewareHandler =>
  async (c, next) => {
    const { host, pathname, search } = new URL(c.req.url)
    if (host === new URL(origin).host) return next()
    return c.req.method === 'GET' ? c.redirect(origin + pathname + search, 307) : foreign(c)
  }

/** RFC 7578: parts between borders. What is read here is kept for who handles the form, and for when it comes back. */
const wholeForms: MiddlewareHandler = async (c, next) => {
  if (c.req.method !== 'POST') return next()
  try {
    await keepEntered(c)
  } catch (error) {
    if (error instanceof TypeError) return unreadable(c)
    throw error
  }
  return next()
}

const SELF = ["'self'"]
const NONE = ["'none'"]

/** Nothing from elsewhere, nothing inline, in nobody's frame; addresses are told to nobody. */
const headers = (origin: string) => ({
  contentSecurityPolicy: {
    defaultSrc: NONE,
    styleSrc: SELF,
    scriptSrc: SELF,
    imgSrc: SELF,
    connectSrc: SELF,
    formAction: SELF,
    baseUri: NONE,
    frameAncestors: NONE,
  },
  permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [] },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  strictTransportSecurity: origin.startsWith('https:') ? 'max-age=31536000' : false,
})
