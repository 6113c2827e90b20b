// `/authority/deliveries`: SMS, mails and letters by state, for J-LIS's operators; what waits can be tried now. Neither a
// recipient nor a code.

import { Hono } from 'hono'
import { allShown, type ShownDelivery } from '../../../adapters/deliveries/index.ts'
import { buttonLink, hidden, notice, post, submit } from '../components.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { a, type Child, code, p } from '../tags.ts'
import { fields } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { type At, deskPage } from './desk.ts'
import { framed } from './operator.ts'
import { ORDERS } from './order.ts'
import { atDesk } from './sign-in.ts'

export const DELIVERIES = '/authority/deliveries'
const PAGE = 30

export function deliveryScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = atDesk(world, { office: 'j-lis', part: 'operator', home: DELIVERIES })
  app.get(
    '/',
    of((at) => page(at)),
  )
  app.post('/', of(again))
  return app
}

async function page(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { c, viewer, world } = at
  const { t } = viewer
  const before = new Date(c.req.query('before') ?? '')
  const asked = { limit: PAGE, ...(Number.isNaN(before.getTime()) ? {} : { before }) }
  const rows = await allShown([world.deliveries, world.outbox], asked)
  const { takenAt, way, state, attempts, endedAt } = t.deliveries
  const older = rows.length === PAGE ? `${DELIVERIES}?before=${rows.at(-1)!.takenAt.toISOString()}` : null
  return deskPage(at, {
    title: t.deliveries.title,
    path: DELIVERIES,
    trouble,
    content: [
      c.req.query('done') ? notice('success', t.deliveries.sentAgain) : null,
      p({}, t.deliveries.lead),
      rows.some((one) => one.state === 'failed')
        ? notice('warning', t.deliveries.failed, p({}, t.deliveries.failedText))
        : null,
      framed(
        t.deliveries.title,
        [takenAt, way, state, attempts, endedAt],
        rows.map((one) => line(at, one)),
        t.deliveries.none,
      ),
      older ? p({}, a({ class: 'step-link', href: older }, t.orders.more)) : null,
      'before' in asked ? p({}, a({ class: 'step-link', href: DELIVERIES }, t.orders.newest)) : null,
      buttonLink(ORDERS, t.orders.back, 'secondary'),
    ],
  })
}

function line({ viewer: { t, format } }: At, one: ShownDelivery): Child[] {
  const { id, way, state, attempts, takenAt, endedAt } = one
  return [
    format.minute(takenAt),
    t.deliveries[way],
    [
      t.deliveries[state],
      one.code ? [' ', code({}, one.code)] : null,
      state === 'waiting' ? post(DELIVERIES, hidden('id', id), submit(t.deliveries.again, 'secondary')) : null,
    ],
    format.count(attempts),
    endedAt ? format.minute(endedAt) : '–',
  ]
}

async function again(at: At): Promise<Response> {
  const { id } = await fields(at.c, 'id')
  if (!/^[a-z0-9]{6,64}$/.test(id)) return page(at, at.viewer.t.deliveries.notWaiting)
  const tried: boolean[] = []
  const refused = await attempt(async () => {
    await at.world.spTsm.recordAct({ session: at.clerk.session, act: 'resend', subject: id })
    tried.push(await at.world.deliveries.again(id))
  })
  if (refused) return page(at, refused)
  return tried[0] ? at.c.redirect(`${DELIVERIES}?done=again`, 303) : page(at, at.viewer.t.deliveries.notWaiting)
}
