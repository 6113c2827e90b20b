// `/carriers/<id>/lines`: the counter of a carrier's shop. A line as it is; a new SIM, stop and go on, a number that goes or comes, a new
// contract, the end of one. What follows for the certificate is told by the carrier to J-LIS and shown on the phone.

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import type { Carrier } from '../../../roles/carrier/contract.ts'
import { CARRIERS, type CarrierId, type CitizenName } from '../../../world/people.ts'
import type { HandedOver, RenewalReason } from '../../../world/shops.ts'
import {
  buttonLink,
  choiceField,
  digitsField,
  hidden,
  notice,
  panel,
  post,
  rows,
  selectField,
  submit,
} from '../components.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, type Child, code, details, div, form, h1, li, p, summary, ul } from '../tags.ts'
import { fields, plainText, type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebCitizen, WebWorld } from '../world.ts'

interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
  readonly id: CarrierId
}

export function carrierShop(world: WebWorld): Hono {
  const app = new Hono()
  const of = (handler: (at: At) => Promise<Response>) => async (c: Context) => {
    const id = c.req.param('id') ?? ''
    if (!Object.hasOwn(CARRIERS, id)) return c.notFound()
    return handler({ c, world, viewer: viewerOfRequest(c), id: id as CarrierId })
  }
  app.get('/:id/lines', of(counter))
  app.post('/:id/lines/open', of(open))
  app.post('/:id/lines/:act', of(act))
  for (const step of [...Object.keys(ACTS), 'open'])
    app.get(
      `/:id/${step}`,
      of(async (at) => back(at)),
    )
  return app
}

const shopPath = (id: CarrierId, msisdn = ''): string =>
  `/carriers/${id}/lines${msisdn && `?number=${encodeURIComponent(msisdn)}`}`
const back = ({ c, id }: At): Response => c.redirect(shopPath(id), 303)

type Line = Awaited<ReturnType<Carrier['line']>>

/** The shop with the line that was asked for, and what has just been done or refused. */
async function counter(at: At, done: Child = null, trouble: Trouble | null = null, asked?: string): Promise<Response> {
  const { c, world, viewer, id } = at
  const msisdn = asked ?? plainText(c.req.query('number') ?? '').replace(/[\s-]/g, '')
  const found: { line?: Line } = {}
  const missing = msisdn
    ? await attempt(async () => {
        found.line = await world.carriers[id].line({ msisdn })
      })
    : null
  const told = trouble ?? (done ? null : missing)
  const title = viewer.t.shop.title(viewer.say(CARRIERS[id].label))
  const content = div(
    { class: 'narrow' },
    h1({}, title),
    told ? troubleNotice(viewer, told) : null,
    done,
    lookUp(at, msisdn),
    found.line ? lineOf(at, msisdn, found.line) : null,
    openForm(at),
    buttonLink('/carriers', viewer.t.shop.toCarriers, 'secondary'),
  )
  return show(c, {
    ...{ viewer, title, theme: 'authority', content, path: shopPath(id, msisdn) },
    ...(told ? { trouble: true, status: statusOf(told) } : {}),
  })
}

function lookUp({ viewer: { t, say }, world, id }: At, msisdn: string): VNode {
  const here = world.citizens.map(({ label, contact }) =>
    li({}, a({ href: shopPath(id, contact.msisdn) }, `${say(label)} ${contact.msisdn}`)),
  )
  return panel(
    t.shop.lookUp,
    form(
      { method: 'get', action: shopPath(id), class: 'form' },
      digitsField({ name: 'number', label: t.shop.number, hint: t.shop.numberHint, length: 15, value: msisdn }),
      submit(t.shop.show),
    ),
    details({}, summary({}, t.shop.practice), ul({}, ...here)),
  )
}

const STATUS = { active: 'inUse', suspended: 'suspended', restricted: 'restricted' } as const

function lineOf(at: At, msisdn: string, { status, iccid, deviceModel, serviceState }: Line): VNode {
  const { t } = at.viewer
  return div(
    {},
    panel(
      t.shop.line,
      rows(
        [t.shop.number, msisdn],
        [t.shop.status, t.shop[STATUS[status]]],
        [t.shop.sim, code({}, iccid)],
        [t.shop.phone, deviceModel],
        [t.shop.service, serviceState === 'none' ? t.shop.serviceNone : t.shop.serviceThere],
      ),
    ),
    newSim(at, msisdn),
    panel(
      status === 'active' ? t.shop.stopTitle : t.shop.goOnTitle,
      p({}, status === 'active' ? t.shop.stopText : t.shop.goOnText),
      one(at, status === 'active' ? 'suspend' : 'resume', msisdn, status === 'active' ? t.shop.stop : t.shop.goOn),
    ),
    panel(t.shop.leaveTitle, p({}, t.shop.leaveText), one(at, 'reserve', msisdn, t.shop.reserve)),
    panel(
      t.shop.endTitle,
      details(
        {},
        summary({}, t.shop.endAsk),
        notice('warning', t.shop.endFinal, p({}, t.shop.endText)),
        one(at, 'end', msisdn, t.shop.end, 'danger'),
      ),
    ),
  )
}

const one = ({ id }: At, act: ActName, msisdn: string, text: string, kind: 'secondary' | 'danger' = 'secondary') =>
  post(`/carriers/${id}/lines/${act}`, hidden('number', msisdn), submit(text, kind))

const REASONS = ['exchanged', 'lost-or-stolen', 'defective'] as const satisfies readonly RenewalReason[]

const newSim = ({ viewer: { t }, id }: At, msisdn: string): VNode =>
  panel(
    t.shop.newSimTitle,
    p({}, t.shop.newSimText),
    post(
      `/carriers/${id}/lines/new-sim`,
      hidden('number', msisdn),
      choiceField(
        'radio',
        'reason',
        t.shop.why,
        REASONS.map((value) => ({ value, text: t.shop[value], checked: value === 'exchanged' })),
      ),
      submit(t.shop.newSim),
    ),
  )

function openForm({ viewer: { t, say }, world, id }: At): VNode {
  const others = (Object.keys(CARRIERS) as CarrierId[]).filter((one) => one !== id)
  return panel(
    t.shop.openTitle,
    p({}, t.shop.openText),
    post(
      `/carriers/${id}/lines/open`,
      selectField(
        { name: 'who', label: t.shop.who },
        world.citizens.map(({ name, label }) => [name, say(label)]),
      ),
      selectField({ name: 'from', label: t.shop.from }, [
        ['', t.shop.fromNobody],
        ...others.map((one) => [one, say(CARRIERS[one].label)] as const),
      ]),
      digitsField({ name: 'reservation', label: t.shop.reservation, hint: t.shop.reservationHint, length: 10 }),
      submit(t.shop.open),
    ),
  )
}

type Entered = Readonly<Record<'number' | 'reason', string>>
type Act = (at: At, entered: Entered) => Promise<Child>

/** What is done for a line; gives what is told then. */
const ACTS = {
  'new-sim': async (at, { number, reason }) => {
    const why = REASONS.find((known) => known === reason) ?? 'exchanged'
    return handedOver(at, await at.world.shops.renewSim(at.id, number, why))
  },
  suspend: async ({ world, id, viewer: { t } }, { number }) => {
    await world.carriers[id].suspendLine({ msisdn: number, reason: 'asked-by-subscriber' })
    return notice('success', t.shop.stopped, p({}, t.shop.stoppedText))
  },
  resume: async ({ world, id, viewer: { t } }, { number }) => {
    await world.carriers[id].resumeLine({ msisdn: number, reason: 'asked-by-subscriber' })
    return notice('success', t.shop.goesOn, p({}, t.shop.goesOnText))
  },
  reserve: async ({ world, id, viewer: { t, format } }, { number }) => {
    const { reservation, expiresAt } = await world.carriers[id].reservePortOut({ msisdn: number })
    return notice(
      'success',
      t.shop.reserved,
      p({}, code({ id: 'given-reservation' }, reservation)),
      p({}, t.shop.reservedText(format.day(expiresAt))),
    )
  },
  end: async ({ world, id, viewer: { t } }, { number }) => {
    await world.carriers[id].terminateLine({ msisdn: number, reason: 'cancelled' })
    return notice('success', t.shop.ended, p({}, t.shop.endedText))
  },
} as const satisfies Record<string, Act>
type ActName = keyof typeof ACTS

const handedOver = ({ viewer: { t }, world }: At, { iccid, to }: HandedOver): VNode =>
  notice(
    'success',
    t.shop.handedOver(iccid.slice(-4)),
    p({}, t.shop.handedOverText),
    ownerLink(world, to) ? buttonLink(`/phone/${to}`, t.shop.toPhone, 'secondary') : null,
  )

const ownerLink = ({ citizens }: WebWorld, to: string | null): WebCitizen | undefined =>
  citizens.find(({ name }) => name === to)

async function act(at: At): Promise<Response> {
  const name = at.c.req.param('act') ?? ''
  if (!Object.hasOwn(ACTS, name)) return at.c.notFound() as Response
  const entered = await fields(at.c, 'number', 'reason')
  return carriedOut(at, () => (ACTS[name as ActName] as Act)(at, entered), entered.number)
}

/** A number of one's own at this carrier; with a reservation it comes from another one. */
async function open(at: At): Promise<Response> {
  const { who, from, reservation } = await fields(at.c, 'who', 'from', 'reservation')
  const person = at.world.citizens.find(({ name }) => name === who)
  if (!person) return back(at)
  const number = plainText(reservation).replace(/[\s-]/g, '')
  if (from !== '' && !/^[0-9]{10}$/.test(number)) return counter(at, null, at.viewer.t.shop.reservationShape, '')
  const ported = from === '' ? undefined : { from: from as CarrierId, reservation: number }
  const opening = async () => handedOver(at, await at.world.shops.openLine(at.id, who as CitizenName, ported))
  return carriedOut(at, opening, person.contact.msisdn)
}

async function carriedOut(at: At, work: () => Promise<Child>, number: string): Promise<Response> {
  const told: { done: Child } = { done: null }
  const refused = await attempt(async () => {
    told.done = await work()
  })
  return counter(at, told.done, refused, number)
}
