import { zFace, zPassword, zPin } from '../../../roles/counter/contract.ts'
import {
  buttonLink,
  choiceField,
  digitsField,
  hidden,
  notice,
  passwordField,
  pinField,
  post,
  selectField,
  submit,
  textField,
} from '../components.ts'
import { attempt, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { type Child, div, p } from '../tags.ts'
import { plainText } from '../viewer.ts'
import { type ClerkAt, counterPage } from './counter-page.ts'
import {
  facts,
  livingCard,
  type Person,
  pathOf,
  personOf,
  type TaskName,
  taskLabel,
  tasksOf,
} from './counter-person.ts'
import { phone, phoneBack, phonePin } from './counter-phone.ts'
import { change, pin } from './counter-pins.ts'
import { cardNumberOf, type Entered, enteredIn, proofFields, type Task, withProof, wrongProof } from './counter-task.ts'

const EVENTS = ['move', 'rename', 'correct', 'die', 'emigrate'] as const
const ENDS_ALL: readonly string[] = ['die', 'emigrate']

const event: Task = {
  form: ({ t }, { resident: { fourInfo } }) => [
    selectField(
      { name: 'event', label: t.counter.eventKind, hint: t.counter.eventHint },
      EVENTS.map((one) => [one, t.counter[one]]),
    ),
    textField({ name: 'name', label: t.counter.newName, value: fourInfo.name }),
    textField({ name: 'address', label: t.counter.newAddress, value: fourInfo.address }),
  ],
  confirm: ({ t }, { resident: { fourInfo } }, { event: kind = '', name, address }) => [
    p({}, t.counter[EVENTS.find((one) => one === kind) ?? 'correct']),
    fourInfo.name === name ? null : p({}, `${fourInfo.name} → ${name}`),
    fourInfo.address === address ? null : p({}, `${fourInfo.address} → ${address}`),
    notice('warning', ENDS_ALL.includes(kind) ? t.counter.effectAll : t.counter.effectFacts),
  ],
  perform: (at, { resident }, entered) =>
    withProof(at, entered, (proof) => {
      const kind = EVENTS.find((one) => one === entered.event)
      const { name = '', address = '' } = entered
      if (!kind || !name.trim() || !address.trim()) return at.viewer.t.counter.shape
      const fourInfo = { ...resident.fourInfo, name: name.trim(), address: address.trim() }
      const change = { session: at.session, residentId: resident.residentId, event: kind, proof }
      return () => at.world.counter.record({ ...change, ...(!ENDS_ALL.includes(kind) && { fourInfo }) })
    }),
}

const card: Task = {
  form: (viewer) => {
    const { t } = viewer
    return [
      notice('info', t.counter.holderEnters),
      pinField({ name: 'pin', label: t.counter.newPin }),
      passwordField({
        ...{ name: 'password', label: t.counter.newPassword, hint: t.counter.passwordHint },
        ...{ length: 16, optional: true },
      }),
      pinField({ name: 'facePin', label: t.counter.facePin }),
      digitsField({ name: 'myNumber', label: t.counter.myNumber, length: 12 }),
    ]
  },
  perform: (at, person, entered) =>
    withProof(at, entered, (proof) => {
      const pin = zPin.safeParse(plainText(entered.pin ?? ''))
      const given = plainText(entered.password ?? '').toUpperCase()
      const password = given === '' ? null : zPassword.safeParse(given)
      const face = zFace.safeParse({
        myNumber: plainText(entered.myNumber ?? ''),
        facePin: plainText(entered.facePin ?? ''),
      })
      if (!pin.success || !face.success || password?.success === false) return at.viewer.t.counter.shape
      const { residentId } = person.resident
      // A card that was begun is gone on with.
      const begun = livingCard(person)
      const order = { session: at.session, residentId, place: residentId, pin: pin.data, face: face.data, proof }
      return () =>
        at.world.counter.issueCard({
          ...order,
          password: password?.data ?? null,
          ...(begun && { cardNumber: begun.cardNumber }),
        })
    }),
}

const renew: Task = {
  form: ({ t }) => [
    choiceField('radio', 'kind', t.counter.renewKind, [
      { value: 'sign', text: t.counter.renewSign, checked: true },
      { value: 'auth', text: t.counter.renewBoth, checked: false },
    ]),
  ],
  perform: (at, person, entered) =>
    withProof(at, entered, (proof) => {
      const kind = entered.kind === 'auth' ? 'auth' : 'sign'
      return () => at.world.counter.renew({ session: at.session, cardNumber: cardNumberOf(person), kind, proof })
    }),
}

const STOPS = {
  certificateHold: 'stopLost',
  keyCompromise: 'stopCompromise',
  cessationOfOperation: 'stopCease',
} as const
type Stop = keyof typeof STOPS
const stopOf = (text: string | undefined): Stop =>
  (Object.keys(STOPS) as Stop[]).find((one) => one === text) ?? 'certificateHold'

const stop: Task = {
  form: ({ t }) => [
    selectField(
      { name: 'reason', label: t.counter.stopReason },
      (Object.keys(STOPS) as Stop[]).map((one) => [one, t.counter[STOPS[one]]]),
    ),
  ],
  confirm: ({ t }, _, { reason }) => [p({}, t.counter[STOPS[stopOf(reason)]]), notice('warning', t.counter.stopText)],
  perform: (at, person, entered) =>
    withProof(at, entered, (proof) => {
      const asked = { session: at.session, cardNumber: cardNumberOf(person), reason: stopOf(entered.reason), proof }
      return () => at.world.counter.stopCard(asked)
    }),
}

const handOver: Task = {
  form: () => [],
  perform: (at, person, entered) =>
    withProof(at, entered, (proof) => {
      const { session } = at
      return () => at.world.counter.handOver({ session, cardNumber: cardNumberOf(person), proof })
    }),
}

const abandon: Task = {
  form: ({ t }) => [notice('warning', t.counter.abandonText)],
  perform:
    ({ session, world }, person) =>
    () =>
      world.counter.abandonCard({ session, cardNumber: cardNumberOf(person) }),
}

const undo: Task = {
  form: ({ t }, { events }) => [
    events[0] ? p({}, t.counter[events[0].event]) : null,
    notice('warning', t.counter.undoText),
  ],
  perform:
    ({ session, world }, { resident: { residentId }, events }) =>
    () =>
      world.counter.undoRecord({ session, residentId, sequence: events[0]?.sequence ?? 0 }),
}

const TASKS = {
  phone,
  'phone-pin': phonePin,
  'phone-back': phoneBack,
  event,
  card,
  pin,
  change,
  renew,
  stop,
  undo,
  abandon,
  'hand-over': handOver,
} as const satisfies Record<TaskName, Task>
/** Those for which nobody need be identified. */
const WITHOUT_PROOF: readonly TaskName[] = ['abandon', 'undo', 'change', 'phone-pin', 'phone-back']

function taskAsked(at: ClerkAt, person: Person): TaskName | undefined {
  const name = at.c.req.param('task') as TaskName
  const possible = person.events[0]?.mayUndo ? [...tasksOf(person), 'undo' as const] : tasksOf(person)
  return possible.find((one) => one === name)
}

export async function showTask(at: ClerkAt): Promise<Response> {
  const person = await personOf(at)
  const name = taskAsked(at, person)
  return name ? taskPage(at, person, name) : at.c.redirect(pathOf(person), 303)
}

function taskPage(at: ClerkAt, person: Person, name: TaskName, trouble: Trouble | null = null): Response {
  const { viewer } = at
  const path = pathOf(person, `/${name}`)
  const content = div(
    {},
    trouble ? troubleNotice(viewer, trouble) : null,
    facts(viewer, person),
    post(
      path,
      ...(WITHOUT_PROOF.includes(name) ? [] : proofFields(viewer)),
      ...(TASKS[name] as Task).form(viewer, person, at.world),
      submit(taskLabel(viewer, name)),
    ),
    buttonLink(pathOf(person), viewer.t.counter.back, 'secondary'),
  )
  return counterPage(at, taskLabel(viewer, name), content, trouble, path, { wrong: wrongProof(viewer, trouble) })
}

export async function doTask(at: ClerkAt): Promise<Response> {
  const person = await personOf(at)
  const name = taskAsked(at, person)
  if (!name) return at.c.redirect(pathOf(person), 303)
  const task: Task = TASKS[name]
  const entered = await enteredIn(at)
  const act = task.perform(at, person, entered)
  if (typeof act === 'string') return taskPage(at, person, name, act)
  if (task.confirm && entered.confirmed !== 'yes')
    return confirmPage(at, person, name, task.confirm(at.viewer, person, entered), entered)
  const refused = await attempt(act)
  return refused ? taskPage(at, person, name, refused) : at.c.redirect(pathOf(person, '?done=yes'), 303)
}

function confirmPage(at: ClerkAt, person: Person, name: TaskName, says: Child[], entered: Entered): Response {
  const { viewer } = at
  const { t } = viewer
  const path = pathOf(person, `/${name}`)
  const content = div(
    {},
    p({}, person.resident.fourInfo.name),
    ...says,
    post(
      path,
      ...Object.entries(entered).map(([field, value]) => hidden(field, value)),
      submit(t.counter.confirm, 'danger', 'confirmed', 'yes'),
    ),
    buttonLink(pathOf(person), t.counter.back, 'secondary'),
  )
  return counterPage(at, t.counter.confirmTitle, content, null, path)
}
