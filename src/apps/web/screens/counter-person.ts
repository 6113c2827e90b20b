// One resident as a clerk sees them: facts, cards with their certificates as they are now, what can be done, what was.

import type { VNode } from 'preact'
import type { Counter, PhoneOrder } from '../../../roles/counter/contract.ts'
import { buttonLink, notice, panel, type Row, rows } from '../components.ts'
import { REASONS } from '../messages.ts'
import { refusalNotice } from '../refusal-notice.ts'
import { refusalText } from '../refusal-texts.ts'
import { a, type Child, code, div, h3, li, p, section, small, span, ul } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import { backToSearch, type ClerkAt, counterPage } from './counter-page.ts'
import { framed } from './operator.ts'

export type Person = Awaited<ReturnType<Counter['person']>> & {
  readonly phone: PhoneOrder | null
  readonly custody: Awaited<ReturnType<Counter['custody']>>
}
type CardOfPerson = Person['cards'][number]

export async function personOf({ world, session, c }: ClerkAt): Promise<Person> {
  const asked = { session, residentId: c.req.param('id')! }
  const [person, { order }, custody] = await Promise.all([
    world.counter.person(asked),
    world.counter.phoneOrder(asked),
    world.counter.custody(asked),
  ])
  return { ...person, phone: order, custody }
}

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
  if (card.state === 'inUse') return [...event, 'change', 'pin', 'renew', 'stop', ...phoneTasks(person)]
  return [...event, ...(card.state === 'made' ? (['hand-over'] as const) : (['card'] as const)), 'abandon']
}
/** Of the phone on the desk: what is next. */
function phoneTasks({ phone }: Person): readonly TaskName[] {
  if (!phone || phone.state === 'undone') return ['phone']
  if (phone.state === 'written') return ['phone-pin', 'phone-back']
  return phone.state === 'active' ? [] : ['phone-back']
}
export type TaskName =
  | 'phone'
  | 'phone-pin'
  | 'phone-back'
  | 'event'
  | 'card'
  | 'hand-over'
  | 'abandon'
  | 'pin'
  | 'change'
  | 'renew'
  | 'stop'
  | 'undo'

const LABELS = { 'hand-over': 'handOver', 'phone-pin': 'phonePin', 'phone-back': 'phoneBack' } as const
export const taskLabel = ({ t }: Viewer, name: TaskName): string =>
  t.counter[
    Object.hasOwn(LABELS, name) ? LABELS[name as keyof typeof LABELS] : (name as Exclude<TaskName, keyof typeof LABELS>)
  ]

export async function personPage(at: ClerkAt): Promise<Response> {
  const { viewer, c } = at
  const { t } = viewer
  const person = await personOf(at)
  const content = div(
    {},
    p({}, t.counter.signedInAs(at.clerk)),
    c.req.query('done') ? notice('success', t.counter.done) : null,
    phoneNotice(viewer, person),
    facts(viewer, person),
    panel(t.counter.cards, ...cards(viewer, person)),
    panel(
      t.counter.tasks,
      ...tasksOf(person).map((name) => buttonLink(pathOf(person, `/${name}`), taskLabel(viewer, name), 'secondary')),
    ),
    custodyPanel(viewer, person),
    panel(t.counter.history, history(viewer, person)),
    panel(t.counter.acts, acts(viewer, person)),
    backToSearch(viewer),
  )
  return counterPage(at, t.counter.person, content, null, pathOf(person), { waiting: isWriting(person) })
}

const isWriting = ({ phone }: Person): boolean =>
  phone !== null && !['written', 'active', 'undone'].includes(phone.state)

function phoneNotice(viewer: Viewer, { phone }: Person): VNode | null {
  const { t } = viewer
  if (!phone || phone.state === 'active') return null
  if (phone.state === 'written') return notice('info', t.counter.phoneWaits)
  if (phone.state === 'undone') return phone.refusal ? refusalNotice(viewer, phone.refusal) : null
  const { done, steps } = phone
  return div({ id: 'progress', 'data-live': 'yes' }, notice('info', t.counter.phoneProgress(done, steps)))
}

export const facts = ({ t, format }: Viewer, { resident: { fourInfo, status } }: Person): VNode =>
  rows(
    [t.counter.fullName, fourInfo.name],
    [t.counter.address, fourInfo.address],
    [t.counter.birthDate, format.date(fourInfo.birthDate)],
    [t.counter.gender, t.counter[`gender${fourInfo.gender}`]],
    [t.counter.status, t.counter[status]],
  )

const cards = (viewer: Viewer, person: Person): VNode[] =>
  person.cards.length === 0 ? [p({}, viewer.t.counter.noCard)] : person.cards.map((card) => cardView(viewer, card))

function cardView(viewer: Viewer, { cardNumber, state, expiry, certificates }: CardOfPerson): VNode {
  const { t, format } = viewer
  const head: Row[] = [
    [t.counter.cardState, t.counter[state]],
    [
      t.counter.cardExpiry,
      format.day(new Date(`${expiry.slice(0, 4)}-${expiry.slice(4, 6)}-${expiry.slice(6)}T00:00+09:00`)),
    ],
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

/** On the page of a resident: of a child by whom, of others for whom. */
function custodyPanel(viewer: Viewer, person: Person): VNode | null {
  const { minor, records } = person.custody
  const standing = records.filter(({ stands }) => stands)
  if (!minor && records.length === 0) return null
  const { t } = viewer
  return panel(
    t.counter.custody,
    standing.length === 0 ? p({}, minor ? t.counter.custodyNobody : t.counter.custodyOver) : null,
    ul({}, ...standing.map((one) => li({}, otherOf(viewer, person, one)))),
    minor ? buttonLink(pathOf(person, '/custody'), t.counter.custodyChange, 'secondary') : null,
  )
}

/** Seen from this resident. */
function otherOf(
  { t }: Viewer,
  person: Person,
  { childId, childName, parentId, parentName, kind }: Person['custody']['records'][number],
): Child {
  const isChild = childId === person.resident.residentId
  const name = isChild ? parentName : childName
  const href = `/counter/person/${encodeURIComponent(isChild ? parentId : childId)}`
  return [`${isChild ? t.counter[kind] : t.counter[`child-${kind}`]}: `, a({ href }, name)]
}

function history(viewer: Viewer, person: Person): VNode {
  const { t, format } = viewer
  if (person.events.length === 0) return p({}, t.counter.noEvents)
  return ul(
    {},
    ...person.events.map(({ event, at, by, before, after, mayUndo }) =>
      li(
        {},
        `${format.minute(at)} ${format.aside(t.counter[event], by)}`,
        before.fourInfo.name === after.fourInfo.name ? null : p({}, `${before.fourInfo.name} → ${after.fourInfo.name}`),
        before.fourInfo.address === after.fourInfo.address
          ? null
          : p({}, `${before.fourInfo.address} → ${after.fourInfo.address}`),
        mayUndo ? buttonLink(pathOf(person, '/undo'), t.counter.undo, 'secondary') : null,
      ),
    ),
  )
}

/** By what the counter calls an act: the task that it was. */
const TASK_OF: Readonly<Record<string, TaskName>> = {
  record: 'event',
  undoRecord: 'undo',
  issueCard: 'card',
  handOver: 'hand-over',
  abandonCard: 'abandon',
  stopCard: 'stop',
  renew: 'renew',
  changePin: 'change',
  resetPin: 'pin',
  applyForPhone: 'phone',
  setPhonePin: 'phone-pin',
  givePhoneBack: 'phone-back',
}

function acts(viewer: Viewer, person: Person): VNode {
  const { t, format, say } = viewer
  const said = (outcome: string): Child =>
    outcome === 'done'
      ? t.counter.outcomeDone
      : outcome === 'begun'
        ? t.counter.outcomeBegun
        : [p({}, say(refusalText(outcome))), small({}, code({}, outcome))]
  const task = (what: string): Child => {
    if (what === 'recordCustody') return t.counter.custody
    return TASK_OF[what] ? taskLabel(viewer, TASK_OF[what]) : code({}, what)
  }
  return framed(
    t.counter.acts,
    [t.counter.when, t.counter.what, t.counter.who, t.counter.outcome],
    person.acts.map(({ at, what, clerk, outcome }) => [format.minute(at), task(what), clerk, said(outcome)]),
  )
}
