// `/authority/orders`: for J-LIS's operators. Orders by whose turn they are, what fails, figures of each step, who did what.

import { type Context, Hono } from 'hono'
import { type Show, zShow } from '../../../roles/sp-tsm/operator/contract.ts'
import { CARRIERS, type CarrierId } from '../../../world/people.ts'
import { buttonLink, panel, selectField, submit, textField } from '../components.ts'
import { STATE_TEXTS, STEP_TEXTS } from '../messages-orders.ts'
import { a, type Child, code, p } from '../tags.ts'
import { plainText } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { type At, deskPage, filters, numberOf, pages } from './desk.ts'
import { framed } from './operator.ts'
import { actOnOrder, ORDERS, orderPage, turn } from './order.ts'
import { atDesk } from './sign-in.ts'

const PAGE = 30
const WEEK_MS = 7 * 86_400_000

const subject = (reference: string | null): Child =>
  reference && /^[0-9a-f]{32}$/.test(reference)
    ? a({ href: `${ORDERS}/${reference}` }, code({}, reference.slice(0, 8)))
    : (reference ?? '–')

export function orderScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = atDesk(world, { office: 'j-lis', part: 'operator' })
  app.get('/', of(list))
  app.get('/figures', of(figures))
  app.get('/acts', of(acts))
  app.get('/:reference', of(orderPage))
  app.post('/:reference', of(actOnOrder))
  return app
}

const SHOWS = {
  all: 'showAll',
  failing: 'showFailing',
  refused: 'showRefused',
  holder: 'showHolder',
  working: 'showWorking',
  active: 'showActive',
  stopped: 'showStopped',
  ended: 'showEnded',
} as const satisfies Record<Show, string>

async function list(at: At): Promise<Response> {
  const { c, viewer, world } = at
  const { t, format, say } = viewer
  const find = plainText(c.req.query('find') ?? '').slice(0, 60)
  const show = zShow.catch('all').parse(c.req.query('show'))
  const carrier = Object.keys(CARRIERS).find((id) => id === c.req.query('carrier'))
  const before = numberOf(c.req.query('before'))
  const asked = { show, limit: PAGE, ...(find && { find }), ...(carrier && { carrier }), ...(before && { before }) }
  const { orders, more } = await world.spTsm.orders(asked)
  const wanted = { ...(find && { find }), ...(show !== 'all' && { show }), ...(carrier && { carrier }) }
  const heads = [t.orders.appliedAt, t.orders.way, t.orders.carrier, t.orders.state, t.orders.turn]
  const lines = orders.map((order) => [
    a({ href: `${ORDERS}/${order.reference}` }, format.minute(order.appliedAt)),
    order.way ? t.orders[order.way] : '–',
    CARRIERS[order.carrier as CarrierId]?.label[viewer.language] ?? order.carrier,
    [say(STATE_TEXTS[order.state]), order.refusal ? [' ', code({}, order.refusal)] : null],
    turn(viewer, order),
  ])
  const carriers = Object.entries(CARRIERS).map(([id, { label }]) => [id, say(label)] as const)
  return deskPage(at, {
    title: t.orders.title,
    path: address(c),
    content: [
      p({}, t.orders.lead),
      filters(
        ORDERS,
        textField({ name: 'find', label: t.orders.findLabel, hint: t.orders.findHint, value: find, optional: true }),
        selectField(
          { name: 'show', label: t.orders.show },
          zShow.options.map((one) => [one, t.orders[SHOWS[one]]]),
          show,
        ),
        selectField({ name: 'carrier', label: t.orders.carrier }, [['', t.orders.anyCarrier], ...carriers], carrier),
        submit(t.orders.find),
      ),
      framed(t.orders.title, heads, lines, t.orders.none),
      pages(at, ORDERS, wanted, { before: before !== undefined, last: more ? orders.at(-1)!.number : null }),
      buttonLink(`${ORDERS}/figures`, t.orders.figures, 'secondary'),
      buttonLink(`${ORDERS}/acts`, t.orders.deskActs, 'secondary'),
      buttonLink('/authority/campaigns', t.campaigns.title, 'secondary'),
      buttonLink('/authority/deliveries', t.deliveries.title, 'secondary'),
    ],
  })
}

const address = (c: Context): string => {
  const { pathname, search } = new URL(c.req.url)
  return pathname + search
}

async function figures(at: At): Promise<Response> {
  const { viewer, world } = at
  const { t, format, say } = viewer
  const since = new Date(world.now().getTime() - WEEK_MS)
  const { steps, orders } = await world.spTsm.statistics({ since })
  const time = (value: number | null) => (value === null ? '–' : t.orders.milliseconds(format.count(Math.round(value))))
  const heads = [t.orders.step, t.orders.runsCount, t.orders.failureRate, t.orders.median, t.orders.longest]
  const lines = steps.map(({ step, runs, failed, median, longest }) => [
    say(STEP_TEXTS[step as 'deploy'] ?? { ja: step, en: step }),
    format.count(runs),
    t.orders.percent(format.count(Math.round((failed * 1000) / runs) / 10)),
    time(median),
    time(longest),
  ])
  const states = Object.entries(orders).map(([state, count]) => [
    say(STATE_TEXTS[state as 'active']),
    format.count(count),
  ])
  return deskPage(at, {
    title: t.orders.figures,
    path: `${ORDERS}/figures`,
    content: [
      p({}, t.orders.figuresLead),
      framed(t.orders.figures, heads, lines, t.orders.noFigures),
      panel(t.orders.byState, framed(t.orders.byState, [t.orders.state, t.orders.count], states)),
      buttonLink(ORDERS, t.orders.back, 'secondary'),
    ],
  })
}

const ACTS = {
  find: 'findAct',
  stop: 'stop',
  resume: 'resume',
  retry: 'retry',
  cancel: 'cancel',
  propose: 'proposeAct',
  release: 'releaseAct',
  pause: 'pauseAct',
  abort: 'abortAct',
  revoke: 'revokeAct',
  accredit: 'accreditAct',
  resend: 'resendAct',
} as const

async function acts(at: At): Promise<Response> {
  const { c, viewer, world } = at
  const { t, format } = viewer
  const before = numberOf(c.req.query('before'))
  const { acts: done, more } = await world.spTsm.deskActs({ limit: PAGE, ...(before && { before }) })
  const heads = [t.orders.at, t.orders.desk, t.orders.by, t.orders.what, t.orders.reference, t.orders.outcome]
  const lines = done.map(({ at: when, desk, clerk, act, reference, refusal }) => [
    format.minute(when),
    desk === 'operator' ? t.orders.operatorDesk : t.orders.callCentreDesk,
    clerk,
    t.orders[ACTS[act]],
    subject(reference),
    refusal ? code({}, refusal) : t.orders.runDone,
  ])
  const path = `${ORDERS}/acts`
  return deskPage(at, {
    title: t.orders.deskActs,
    path,
    content: [
      framed(t.orders.deskActs, heads, lines, t.orders.noActs),
      pages(at, path, {}, { before: before !== undefined, last: more ? done.at(-1)!.number : null }),
      buttonLink(ORDERS, t.orders.back, 'secondary'),
    ],
  })
}
