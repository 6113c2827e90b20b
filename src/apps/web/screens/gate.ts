// `/gate`: the terminal at the door: waiting, admitted or not and why; for the staff the list of guests. Seed 3 (2).

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import type { Admission, Terminal } from '../../../roles/terminal/contract.ts'
import { allChecks, failures } from '../check-list.ts'
import { buttonLink, choiceField, notice, panel, post, type Row, rows, submit } from '../components.ts'
import { icon } from '../icons.ts'
import { inLanguage } from '../language.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { details, div, h1, h2, p, section, span, strong, summary } from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebCitizen, WebWorld } from '../world.ts'

interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
  readonly results: Results
}

export function gateScreens(world: WebWorld): Hono {
  const app = new Hono()
  const results = keptResults()
  const of = (handler: (at: At) => Promise<Response>) => (c: Context) =>
    handler({ c, world, viewer: viewerOfRequest(c), results })
  app.get('/', of(waiting))
  app.post('/tap/:name', of(tap))
  app.get('/tap/:name', (c) => c.redirect('/gate', 303))
  app.get('/result/:number{[0-9]{1,9}}', of(result))
  app.post('/list', of(prepareList))
  app.get('/list', (c) => c.redirect('/gate', 303))
  return app
}

/** The screen shows the last results only; the terminal itself keeps what must be kept. */
const KEPT = 20

interface Results {
  keep(admission: Admission): number
  get(number: number): Admission | undefined
}

function keptResults(): Results {
  const kept = new Map<number, Admission>()
  let last = 0
  return {
    keep: (admission) => {
      kept.set(++last, admission)
      kept.delete(last - KEPT)
      return last
    },
    get: (number) => kept.get(number),
  }
}

const page = ({ c, viewer }: At, content: VNode, status = 200): Response =>
  show(c, { viewer, title: viewer.t.gate.title, theme: 'gate', content, status, path: onlyGets(c) })

const onlyGets = (c: Context): string => (c.req.method === 'GET' ? c.req.path : '/gate')

const waiting = (at: At): Promise<Response> => waitingScreen(at)

async function waitingScreen(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { viewer, world, c } = at
  const { t, format } = viewer
  const state = await world.gate.state({})
  const ready = readiness(state, world.now())
  const facts: Row[] = [
    ...(state.validUntil ? [[t.gate.listUntil, format.minute(state.validUntil)] as const] : []),
    [t.gate.entries, t.gate.people(format.count(state.entries))],
    [t.gate.admittedCount, t.gate.people(format.count(state.admitted))],
  ]
  const content = div(
    { class: 'gate' },
    p({ class: 'event' }, inLanguage(state.title ?? world.gateTitle, viewer.language)),
    trouble ? troubleNotice(viewer, trouble) : null,
    c.req.query('done') === 'prepared' ? notice('success', t.gate.prepared) : null,
    ready === 'ready' ? invitation(at) : notReady(at, ready),
    rows(...facts),
    await staff(at, ready !== 'ready'),
  )
  return page(at, content, trouble ? statusOf(trouble) : 200)
}

type Readiness = 'ready' | 'noList' | 'expired'

function readiness({ prepared, validUntil }: Awaited<ReturnType<Terminal['state']>>, now: Date): Readiness {
  if (!prepared || !validUntil) return 'noList'
  return validUntil > now ? 'ready' : 'expired'
}

const notReady = ({ viewer: { t } }: At, ready: Readiness): VNode =>
  div(
    { class: 'reader reader-off' },
    icon('warning', 'large'),
    h1({}, ready === 'expired' ? t.gate.expiredList : t.gate.noList),
    p({}, t.gate.noListText),
  )

const invitation = ({ viewer: { t, say }, world }: At): VNode =>
  div(
    {},
    div({ class: 'reader' }, icon('wave', 'large'), h1({}, t.gate.waiting), p({}, t.gate.waitingText)),
    section(
      { class: 'panel' },
      h2({}, t.gate.tapAs),
      ...world.citizens.map(({ name, label }) =>
        post(`/gate/tap/${name}`, submit(t.gate.tapOf(say(label)), 'secondary')),
      ),
    ),
  )

async function tap(at: At): Promise<Response> {
  const citizen = at.world.citizens.find(({ name }) => name === at.c.req.param('name'))
  if (!citizen) return at.c.notFound() as Response
  const numbers: number[] = []
  const refused = await attempt(async () => {
    numbers.push(at.results.keep(await at.world.gate.admit({ reader: citizen.reader })))
  })
  return refused ? waitingScreen(at, refused) : at.c.redirect(`/gate/result/${numbers[0]}`, 303)
}

async function result(at: At): Promise<Response> {
  const { t, format } = at.viewer
  const admission = at.results.get(Number(at.c.req.param('number')))
  if (!admission) return page(at, notice('info', t.gate.gone, buttonLink('/gate', t.gate.next)), 404)
  const { verdict, apdus, bytesOnAir, milliseconds } = admission
  const content = div(
    { class: 'gate' },
    admission.admitted ? welcomed(at.viewer, admission) : turnedAway(at.viewer, admission),
    buttonLink('/gate', t.gate.next),
    rows(
      [t.gate.time, t.gate.timeValue(format.count(Math.round(milliseconds)))],
      [t.gate.air, t.gate.airValue(format.count(apdus), format.count(bytesOnAir))],
    ),
    allChecks(at.viewer, verdict),
  )
  return page(at, content)
}

const welcomed = ({ t }: Viewer, { ticket }: Admission): VNode =>
  div(
    { class: 'outcome outcome-yes', role: 'status' },
    icon('passed', 'large'),
    h1({}, t.gate.admittedTitle),
    p({}, t.gate.admitted),
    ticket ? p({ class: 'ticket' }, span({}, t.gate.ticket), ' ', strong({}, ticket)) : null,
  )

const turnedAway = (viewer: Viewer, { verdict }: Admission): VNode =>
  div(
    {},
    div(
      { class: 'outcome outcome-no', role: 'alert' },
      icon('failed', 'large'),
      h1({}, viewer.t.gate.refusedTitle),
      p({}, viewer.t.gate.refusedHelp),
      p({}, viewer.t.gate.refusedAgain),
    ),
    panel(viewer.t.gate.why, failures(viewer, verdict)),
  )

/** Who could be on a list: a phone whose certificate is in use. */
const serialOf = async ({ phone }: WebCitizen): Promise<bigint | null> => {
  const { order } = await phone.order({})
  return order?.state === 'active' ? order.serial : null
}

async function staff({ viewer: { t, say }, world }: At, open: boolean): Promise<VNode> {
  const choices = await Promise.all(
    world.citizens.map(async (citizen) => {
      const able = (await serialOf(citizen)) !== null
      const text = able ? say(citizen.label) : say(citizen.label) + t.gate.noPhoneCertificate
      return { value: citizen.name, text, checked: able, disabled: !able }
    }),
  )
  return details(
    { class: 'staff', open },
    summary({}, t.gate.staffTitle),
    p({}, t.gate.staffLead),
    post('/gate/list', choiceField('checkbox', 'holder', t.gate.ticketHolders, choices), submit(t.gate.prepare)),
  )
}

const VALID_HOURS = 24

async function prepareList(at: At): Promise<Response> {
  const { gate, verifier, citizens, gateTitle } = at.world
  const chosen = (await at.c.req.formData()).getAll('holder')
  const holders = await Promise.all(
    citizens.map(async (citizen, row) => ({
      serial: chosen.includes(citizen.name) ? await serialOf(citizen) : null,
      ticket: `A-${row + 1}`,
    })),
  )
  const refused = await attempt(async () => {
    await gate.prepare({})
    await gate.loadAllowList(
      await verifier.allowList({
        title: gateTitle,
        validHours: VALID_HOURS,
        holders: holders.flatMap(({ serial, ticket }) => (serial === null ? [] : [{ serial, ticket }])),
      }),
    )
  })
  return refused ? waitingScreen(at, refused) : at.c.redirect('/gate?done=prepared', 303)
}
