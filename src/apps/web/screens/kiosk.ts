// `/kiosk`: the self-service till of a shop. It asks for an age, waits for the phone, and shows yes or no. Seed 0 (松田).

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import type { AgeRequest } from '../../../roles/service/contract.ts'
import { buttonLink, post, submit, tile } from '../components.ts'
import { type IconName, icon } from '../icons.ts'
import { inLanguage, type Words } from '../language.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, div, h1, h2, p, section, span, strong } from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
}

/** What depends on an age, and on which. */
const PRODUCTS = {
  sake: { limit: 20, name: { ja: '日本酒', en: 'Sake' } },
  senior: { limit: 65, name: { ja: 'シニア割引の弁当', en: 'Lunch box at the senior price' } },
} as const satisfies Record<string, { limit: number; name: Words }>

export function kioskScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = (handler: (at: At) => Promise<Response>) => (c: Context) =>
    handler({ c, world, viewer: viewerOfRequest(c) })
  app.get('/', of(shelf))
  app.post('/ask/:product', of(ask))
  app.get('/ask/:product', (c) => c.redirect('/kiosk', 303))
  app.get('/request/:requestId{[0-9a-f]{32}}', of(request))
  return app
}

const page = (
  { c, viewer, world }: At,
  content: VNode,
  more: { waiting?: boolean; status?: number } = {},
): Response => {
  const shop = inLanguage(world.shopName, viewer.language)
  return show(c, {
    viewer,
    title: `${viewer.t.kiosk.title} | ${shop}`,
    theme: 'gate',
    ...more,
    path: c.req.method === 'GET' ? c.req.path : '/kiosk',
    content: div({ class: 'gate' }, p({ class: 'event' }, shop), content),
  })
}

const shelf = async (at: At): Promise<Response> => shelfScreen(at)

function shelfScreen(at: At, trouble: Trouble | null = null): Response {
  const { viewer } = at
  const { t, say } = viewer
  const content = div(
    {},
    trouble ? troubleNotice(viewer, trouble) : null,
    h1({}, t.kiosk.choose),
    p({ class: 'lead' }, t.kiosk.chooseLead),
    ...Object.entries(PRODUCTS).map(([product, { limit, name }]) =>
      post(`/kiosk/ask/${product}`, submit(t.kiosk.buy(say(name), limit), 'secondary')),
    ),
  )
  return page(at, content, trouble ? { status: statusOf(trouble) } : {})
}

async function ask(at: At): Promise<Response> {
  const product = at.c.req.param('product') ?? ''
  if (!Object.hasOwn(PRODUCTS, product)) return at.c.notFound() as Response
  const { limit } = PRODUCTS[product as keyof typeof PRODUCTS]
  const asked: AgeRequest[] = []
  const refused = await attempt(async () => {
    asked.push(await at.world.shop.askAge({ limit }))
  })
  return refused ? shelfScreen(at, refused) : at.c.redirect(`/kiosk/request/${asked[0]!.requestId}`, 303)
}

async function request(at: At): Promise<Response> {
  const asked = await at.world.shop.ageRequest({ requestId: at.c.req.param('requestId') ?? '' })
  return asked.state === 'waiting' ? page(at, question(at, asked), { waiting: true }) : page(at, ended(at, asked))
}

function question({ viewer: { t, say }, world }: At, { party, requestId, limit, code }: AgeRequest): VNode {
  return div(
    {},
    h1({}, t.kiosk.askTitle(limit)),
    p({ class: 'lead' }, t.kiosk.askLead),
    section({ class: 'compare' }, h2({}, t.asking.code), p({ class: 'compare-code' }, strong({}, code))),
    p({ class: 'wait', role: 'status' }, icon('wave'), span({}, t.kiosk.waiting)),
    section(
      { class: 'panel' },
      h2({}, t.kiosk.open),
      p({}, t.kiosk.openHint),
      div(
        { class: 'tiles' },
        ...world.citizens.map(({ name, label, carrier }) =>
          tile(
            `/phone/${name}/age?party=${party}&request=${requestId}`,
            'phone',
            t.start.openPhone(say(label)),
            say(carrier),
          ),
        ),
      ),
    ),
    p({}, a({ href: `/kiosk/request/${requestId}` }, t.page.checkAgain)),
    buttonLink('/kiosk', t.kiosk.cancel, 'secondary'),
  )
}

function ended(at: At, { state, limit }: AgeRequest): VNode {
  const { t } = at.viewer
  switch (state) {
    case 'reached':
      return outcome(at, 'yes', 'passed', t.kiosk.yesTitle, t.kiosk.yes(limit), t.kiosk.yesHelp)
    case 'notReached':
      return outcome(at, 'no', 'failed', t.kiosk.noTitle, t.kiosk.no(limit), t.kiosk.noHelp)
    case 'declined':
      return outcome(at, 'none', 'info', t.kiosk.declinedTitle, t.kiosk.declined)
    case 'expired':
      return outcome(at, 'none', 'info', t.kiosk.expiredTitle, t.kiosk.expired)
    default:
      return outcome(at, 'none', 'warning', t.kiosk.undeterminedTitle, t.kiosk.undetermined)
  }
}

/** Yes and no are told apart by word, drawing and colour; a member of staff sees it from afar. */
const outcome = (
  { viewer: { t } }: At,
  kind: 'yes' | 'no' | 'none',
  drawing: IconName,
  heading: string,
  ...text: string[]
) =>
  div(
    { class: 'gate' },
    div(
      { class: `outcome outcome-${kind}`, role: 'status' },
      icon(drawing, 'large'),
      h1({}, heading),
      ...text.map((line) => p({}, line)),
    ),
    buttonLink('/kiosk', t.kiosk.again),
  )
