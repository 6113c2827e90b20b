// `/carriers/<id>/lines`: the counter of a carrier's shop. A line as it is, and whether it is of who stands there; a new SIM, stop and go on, a number that goes or comes, a new
// contract, the end of one. What follows for the certificate is told by the carrier to J-LIS and shown on the phone.

import type { VNode } from 'preact'
import type { Carrier } from '../../../roles/carrier/contract.ts'
import { CARRIERS, type CarrierId, type CitizenName } from '../../../world/people.ts'
import type { HandedOver, RenewalReason } from '../../../world/shops.ts'
import { dateIn } from '../birth-date.ts'
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
  textField,
} from '../components.ts'
import type { Wrong } from '../entered.ts'
import { INELIGIBLE } from '../ineligible-texts.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { a, type Child, code, details, div, form, li, p, summary, ul } from '../tags.ts'
import { fields, plainText, type Viewer } from '../viewer.ts'
import type { WebCitizen, WebWorld } from '../world.ts'
import { type CarrierAt, recorded } from './carrier-acts.ts'
import { deskPage } from './desk.ts'

const shopPath = (id: CarrierId, msisdn = ''): string =>
  `/carriers/${id}/lines${msisdn && `?number=${encodeURIComponent(msisdn)}`}`

type Line = Awaited<ReturnType<Carrier['line']>>

/** The line that is looked at: on record, as all that a clerk sees of somebody's. */
export const lookAtLine = (at: CarrierAt): Promise<Response> => {
  const number = plainText(at.c.req.query('number') ?? '').replace(/[\s-]/g, '')
  return shop(at, number ? { number, act: 'find' } : { number })
}

interface Shown {
  readonly number: string
  /** Written down, when looking is all that is done. */
  readonly act?: 'find'
  readonly done?: Child
  readonly trouble?: Trouble | null
  readonly wrong?: Wrong
}

/** The shop with the line that was asked for, and what has just been done or refused. */
async function shop(at: CarrierAt, { number, act, done = null, trouble = null, wrong }: Shown): Promise<Response> {
  const { viewer, carrier, id } = at
  const found: { line?: Line } = {}
  const look = async () => {
    found.line = await carrier.line({ msisdn: number })
  }
  const missing = number ? await attempt(() => (act ? recorded(at, { act, msisdn: number }, look) : look())) : null
  return deskPage(at, {
    title: viewer.t.shop.title(viewer.say(CARRIERS[id].label)),
    path: shopPath(id, number),
    trouble: trouble ?? (done ? null : missing),
    ...(wrong ? { wrong } : {}),
    content: [
      done,
      lookUp(at, number),
      found.line ? lineOf(at, number, found.line) : null,
      openForm(at),
      buttonLink('/carriers', viewer.t.shop.toCarriers, 'secondary'),
    ],
  })
}

function lookUp({ viewer: { t, say }, world, id }: CarrierAt, msisdn: string): VNode {
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

function lineOf(at: CarrierAt, msisdn: string, { status, iccid, deviceModel, serviceState }: Line): VNode {
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
    whose(at, msisdn),
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

const one = (
  { id }: CarrierAt,
  act: ActName,
  msisdn: string,
  text: string,
  kind: 'secondary' | 'danger' = 'secondary',
) => post(`/carriers/${id}/lines/${act}`, hidden('number', msisdn), submit(text, kind))

/** Who stands there is identified, and what they say is compared; what is registered is not shown. */
const whose = ({ viewer: { t }, id }: CarrierAt, msisdn: string): VNode =>
  panel(
    t.desk.whose,
    p({}, t.desk.shopLead),
    post(
      `/carriers/${id}/lines/ask`,
      hidden('number', msisdn),
      textField({ name: 'name', label: t.apply.name }),
      textField({ name: 'birthDate', label: t.apply.birthDate, hint: t.apply.birthDateHint }),
      submit(t.desk.compare),
    ),
  )

const REASONS = ['exchanged', 'lost-or-stolen', 'defective'] as const satisfies readonly RenewalReason[]

const newSim = ({ viewer: { t }, id }: CarrierAt, msisdn: string): VNode =>
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

function openForm({ viewer: { t, say }, world, id }: CarrierAt): VNode {
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
      digitsField({
        ...{ name: 'reservation', label: t.shop.reservation, hint: t.shop.reservationHint },
        ...{ length: 10, optional: true },
      }),
      submit(t.shop.open),
    ),
  )
}

type Entered = Readonly<Record<'number' | 'reason' | 'name' | 'birthDate', string>>
type Act = (at: CarrierAt, entered: Entered) => Promise<Child>

/** What is done for a line; gives what is told then. */
const ACTS = {
  ask: async ({ carrier, viewer }, { number, name, birthDate }) => {
    const subscriber = { name: name.trim(), birthDate: dateIn(birthDate) ?? '' }
    return answerAbout(viewer, (await carrier.askAtShop({ msisdn: number, subscriber })).line)
  },
  'new-sim': async (at, { number, reason }) => {
    const why = REASONS.find((known) => known === reason) ?? 'exchanged'
    return handedOver(at, await at.world.shops.renewSim(at.id, number, why))
  },
  suspend: async ({ carrier, viewer: { t } }, { number }) => {
    await carrier.suspendLine({ msisdn: number, reason: 'asked-by-subscriber' })
    return notice('success', t.shop.stopped, p({}, t.shop.stoppedText))
  },
  resume: async ({ carrier, viewer: { t } }, { number }) => {
    await carrier.resumeLine({ msisdn: number, reason: 'asked-by-subscriber' })
    return notice('success', t.shop.goesOn, p({}, t.shop.goesOnText))
  },
  reserve: async ({ carrier, viewer: { t, format } }, { number }) => {
    const { reservation, expiresAt } = await carrier.reservePortOut({ msisdn: number })
    return notice(
      'success',
      t.shop.reserved,
      p({}, code({ id: 'given-reservation' }, reservation)),
      p({}, t.shop.reservedText(format.day(expiresAt))),
    )
  },
  end: async ({ carrier, viewer: { t } }, { number }) => {
    await carrier.terminateLine({ msisdn: number, reason: 'cancelled' })
    return notice('success', t.shop.ended, p({}, t.shop.endedText))
  },
} as const satisfies Record<string, Act>
type ActName = keyof typeof ACTS

const handedOver = ({ viewer: { t }, world }: CarrierAt, { iccid, to }: HandedOver): VNode =>
  notice(
    'success',
    t.shop.handedOver(iccid.slice(-4)),
    p({}, t.shop.handedOverText),
    ownerLink(world, to) ? buttonLink(`/phone/${to}`, t.shop.toPhone, 'secondary') : null,
  )

const ownerLink = ({ citizens }: WebWorld, to: string | null): WebCitizen | undefined =>
  citizens.find(({ name }) => name === to)

function answerAbout({ t, say, format }: Viewer, line: Awaited<ReturnType<Carrier['askAtShop']>>['line']): VNode {
  if (!line) return notice('warning', t.desk.shopNobody, p({}, t.desk.nobodyText))
  const { reasons, untold } = line
  return div(
    {},
    reasons.length === 0
      ? notice('success', t.desk.can, p({}, t.desk.theirs))
      : notice('warning', t.desk.cannot, ...reasons.map((reason) => p({}, say(INELIGIBLE[reason])))),
    untold > 0 ? p({}, `${t.desk.untold}: ${format.count(untold)}`) : null,
    p({}, t.desk.askJLis),
  )
}

export async function actOnLine(at: CarrierAt): Promise<Response> {
  const name = at.c.req.param('act') ?? ''
  if (!Object.hasOwn(ACTS, name)) return at.c.notFound() as Response
  const entered = await fields(at.c, 'number', 'reason', 'name', 'birthDate')
  const { t } = at.viewer
  const born = dateIn(entered.birthDate)
  if (name === 'ask' && !(entered.name.trim() && born))
    return shop(at, {
      ...{ number: entered.number, trouble: t.desk.shape },
      wrong: { birthDate: born ? null : t.desk.dateShape },
    })
  return carriedOut(at, name as ActName, () => (ACTS[name as ActName] as Act)(at, entered), entered.number)
}

/** A number of one's own at this carrier; with a reservation it comes from another one. */
export async function openLine(at: CarrierAt): Promise<Response> {
  const { who, from, reservation } = await fields(at.c, 'who', 'from', 'reservation')
  const person = at.world.citizens.find(({ name }) => name === who)
  if (!person) return at.c.redirect(shopPath(at.id), 303)
  const number = plainText(reservation).replace(/[\s-]/g, '')
  if (from !== '' && !/^[0-9]{10}$/.test(number))
    return shop(at, {
      ...{ number: '', trouble: at.viewer.t.shop.reservationShape },
      wrong: { reservation: at.viewer.t.shop.reservationShape },
    })
  const ported = from === '' ? undefined : { from: from as CarrierId, reservation: number }
  const opening = async () => handedOver(at, await at.world.shops.openLine(at.id, who as CitizenName, ported))
  return carriedOut(at, 'open', opening, person.contact.msisdn)
}

async function carriedOut(
  at: CarrierAt,
  act: ActName | 'open',
  work: () => Promise<Child>,
  number: string,
): Promise<Response> {
  const told: { done: Child } = { done: null }
  const refused = await attempt(async () => {
    told.done = await recorded(at, { act, msisdn: number.slice(0, 20) }, work)
  })
  return shop(at, { number, done: told.done, trouble: refused })
}
