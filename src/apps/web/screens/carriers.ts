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
import { caption, div, h1, p, span, table, tbody, td, th, thead, tr } from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import type { CarrierAt } from './carrier-acts.ts'
import { actsPage, carrierDesk, failuresPage, noticesPage, sendNotices } from './carrier-desk.ts'
import { actOnLine, lookAtLine, openLine } from './carrier-shop.ts'
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
    const content = div({}, h1({}, t.carriers.title), p({}, t.carriers.lead), legend(viewer, cells), ...panels)
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
  const tables = carrier.simModels.map((sim) =>
    ofSim(
      viewer,
      sim,
      cells.filter((cell) => cell.sim === sim),
      notesOf(all),
    ),
  )
  const mode = carrier.kind === 'mvno' ? t.carriers.hosted : t.carriers[carrier.mode]
  const shop = buttonLink(`/carriers/${id}/lines`, t.carriers.toShop(label), 'secondary')
  const desk = buttonLink(`/carriers/${id}`, t.desk.deskOf(label), 'secondary')
  return panel(label, p({}, mode), ...tables, shop, desk)
}

/** Phones of which the same becomes are one line; what is the same in all networks is said once. */
function ofSim({ t, say, format }: Viewer, sim: string, cells: Cells, notes: Notes): VNode {
  const marked = ({ bearer, reasons }: Cells[number]) => markOf(notes, bearer ? [bearer] : reasons)
  const inWords = ({ bearer, reasons }: Cells[number]) =>
    bearer ? t.carriers[`${bearer}Short`] : format.list(reasons.map((reason) => say(INELIGIBLE_SHORT[reason])))
  const outcome = (cell: Cells[number], colSpan: number) =>
    td({ colSpan }, marked(cell), span({ class: 'visually-hidden' }, ` ${inWords(cell)}`))
  const ofDevices = Map.groupBy(cells, ({ device }) => device)
  const alike = Map.groupBy([...ofDevices.values()], (ofDevice) => ofDevice.map(marked).join())
  const lines = [...alike.values()].map((devices) => {
    const [shown] = devices
    const same = new Set(shown!.map(marked)).size === 1
    const outcomes = same ? [outcome(shown![0]!, shown!.length)] : shown!.map((cell) => outcome(cell, 1))
    return tr({}, th({ scope: 'row' }, ...devices.map(([one]) => div({}, one!.device))), ...outcomes)
  })
  const heads = [t.carriers.device, ...SITUATION_NAMES.map((name) => t.carriers[name])]
  return table(
    { class: 'matrix' },
    caption({}, `${t.carriers.sim}: ${sim}`),
    thead({}, tr({}, ...heads.map((text) => th({ scope: 'col' }, text)))),
    tbody({}, ...lines),
  )
}

type Outcome = NonNullable<Cells[number]['bearer']> | Cells[number]['reasons'][number]
type Notes = ReadonlyMap<Outcome, string>

/** Letters for ways, figures for reasons. */
function notesOf(cells: Cells): Notes {
  const bearers = [...new Set(cells.flatMap(({ bearer }) => bearer ?? []))]
  const reasons = [...new Set(cells.filter(({ line }) => line === 'active').flatMap((cell) => cell.reasons))]
  return new Map<Outcome, string>([
    ...bearers.map((bearer, i) => [bearer, `○${'AB'[i]}`] as const),
    ...reasons.map((reason, i) => [reason, `×${i + 1}`] as const),
  ])
}

const markOf = (notes: Notes, outcomes: readonly Outcome[]): string => outcomes.map((one) => notes.get(one)).join(' ')

/** Each mark that is in the tables, with what it means and what to do. */
function legend({ t, say }: Viewer, cells: Cells): VNode {
  const meaning = (outcome: Outcome): string =>
    Object.hasOwn(INELIGIBLE, outcome)
      ? say(INELIGIBLE[outcome as keyof typeof INELIGIBLE])
      : t.carriers[outcome as 'proxy' | 'https']
  const lines = [...notesOf(cells)].map(([outcome, mark]) => [mark, meaning(outcome)] as const)
  return panel(t.carriers.legend, rows(...lines), p({}, t.carriers.suspendedLines))
}
