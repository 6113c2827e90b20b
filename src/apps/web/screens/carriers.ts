// `/carriers`: the carriers with their shops, and every combination of line, SIM, phone and network with what becomes of it, from
// the function that the carriers ask themselves. No person's data.

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import type { Part } from '../../../roles/carrier/desk/contract.ts'
import { type Cell, matrix, SITUATIONS, type Situation } from '../../../roles/carrier/index.ts'
import { CARRIERS, type CarrierId, carrierFacts } from '../../../world/people.ts'
import { buttonLink, panel, rows } from '../components.ts'
import { INELIGIBLE, INELIGIBLE_SHORT } from '../ineligible-texts.ts'
import { show } from '../page.ts'
import { type Child, div, h1, p } from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import type { CarrierAt } from './carrier-acts.ts'
import { actsPage, carrierDesk, failuresPage, noticesPage, sendNotices } from './carrier-desk.ts'
import { actOnLine, lookAtLine, openLine } from './carrier-shop.ts'
import { framed } from './operator.ts'
import { atDesk } from './sign-in.ts'

const SITUATION_NAMES = Object.keys(SITUATIONS) as Situation[]

type Cells = readonly Cell<CarrierId>[]

export function carrierScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = (part: Part, handler: (at: CarrierAt) => Promise<Response> | Response) => async (c: Context) => {
    const id = carrierFacts.find((one) => one.id === c.req.param('id'))?.id
    if (!id) return c.notFound()
    return atDesk(world, { office: id, part })((at) => handler({ ...at, id, carrier: world.carriers[id] }))(c)
  }
  app.get(
    '/:id',
    of('operator', (at) => carrierDesk(at)),
  )
  app.get('/:id/notices', of('operator', noticesPage))
  app.get('/:id/failures', of('operator', failuresPage))
  app.get('/:id/acts', of('operator', actsPage))
  app
    .post('/:id/send', of('operator', sendNotices))
    .get('/:id/send', (c) => c.redirect(`/carriers/${c.req.param('id')}`, 303))
  app.get('/:id/lines', of('shop', lookAtLine))
  app.post('/:id/lines/open', of('shop', openLine))
  app.post('/:id/lines/:act', of('shop', actOnLine))
  app.get('/:id/lines/:act', (c) => c.redirect(`/carriers/${c.req.param('id')}/lines`, 303))
  app.get('/', (c) => {
    const viewer = viewerOfRequest(c)
    const { t } = viewer
    const cells = matrix(carrierFacts)
    const panels = carrierFacts.map(({ id }) => ofCarrier(viewer, id, cells))
    const content = div({}, h1({}, t.carriers.title), p({}, t.carriers.lead), ...panels, legend(viewer, cells))
    return show(c, { viewer, title: t.carriers.title, theme: 'authority', content, path: '/carriers' })
  })
  return app
}

/** A line that is suspended can have nothing whatever SIM and phone are: that is one sentence, and no rows. */
function ofCarrier(viewer: Viewer, id: CarrierId, all: Cells): VNode {
  const { t, say } = viewer
  const carrier = CARRIERS[id]
  const label = say(carrier.label)
  const cells = all.filter((cell) => cell.carrier.id === id && cell.line === 'active')
  const lines = carrier.simModels.flatMap((sim) => {
    const devices = [...new Set(cells.map(({ device }) => device))]
    return devices.map((device): Child[] => {
      const of = (situation: Situation) =>
        cells.find((cell) => cell.sim === sim && cell.device === device && cell.situation === situation)!
      return [sim, device, ...SITUATION_NAMES.map((situation) => outcome(viewer, of(situation)))]
    })
  })
  const heads = [t.carriers.sim, t.carriers.device, ...SITUATION_NAMES.map((name) => t.carriers[name])]
  const mode = carrier.kind === 'mvno' ? t.carriers.hosted : t.carriers[carrier.mode]
  const shop = buttonLink(`/carriers/${id}/lines`, t.carriers.toShop(label), 'secondary')
  const desk = buttonLink(`/carriers/${id}`, t.desk.deskOf(label), 'secondary')
  return panel(label, p({}, mode), div({ class: 'matrix' }, framed(label, heads, lines)), shop, desk)
}

/** In a word or two; the legend below says the rest. */
const outcome = ({ t, say }: Viewer, { bearer, reasons }: Cell<CarrierId>): string =>
  bearer
    ? `○ ${t.carriers[`${bearer}Short`]}`
    : `× ${reasons.map((reason) => say(INELIGIBLE_SHORT[reason])).join('、')}`

/** Each short word that is in the tables, with what it means and what to do. */
function legend({ t, say }: Viewer, cells: Cells): VNode {
  const bearers = [...new Set(cells.flatMap(({ bearer }) => bearer ?? []))]
  const reasons = [...new Set(cells.flatMap((cell) => cell.reasons))]
  return panel(
    t.carriers.legend,
    rows(
      ...bearers.map((bearer) => [`○ ${t.carriers[`${bearer}Short`]}`, t.carriers[bearer]] as const),
      ...reasons.map((reason) => [`× ${say(INELIGIBLE_SHORT[reason])}`, say(INELIGIBLE[reason])] as const),
    ),
    p({}, t.carriers.suspendedLines),
  )
}
