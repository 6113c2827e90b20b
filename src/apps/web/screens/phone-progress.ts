// What J-LIS and the carrier are doing with the SIM, step by step; the same for every way that an order goes by itself.

import type { VNode } from 'preact'
import type { Order, OrderState } from '../../../roles/sp-tsm/contract.ts'
import { notice, post, submit } from '../components.ts'
import { icon } from '../icons.ts'
import type { Texts } from '../messages.ts'
import { div, li, ol, p, progress, span } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebCitizen } from '../world.ts'
import { phonePath } from './device.ts'

interface Way {
  readonly title: (t: Texts) => string
  readonly lead: (t: Texts) => string
  /** Each state with the words of the step that leaves it. */
  readonly steps: readonly (readonly [leaves: OrderState, text: (t: Texts) => string])[]
}

const install: Way = {
  title: (t) => t.phone.progressTitle,
  lead: (t) => t.phone.progress,
  steps: [
    ['deploying', (t) => t.phone.stepDeploy],
    ['deployed', (t) => t.phone.stepKeys],
    ['keyed', (t) => t.phone.stepLoad],
    ['loaded', (t) => t.phone.stepKeyPair],
    ['keyPairMade', (t) => t.phone.stepIssue],
    ['issued', (t) => t.phone.stepWrite],
  ],
}

const removal: Way = {
  title: (t) => t.phone.removingTitle,
  lead: (t) => t.phone.removing,
  steps: [
    ['undoing', (t) => t.phone.stepRevoke],
    ['certificateRevoked', (t) => t.phone.stepTerminate],
  ],
}

const resumption: Way = {
  title: (t) => t.life.resumingTitle,
  lead: (t) => t.phone.progress,
  steps: [
    ['resuming', (t) => t.life.stepWake],
    ['awake', (t) => t.life.stepRelease],
  ],
}

const renewal: Way = {
  title: (t) => t.life.renewingTitle,
  lead: (t) => t.phone.progress,
  steps: [
    ['renewing', (t) => t.life.stepNextKeyPair],
    ['nextKeyPairMade', (t) => t.life.stepNextIssue],
    ['nextIssued', (t) => t.life.stepNextWrite],
    ['nextWritten', (t) => t.life.stepOldRevoke],
  ],
}

const renewalUndone: Way = {
  title: (t) => t.life.renewalUndoneTitle,
  lead: (t) => t.phone.progress,
  steps: [
    ['renewalFailed', (t) => t.life.stepNextRevoke],
    ['nextRevoked', (t) => t.life.stepNextDrop],
  ],
}

const reset: Way = {
  title: (t) => t.life.resettingTitle,
  lead: (t) => t.phone.progress,
  steps: [['resetting', (t) => t.life.stepReset]],
}

/** With a SIM over the air; what a phone nearby takes longer for, it does not tell beforehand. */
const SECONDS_A_STEP = 10

const WAYS = [install, removal, resumption, renewal, renewalUndone, reset]

/** What is shown while a worker has the order; undefined where it waits for a person. */
export function underWay(
  { t }: Viewer,
  { state, moves }: Order,
  online = true,
): { heading: string; content: VNode } | undefined {
  const found = WAYS.find(({ steps }) => steps.some(([leaves]) => leaves === state))
  if (!found) return undefined
  const way = found === install && moves ? { ...found, title: (texts: Texts) => texts.move.progressTitle } : found
  const at = way.steps.findIndex(([leaves]) => leaves === state)
  const total = way.steps.length
  const content = div(
    {},
    p({}, way.lead(t)),
    div(
      { id: 'reach', 'data-live': 'yes' },
      online ? null : notice('warning', t.phone.waitsForNetwork, p({}, t.phone.waitsForNetworkText)),
    ),
    div(
      { id: 'progress', 'data-live': 'yes', role: 'status' },
      p({ class: 'progress-words' }, t.phone.progressOf(at, total)),
      online ? p({ class: 'hint' }, t.move.timeLeft((total - at) * SECONDS_A_STEP)) : null,
      progress({ max: total, value: at, 'aria-label': way.title(t) }),
      steps(
        t,
        way.steps.map(([, text]) => text(t)),
        at,
      ),
    ),
  )
  return { heading: way.title(t), content }
}

const DRAWINGS = { done: 'passed', doing: 'wave' } as const

/** Steps in their order: those before `at` are done, that one is being done, by `now` where not we but the person does it. */
export const steps = (t: Texts, texts: readonly string[], at: number, now = t.phone.doing): VNode =>
  ol(
    { class: 'progress-steps' },
    ...texts.map((text, step) => {
      const mark = step < at ? 'done' : step === at ? 'doing' : 'toDo'
      return li(
        { class: `step-${mark}` },
        mark === 'toDo' ? span({ class: 'dot' }) : icon(DRAWINGS[mark]),
        span({}, text),
        span({ class: 'step-mark' }, mark === 'doing' ? now : t.phone[mark]),
      )
    }),
  )

/** Until the PIN is set, the certificate that it comes from is as it was. */
export const cancelMove = ({
  viewer: { t },
  citizen,
}: {
  readonly viewer: Viewer
  readonly citizen: WebCitizen
}): VNode =>
  post(phonePath(citizen, '/remove'), submit(t.move.cancel, 'secondary'), p({ class: 'hint' }, t.move.cancelText))
