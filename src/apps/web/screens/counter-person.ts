// One resident as a clerk sees them: facts, cards with their certificates as they are now, what can be done, what was.

import type { VNode } from 'preact'
import type { Counter } from '../../../roles/counter/contract.ts'
import { buttonLink, notice, panel, type Row, rows } from '../components.ts'
import { REASONS } from '../messages.ts'
import { caption, code, div, h1, h3, li, p, section, span, table, tbody, td, th, thead, tr, ul } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import { backToSearch, type ClerkAt, counterPage } from './counter-page.ts'

export type Person = Awaited<ReturnType<Counter['person']>>
type CardOfPerson = Person['cards'][number]

export const personOf = (at: ClerkAt): Promise<Person> =>
  at.world.counter.person({ session: at.session, residentId: at.c.req.param('id')! })

export const pathOf = ({ resident }: Person, task = ''): string =>
  `/counter/person/${encodeURIComponent(resident.residentId)}${task}`

/** The one that is not over. */
export const livingCard = ({ cards }: Person): CardOfPerson | undefined =>
  cards.find(({ state }) => state === 'begun' || state === 'made' || state === 'inUse')

/** What can be done now. */
export function tasksOf(person: Person): readonly TaskName[] {
  const card = livingCard(person)
  const here = person.resident.status === 'resident'
  const event: TaskName[] = here ? ['event'] : []
  if (!card) return here ? [...event, 'card'] : event
  if (card.state === 'inUse') return [...event, 'pin', 'renew', 'stop']
  return [...event, ...(card.state === 'made' ? (['hand-over'] as const) : (['card'] as const)), 'abandon']
}
export type TaskName = 'event' | 'card' | 'hand-over' | 'abandon' | 'pin' | 'renew' | 'stop' | 'undo'

const LABELS = { 'hand-over': 'handOver' } as const
export const taskLabel = ({ t }: Viewer, name: TaskName): string =>
  t.counter[name === 'hand-over' ? LABELS[name] : name]

export async function personPage(at: ClerkAt): Promise<Response> {
  const { viewer, c } = at
  const { t } = viewer
  const person = await personOf(at)
  const content = div(
    {},
    h1({}, t.counter.person),
    p({}, t.counter.signedInAs(at.clerk)),
    c.req.query('done') ? notice('success', t.counter.done) : null,
    facts(viewer, person),
    panel(t.counter.cards, ...cards(viewer, person)),
    panel(
      t.counter.tasks,
      ...tasksOf(person).map((name) => buttonLink(pathOf(person, `/${name}`), taskLabel(viewer, name), 'secondary')),
    ),
    panel(t.counter.history, history(viewer, person)),
    panel(t.counter.acts, acts(viewer, person)),
    backToSearch(viewer),
  )
  return counterPage(at, content, null, pathOf(person))
}

export const facts = ({ t }: Viewer, { resident: { fourInfo, status } }: Person): VNode =>
  rows(
    [t.counter.fullName, fourInfo.name],
    [t.counter.address, fourInfo.address],
    [t.counter.birthDate, fourInfo.birthDate],
    [t.counter.gender, t.counter[`gender${fourInfo.gender}`]],
    [t.counter.status, t.counter[status]],
  )

const cards = (viewer: Viewer, person: Person): VNode[] =>
  person.cards.length === 0 ? [p({}, viewer.t.counter.noCard)] : person.cards.map((card) => cardView(viewer, card))

function cardView(viewer: Viewer, { cardNumber, state, expiry, certificates }: CardOfPerson): VNode {
  const { t } = viewer
  const head: Row[] = [
    [t.counter.cardState, t.counter[state]],
    [t.counter.cardExpiry, `${expiry.slice(0, 4)}-${expiry.slice(4, 6)}-${expiry.slice(6)}`],
  ]
  return section(
    { class: 'certificate' },
    h3({}, `${t.counter.cardNumber} `, code({}, cardNumber)),
    rows(...head, ...certificates.map((one) => certificateRow(viewer, one))),
  )
}

function certificateRow(
  { t, format, say }: Viewer,
  { kind, medium, status, reason, notAfter, renewable }: CardOfPerson['certificates'][number],
): Row {
  const place = medium === 'phone' ? 'authOnPhone' : (`${kind}OnCard` as const)
  return [
    t.counter[place],
    span(
      {},
      span({ class: `status status-${status}` }, t.authority[status]),
      reason ? ` ${say(REASONS[reason])}` : null,
      notAfter && status === 'valid' ? ` ${t.counter.until(format.day(notAfter))}` : null,
      renewable ? ` ${t.counter.renewable}` : null,
    ),
  ]
}

function history(viewer: Viewer, person: Person): VNode {
  const { t, format } = viewer
  if (person.events.length === 0) return p({}, t.counter.noEvents)
  return ul(
    {},
    ...person.events.map(({ event, at, by, before, after, mayUndo }) =>
      li(
        {},
        `${format.minute(at)} ${t.counter[event]}${by ? ` (${by})` : ''}`,
        before.fourInfo.name === after.fourInfo.name ? null : p({}, `${before.fourInfo.name} → ${after.fourInfo.name}`),
        before.fourInfo.address === after.fourInfo.address
          ? null
          : p({}, `${before.fourInfo.address} → ${after.fourInfo.address}`),
        mayUndo ? buttonLink(pathOf(person, '/undo'), t.counter.undo, 'secondary') : null,
      ),
    ),
  )
}

function acts({ t, format }: Viewer, person: Person): VNode {
  const heads = [t.counter.when, t.counter.what, t.counter.who, t.counter.outcome]
  const said = (outcome: string) =>
    outcome === 'done' ? t.counter.outcomeDone : outcome === 'begun' ? t.counter.outcomeBegun : code({}, outcome)
  return div(
    { class: 'table-wrap', tabIndex: 0, role: 'region', 'aria-label': t.counter.acts },
    table(
      {},
      caption({}, t.counter.acts),
      thead({}, tr({}, ...heads.map((text) => th({ scope: 'col' }, text)))),
      tbody(
        {},
        ...person.acts.map(({ at, what, clerk, outcome }) =>
          tr({}, td({}, format.minute(at)), td({}, code({}, what)), td({}, clerk), td({}, said(outcome))),
        ),
      ),
    ),
  )
}
