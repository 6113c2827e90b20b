// `/carriers`: every combination of line, SIM, phone and network, and what becomes of it, from the function that the carriers
// ask themselves. No person's data.

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import { type Cell, LINES, matrix, SITUATIONS, type Situation } from '../../../roles/carrier/index.ts'
import { CARRIERS, type CarrierId, carrierFacts } from '../../../world/people.ts'
import { buttonLink, panel } from '../components.ts'
import { INELIGIBLE } from '../ineligible-texts.ts'
import { show } from '../page.ts'
import { type Child, div, h1, p } from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import {
  askAtShop,
  type CarrierAt,
  carrierDesk,
  failuresPage,
  noticesPage,
  sendNotices,
  shopPage,
} from './carrier-desk.ts'
import { framed } from './operator.ts'

const SITUATION_NAMES = Object.keys(SITUATIONS) as Situation[]

export function carrierScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = (handler: (at: CarrierAt) => Promise<Response> | Response) => async (c: Context) => {
    const id = carrierFacts.find((one) => one.id === c.req.param('id'))?.id
    return id ? handler({ c, world, viewer: viewerOfRequest(c), id, carrier: world.carriers[id] }) : c.notFound()
  }
  app.get(
    '/:id',
    of((at) => carrierDesk(at)),
  )
  app.get('/:id/notices', of(noticesPage))
  app.get('/:id/failures', of(failuresPage))
  app.post('/:id/send', of(sendNotices)).get('/:id/send', (c) => c.redirect(`/carriers/${c.req.param('id')}`, 303))
  app
    .get(
      '/:id/shop',
      of((at) => shopPage(at)),
    )
    .post('/:id/shop', of(askAtShop))
  app.get('/', (c) => {
    const viewer = viewerOfRequest(c)
    const { t } = viewer
    const cells = matrix(carrierFacts)
    const panels = carrierFacts.map(({ id }) => ofCarrier(viewer, id, cells))
    const content = div({}, h1({}, t.carriers.title), p({}, t.carriers.lead), ...panels)
    return show(c, { viewer, title: t.carriers.title, theme: 'authority', content, path: '/carriers' })
  })
  return app
}

function ofCarrier({ t, language }: Viewer, id: CarrierId, all: readonly Cell<CarrierId>[]): VNode {
  const carrier = CARRIERS[id]
  const label = carrier.label[language]
  const cells = all.filter((cell) => cell.carrier.id === id)
  const lines = LINES.flatMap((line) =>
    carrier.simModels.flatMap((sim) => {
      const ofSim = cells.filter((cell) => cell.line === line && cell.sim === sim)
      const devices = [...new Set(ofSim.map(({ device }) => device))]
      return devices.map((device): Child[] => [
        t.carriers[line],
        sim,
        device,
        ...SITUATION_NAMES.map((situation) =>
          outcome(
            { t, language } as Viewer,
            ofSim.find((cell) => cell.device === device && cell.situation === situation)!,
          ),
        ),
      ])
    }),
  )
  const heads = [t.carriers.line, t.carriers.sim, t.carriers.device, ...SITUATION_NAMES.map((name) => t.carriers[name])]
  const mode = carrier.kind === 'mvno' ? t.carriers.hosted : t.carriers[carrier.mode]
  const desk = buttonLink(`/carriers/${id}`, t.desk.deskOf(label), 'secondary')
  return panel(label, p({}, mode), framed(label, heads, lines), desk)
}

const outcome = ({ t, language }: Viewer, { bearer, reasons }: Cell<CarrierId>): string =>
  bearer ? t.carriers[bearer] : reasons.map((reason) => INELIGIBLE[reason][language]).join(' ')
