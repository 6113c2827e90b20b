// `/`: what this is, the people, the cast, the main job in steps, and how things stand.

import { Hono } from 'hono'
import type { VNode } from 'preact'
import type { Order } from '../../../roles/sp-tsm/contract.ts'
import { FIRM } from '../../../world/people.ts'
import { buttonLink, panel, type Row, rows, tile } from '../components.ts'
import { icon } from '../icons.ts'
import type { Words } from '../language.ts'
import { STATE_TEXTS } from '../messages-orders.ts'
import { show } from '../page.ts'
import {
  a,
  type Child,
  code,
  details,
  div,
  h1,
  h2,
  li,
  ol,
  p,
  section,
  small,
  span,
  strong,
  summary,
  ul,
} from '../tags.ts'
import { type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebCitizen, WebWorld } from '../world.ts'
import { CAST } from './cast.ts'
import { framed } from './operator.ts'
import { publications } from './publications.ts'

export function startScreen(world: WebWorld): Hono {
  const app = new Hono()
  app.get('/', async (c) => {
    const viewer = viewerOfRequest(c)
    const state = await stateOf(world, viewer)
    return show(c, {
      viewer,
      title: viewer.t.start.title,
      theme: 'kazasu',
      content: div(
        { class: 'start' },
        hero(viewer, firstPhone(world)),
        mainJob(viewer, world),
        people(viewer, world),
        panel(viewer.t.start.stateTitle, rows(...state)),
        cast(viewer, world),
        panel(
          viewer.t.developers.title,
          p({}, viewer.t.developers.fromStart),
          buttonLink('/developers', viewer.t.developers.open, 'secondary'),
        ),
      ),
    })
  })
  return app
}

const hero = ({ t }: Viewer, phone: string): VNode =>
  div({ class: 'hero' }, h1({}, t.start.heading), p({ class: 'lead' }, t.start.lead), buttonLink(phone, t.start.begin))

const firstPhone = ({ citizens }: Pick<WebWorld, 'citizens'>): string => `/phone/${citizens[0]?.name}`

function mainJob({ t }: Viewer, { citizens }: WebWorld): VNode {
  const phone = firstPhone({ citizens })
  const steps = [
    [phone, t.start.play1, t.start.play1Text],
    [phone, t.start.play2, t.start.play2Text],
    ['/bank', t.start.play3, t.start.play3Text],
    ['/gate', t.start.play4, t.start.play4Text],
    ['/bank/open', t.start.play7, t.start.play7Text],
    ['/railway', t.partner.play, t.partner.playText],
    ['/bank', t.reader.play, t.reader.playText],
    ['/kiosk', t.start.play6, t.start.play6Text],
    ['/authority', t.start.play5, t.start.play5Text],
  ] as const
  return section(
    { class: 'panel' },
    h2({}, t.start.playTitle),
    ol(
      { class: 'steps' },
      ...steps.map(([href, name, text]) => li({}, div({}, a({ href, class: 'step-link' }, name), p({}, text)))),
    ),
  )
}

const people = (viewer: Viewer, { citizens }: WebWorld): VNode =>
  panel(
    viewer.t.start.peopleTitle,
    p({}, viewer.t.start.peopleLead),
    div(
      { class: 'tiles' },
      ...citizens.map(({ name, label, carrier }) =>
        tile(`/phone/${name}`, 'phone', viewer.say(label), viewer.say(carrier)),
      ),
    ),
    practice(viewer, citizens),
  )

function practice({ t, say }: Viewer, citizens: readonly WebCitizen[]): VNode {
  const line = ({ label, practice: { password, bank, shinkin } }: WebCitizen): Child[] => [
    strong({}, say(label)),
    password ? code({}, password) : t.start.noPassword,
    ...[bank.customerNumber, shinkin.customerNumber, bank.passcode].map((text) => code({}, text)),
  ]
  const { customerNumber, passcode } = FIRM.bankCustomer
  const firm: Child[] = [strong({}, FIRM.name), '—', code({}, customerNumber), '—', code({}, passcode)]
  const heads = [t.start.person, t.start.cardPassword, t.start.customerNumber, t.start.otherNumber, t.start.passcode]
  return details(
    { class: 'practice', id: 'practice' },
    summary({}, t.start.practiceTitle),
    p({}, t.start.practiceLead),
    framed(t.start.peopleTitle, heads, [...citizens.map(line), firm]),
    p({}, t.start.practiceFirm(FIRM.name, FIRM.number)),
  )
}

async function stateOf({ citizens, gate, spTsm }: WebWorld, { t, format, say }: Viewer): Promise<Row[]> {
  const states = await Promise.all(citizens.map(({ phone }) => phone.status({})))
  const active = states.filter(({ applet }) => applet === 'ready').length
  const { prepared, title, entries, admitted } = await gate.state({})
  const { orders } = await spTsm.census({})
  const counts = Object.entries(orders).filter(([, count]) => count > 0)
  return [
    [t.start.phones, t.start.phonesCount(active, citizens.length)],
    [t.start.gateState, prepared && title ? t.start.gateCount(entries, admitted) : t.start.gateNone],
    [
      t.start.orders,
      counts.length === 0
        ? t.start.noOrders
        : ul(
            { class: 'inline' },
            ...counts.map(([state, n]) => li({}, `${say(STATE_TEXTS[state as Order['state']])} ${format.count(n)}`)),
          ),
    ],
  ]
}

const cast = (viewer: Viewer, world: WebWorld): VNode =>
  panel(
    viewer.t.start.castTitle,
    ul(
      { class: 'cast' },
      ...CAST.map(({ name, drawing, does, href }) =>
        li({}, icon(drawing, 'large'), div({}, castName(viewer, name, href), p({}, viewer.say(does)))),
      ),
    ),
    h2({}, viewer.t.authority.publicTitle),
    publications(viewer, world),
  )

/** Both names, always: the documents of this system are in Japanese, its standards in English. */
function castName({ language }: Viewer, name: Words, href: string | undefined): VNode {
  const other = language === 'ja' ? 'en' : 'ja'
  const first = strong({}, href ? a({ href }, name[language]) : name[language])
  return p({ class: 'cast-name' }, first, ' ', small({}, span({ lang: other }, name[other])))
}
