// The first screen of the phone: one for each state of applet and order, each with the one next thing to do.

import type { VNode } from 'preact'
import type { Order } from '../../../roles/sp-tsm/contract.ts'
import { buttonLink, notice, pinField, post, rows, submit, tile } from '../components.ts'
import { icon } from '../icons.ts'
import { refusalNotice } from '../refusal-notice.ts'
import { type Child, div, li, ol, p, progress, span } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebCitizen, WebWorld } from '../world.ts'
import { type PhoneStatus, phonePath } from './device.ts'
import { cardForm, codeForm } from './phone-apply.ts'

export interface Home {
  readonly heading: string
  readonly content: Child
  readonly waiting: boolean
}

export interface HomeOf {
  readonly viewer: Viewer
  readonly world: WebWorld
  readonly citizen: WebCitizen
  readonly status: PhoneStatus
  /** Whether the person has just been told of a trouble: then nothing else is announced. */
  readonly troubled: boolean
}

/** What the phone shows first, from what its SIM and its order say. */
export function home(of: HomeOf): Home {
  const { t } = of.viewer
  const { applet, order } = of.status
  const still = (heading: string, content: Child): Home => ({ heading, content, waiting: false })
  if (!order) return applet === 'none' ? still(t.phone.applyTitle, applyForm(of)) : still(t.phone.readyTitle, ready(of))
  switch (order.state) {
    case 'undone':
      return still(t.phone.applyTitle, applyForm(of))
    case 'applied':
      return still(t.apply.codeTitle, order.due ? codeForm(of, order.due) : acceptedForm(of))
    case 'accepted':
      return still(t.phone.acceptedTitle, acceptedForm(of))
    case 'written':
      return still(t.phone.setPinTitle, setPinForm(of))
    case 'active':
      if (applet === 'blocked') return still(t.phone.blockedTitle, stopped(of, t.phone.blocked, t.phone.blockedText))
      if (applet === 'suspended') {
        return still(t.phone.suspendedTitle, stopped(of, t.phone.suspended, t.phone.suspendedText))
      }
      return still(t.phone.readyTitle, ready(of))
    case 'holding':
    case 'held':
    case 'suspended':
      return still(t.phone.suspendedTitle, stopped(of, t.phone.suspended, t.phone.suspendedText))
    case 'undoing':
    case 'certificateRevoked':
      return { heading: t.phone.removingTitle, content: working(of, order, WAY_BACK), waiting: true }
    default:
      return { heading: t.phone.progressTitle, content: working(of, order, WAY_THERE), waiting: true }
  }
}

function applyForm(of: HomeOf): VNode {
  const { viewer, status, troubled } = of
  return div({}, troubled ? null : afterUndo(viewer, status.order), cardForm(of))
}

/** Why the last order is gone: undone for a reason, or removed as the holder wished. */
function afterUndo(viewer: Viewer, order: Order | null): Child {
  const { t } = viewer
  if (!order) return null
  if (!order.refusal) return notice('info', t.phone.removedTitle, p({}, t.phone.removed))
  return [refusalNotice(viewer, order.refusal), notice('info', t.phone.undoneTitle, p({}, t.phone.undone))]
}

const acceptedForm = ({ viewer: { t }, citizen }: HomeOf): VNode =>
  div(
    {},
    p({}, t.phone.accepted),
    post(phonePath(citizen, '/install'), submit(t.phone.installButton)),
    post(phonePath(citizen, '/remove'), submit(t.phone.cancelButton, 'secondary')),
  )

const setPinForm = ({ viewer: { t }, citizen, troubled }: HomeOf): VNode =>
  div(
    {},
    p({}, t.phone.setPinLead),
    post(
      phonePath(citizen, '/set-pin'),
      pinField({ name: 'pin', label: t.phone.newPin, hint: t.phone.pinHint, invalid: troubled }),
      pinField({ name: 'again', label: t.phone.again, invalid: troubled }),
      submit(t.phone.setPinButton),
    ),
  )

/** Written at the counter: to stop, renew or remove it here, the holder shows the card once. */
const notOrderedHere = ({ viewer: { t }, citizen }: HomeOf): VNode =>
  notice(
    'info',
    t.apply.atCounter,
    p({}, t.apply.atCounterText),
    buttonLink(phonePath(citizen, '/take-over'), t.apply.takeOver, 'secondary'),
  )

function ready(of: HomeOf): VNode {
  const { viewer, citizen, status } = of
  const { t, format } = viewer
  const left = status.pinTriesLeft
  const expiry = status.order?.notAfter
  return div(
    {},
    status.order ? null : notOrderedHere(of),
    left !== null && left < 3 ? notice('warning', t.page.triesLeft(left)) : null,
    expiry ? rows([t.phone.validUntil, format.day(expiry)]) : null,
    p({}, t.phone.loginHow),
    div(
      { class: 'tiles tiles-narrow' },
      tile(phonePath(citizen, '/tap'), 'wave', t.phone.doTap, t.phone.doTapText),
      tile(phonePath(citizen, '/certificates'), 'card', t.phone.doCertificates, t.phone.doCertificatesText),
      tile(phonePath(citizen, '/change-pin'), 'shield', t.phone.doChangePin, t.phone.doChangePinText),
      tile(phonePath(citizen, '/consents'), 'people', t.asking.doConsents, t.asking.doConsentsText),
      tile(phonePath(citizen, '/access'), 'info', t.access.doAccess, t.access.doAccessText),
      tile(phonePath(citizen, '/remove'), 'failed', t.phone.doRemove, t.phone.doRemoveText),
    ),
  )
}

const stopped = ({ viewer: { t }, citizen }: HomeOf, what: string, text: string): VNode =>
  div({}, notice('warning', what, p({}, text)), buttonLink(phonePath(citizen, '/remove'), t.phone.doRemove, 'danger'))

type StepText =
  | 'stepDeploy'
  | 'stepKeys'
  | 'stepLoad'
  | 'stepKeyPair'
  | 'stepIssue'
  | 'stepWrite'
  | 'stepRevoke'
  | 'stepTerminate'
type Way = readonly (readonly [leaves: Order['state'], StepText])[]

const WAY_THERE: Way = [
  ['deploying', 'stepDeploy'],
  ['deployed', 'stepKeys'],
  ['keyed', 'stepLoad'],
  ['loaded', 'stepKeyPair'],
  ['keyPairMade', 'stepIssue'],
  ['issued', 'stepWrite'],
]
const WAY_BACK: Way = [
  ['undoing', 'stepRevoke'],
  ['certificateRevoked', 'stepTerminate'],
]

function working({ viewer: { t } }: HomeOf, order: Order, way: Way): VNode {
  const at = way.findIndex(([state]) => state === order.state)
  const mark = (step: number) => (step < at ? 'done' : step === at ? 'doing' : 'toDo')
  const drawing = { done: 'passed', doing: 'wave', toDo: 'unknown' } as const
  return div(
    {},
    p({}, way === WAY_BACK ? t.phone.removing : t.phone.progress),
    div(
      { id: 'progress', 'data-live': 'yes', role: 'status' },
      p({ class: 'progress-words' }, t.phone.progressOf(Math.max(at, 0), way.length)),
      progress({ max: way.length, value: Math.max(at, 0), 'aria-label': t.phone.progressTitle }),
      ol(
        { class: 'progress-steps' },
        ...way.map(([, text], step) =>
          li(
            { class: `step-${mark(step)}` },
            mark(step) === 'toDo' ? span({ class: 'dot' }) : icon(drawing[mark(step)]),
            span({}, t.phone[text]),
            span({ class: 'step-mark' }, t.phone[mark(step)]),
          ),
        ),
      ),
    ),
  )
}
