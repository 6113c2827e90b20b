// `/phone/<name>/approvals`: who asks the holder just now, why, and by which of six numbers the holder knows them; what came of
// it; and whether this phone is asked at all. Saying no is one press, saying yes takes the number and the PIN. Seed 0 高橋②.

import type { VNode } from 'preact'
import type { Refusal } from '../../../base/refusal.ts'
import { zPin } from '../../../roles/phone/contract.ts'
import { buttonLink, choiceField, hidden, notice, panel, passwordField, post, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { attempt, type Trouble, unchecked } from '../refusal-notice.ts'
import { type Child, div, h2, p, section, span, strong } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import { phonePath, phonePin, showOnPhone } from './device.ts'
import type { At } from './phone.ts'
import { fingerAsked, fingerFailed, fingerGiven, fingerOffer } from './phone-finger.ts'

type Approval = Awaited<ReturnType<At['citizen']['phone']['approvals']>>['approvals'][number]

const pathOf = ({ citizen }: At, rest = ''): string => phonePath(citizen, `/approvals${rest}`)

export const phoneApproval = {
  show: (at: At): Promise<Response> => list(at),

  settings: async (at: At): Promise<Response> => {
    const { t } = at.viewer
    const { phone } = at.citizen
    const entered = await fields(at.c, 'act', 'pin', 'usercode')
    if (entered.act === 'stop') {
      const refused = await attempt(() => phone.stopApprovals({}))
      return refused ? list(at, refused) : at.c.redirect(pathOf(at, '?done=stopped'), 303)
    }
    const pin = zPin.safeParse(plainText(entered.pin))
    const userCode = plainText(entered.usercode)
    if (!pin.success) return list(at, t.phone.pinShape)
    if (userCode !== '' && !/^[0-9]{4,8}$/.test(userCode)) return list(at, t.approval.userCodeShape)
    const refused = await attempt(() => phone.receiveApprovals({ pin: pin.data, ...(userCode && { userCode }) }))
    return refused ? list(at, refused) : at.c.redirect(pathOf(at, '?done=received'), 303)
  },

  ask: (at: At): Promise<Response> => one(at),

  answer: async (at: At): Promise<Response> => {
    const requestId = at.c.req.param('id') ?? ''
    const { phone } = at.citizen
    const { t } = at.viewer
    const entered = await fields(at.c, 'decision', 'number', 'pin', 'finger')
    const back = () => at.c.redirect(pathOf(at, `/${requestId}`), 303)
    const byFinger = entered.decision.startsWith('finger')
    if (entered.decision === 'finger-failed') return one(at, await fingerFailed(at, entered.finger), entered.number)
    if (entered.decision !== 'approve' && !byFinger) {
      const unexpected = entered.decision === 'unexpected'
      const refused = await attempt(() => phone.declineApproval({ requestId, unexpected }))
      return refused ? one(at, refused) : back()
    }
    if (!/^[0-9]{2}$/.test(entered.number)) return one(at, t.approval.choose)
    const asked = { requestId, code: entered.number }
    if (entered.decision === 'finger-ask')
      return fingerAsked(at, { approval: asked }, (trouble) => one(at, trouble, asked.code))
    const biometric = byFinger ? fingerGiven(entered.finger) : null
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!biometric && !pin.success) return one(at, t.phone.pinShape, asked.code)
    let open: Refusal | null = null
    const refused = await attempt(async () => {
      const word = biometric ? { biometric } : { pin: pin.data }
      open = unchecked((await phone.approve({ ...asked, ...word })).verdict)
    })
    const trouble = refused ?? open
    return trouble ? one(at, trouble, asked.code) : back()
  },
}

/** For the phone's first screen. */
export async function approvalNotice({ viewer: { t }, citizen }: At): Promise<VNode | null> {
  const { approvals } = await citizen.phone.approvals({})
  const [waiting] = approvals.filter(({ state }) => state === 'waiting')
  if (!waiting) return null
  const link = phonePath(citizen, `/approvals/${waiting.requestId}`)
  return notice('info', t.approval.waits, buttonLink(link, t.approval.see, 'secondary'))
}

async function list(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { c, viewer, citizen } = at
  const { t } = viewer
  const settings = await citizen.phone.approvalSettings({})
  const { approvals } = await citizen.phone.approvals({})
  const waiting = approvals.filter(({ state }) => state === 'waiting')
  const over = approvals.filter(({ state }) => state !== 'waiting')
  const done = c.req.query('done')
  const said = done === 'received' ? t.approval.received : done === 'stopped' ? t.approval.stopped : null
  return showOnPhone(c, {
    ...{ viewer, citizen, heading: t.approval.title, trouble, back: phonePath(citizen), path: pathOf(at) },
    waiting: settings.receiving && trouble === null,
    content: div(
      {},
      said && !trouble ? notice('success', said) : null,
      p({}, t.approval.lead),
      settings.receiving
        ? div({ id: 'waiting', 'data-live': 'yes' }, ...asking(at, waiting))
        : receiveForm(at, trouble),
      ...(over.length > 0 ? [h2({}, t.approval.past), ...over.map((approval) => past(at, approval))] : []),
      settings.receiving ? stopForm(at, settings.userCode) : null,
    ),
  })
}

const asking = (at: At, waiting: readonly Approval[]): VNode[] =>
  waiting.length === 0
    ? [p({}, at.viewer.t.approval.none)]
    : waiting.map(({ requestId, clientName, procedure }) =>
        notice(
          'info',
          at.viewer.t.approval.askTitle(inLanguage(clientName, at.viewer.language)),
          p({}, inLanguage(procedure, at.viewer.language)),
          buttonLink(pathOf(at, `/${requestId}`), at.viewer.t.approval.see),
        ),
      )

function receiveForm(at: At, trouble: Trouble | null): VNode {
  const { t } = at.viewer
  const code = { name: 'usercode', label: t.approval.userCode, hint: t.approval.userCodeHint }
  return panel(
    t.approval.offTitle,
    p({}, t.approval.offLead),
    post(
      pathOf(at),
      passwordField({ ...code, digits: true, length: 8, optional: true }),
      phonePin(t, trouble),
      submit(t.approval.receive),
    ),
  )
}

const stopForm = (at: At, userCode: boolean): VNode =>
  panel(
    at.viewer.t.approval.settings,
    p({}, userCode ? at.viewer.t.approval.hasCode : at.viewer.t.approval.hasNoCode),
    post(pathOf(at), hidden('act', 'stop'), submit(at.viewer.t.approval.stop, 'secondary')),
  )

function past({ viewer }: At, approval: Approval): VNode {
  const { t, format, language } = viewer
  return section(
    { class: 'certificate' },
    p({}, strong({}, inLanguage(approval.clientName, language)), ' ', span({}, format.minute(approval.askedAt))),
    rows([t.approval.why, inLanguage(approval.procedure, language)], ...outcome(viewer, approval)),
  )
}

function outcome({ t, language, format }: At['viewer'], { state, result }: Approval) {
  const answer = [t.approval.title, t.approval[`state_${state}`]] as const
  if (state !== 'approved') return [answer]
  const text = result ? inLanguage(result.text, language) : ''
  const came = result ? format.aside(t.approval[`result_${result.outcome}`], text) : t.approval.resultAwaited
  return [answer, [t.approval.result, came] as const]
}

/** `number`: what was chosen before a finger was not recognised, or the PIN was wrong. */
async function one(at: At, trouble: Trouble | null = null, number?: string): Promise<Response> {
  const { c, viewer, citizen } = at
  const { t, language } = viewer
  const { approvals } = await citizen.phone.approvals({})
  const approval = approvals.find(({ requestId }) => requestId === c.req.param('id'))
  if (!approval) return trouble ? list(at, trouble) : c.notFound()
  const waiting = approval.state === 'waiting'
  const finger = waiting ? await fingerOffer(at, approval.biometric) : null
  return showOnPhone(c, {
    ...{ viewer, citizen, trouble, back: pathOf(at), path: pathOf(at, `/${approval.requestId}`) },
    heading: t.approval.askTitle(inLanguage(approval.clientName, language)),
    // Until the service says what came of it, the page looks again.
    waiting: approval.state === 'approved' && approval.result === null,
    content: waiting ? question(at, approval, { trouble, number, finger }) : answered(at, approval),
  })
}

function answered(at: At, approval: Approval): VNode {
  const { t, language } = at.viewer
  const kind = approval.state === 'approved' ? 'success' : approval.state === 'declined' ? 'info' : 'warning'
  return div(
    {},
    notice(kind, t.approval[`state_${approval.state}`]),
    div(
      { id: 'outcome', 'data-live': 'yes' },
      rows([t.approval.why, inLanguage(approval.procedure, language)], ...outcome(at.viewer, approval).slice(1)),
    ),
    buttonLink(pathOf(at), t.phone.back, 'secondary'),
  )
}

interface Now {
  readonly trouble: Trouble | null
  readonly number: string | undefined
  /** In place of the PIN, where that will do. */
  readonly finger: Child
}

/** No is the first button and asks for nothing; none of the numbers is chosen beforehand. What its holder chose stays chosen. */
function question(at: At, approval: Approval, { trouble, number, finger }: Now): VNode {
  const { t, language, format } = at.viewer
  const { requestId, clientName, procedure, channel, caller, choices, expiresAt } = approval
  const address = pathOf(at, `/${requestId}`)
  const unchosen = trouble === t.approval.choose
  const numbers = choices.map((code) => ({ value: code, text: code, checked: code === number }))
  return div(
    { class: 'approval' },
    rows(
      [t.approval.who, inLanguage(clientName, language)],
      [t.approval.why, strong({}, inLanguage(procedure, language))],
      [t.approval.how, t.approval[`channel_${channel}`]],
      [t.approval.until, format.clock(expiresAt)],
    ),
    notice('warning', t.approval[`caller_${caller}`]),
    post(address, submit(t.approval.decline, 'secondary', 'decision', 'decline')),
    post(
      address,
      choiceField('radio', 'number', t.approval.which, numbers, unchosen ? t.approval.choose : undefined),
      p({ class: 'hint' }, t.approval.noneOfThese),
      finger,
      phonePin(t, unchosen ? null : trouble),
      submit(t.approval.approve, 'primary', 'decision', 'approve'),
    ),
    post(
      address,
      p({ class: 'hint' }, t.approval.unexpectedHint),
      submit(t.approval.unexpected, 'danger', 'decision', 'unexpected'),
    ),
  )
}
