// `/phone/<name>/mandates/firm`: a representative claims a firm with the card, acts for it once clerks have released that, and leaves it.

import type { VNode } from 'preact'
import { type Phone, zPin } from '../../../roles/phone/contract.ts'
import { buttonLink, hidden, notice, post, rows, submit } from '../components.ts'
import { FIRM_STATES } from '../messages-firms.ts'
import type { Trouble } from '../refusal-notice.ts'
import { div, h2, p, section } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'
import { actFields, daysField, type Entered, servicesFor, termsOf, ticked, wordFields } from './phone-mandate-form.ts'
import { endQuestion, path, pinOf, type Shown, terms, tried } from './phone-mandate-terms.ts'

type Firm = Awaited<ReturnType<Phone['ownMandates']>>['firms'][number]

export const phoneFirm = {
  ask: async (at: At): Promise<Response> => pinScreen(at),
  /** The firms after the PIN; then, for one of them, what is done. */
  act: async (at: At): Promise<Response> => {
    const { c, citizen, viewer } = at
    const entered = await fields(c, 'decision', 'firm', 'pin', 'me', 'purpose', 'days')
    const { decision, firm } = entered
    if (decision === 'form') return beginScreen(at, firm)
    if (decision === 'confirm') return leaveScreen(at, firm)
    const again = { begin: beginScreen, leave: leaveScreen }[decision]
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!pin.success) return again ? again(at, firm, viewer.t.phone.pinShape) : pinScreen(at, viewer.t.phone.pinShape)
    if (decision === 'begin') return begin(at, { ...entered, them: entered.me }, pin.data)
    if (decision === 'leave') {
      const { refused } = await tried(() => citizen.phone.leaveFirm({ representationId: firm, pin: pin.data }))
      return refused ? leaveScreen(at, firm, refused) : c.redirect(`${path(at, '/firm')}?done=left`, 303)
    }
    const { value, refused } = await tried(() => citizen.phone.ownMandates({ pin: pin.data }))
    return value ? listScreen(at, value.firms) : pinScreen(at, refused)
  },
}

function pinScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const content = div(
    {},
    trouble === null && at.c.req.query('done') === 'left' ? notice('success', t.firms.left) : null,
    p({}, t.firms.lead),
    post(path(at, '/firm'), pinOf(at, trouble), submit(t.firms.see, 'primary', 'decision', 'list')),
    buttonLink(path(at, '/firm/claim'), t.firms.claim, 'secondary'),
  )
  return subScreen(at, t.firms.title, content, trouble, '/mandates/firm')
}

function listScreen(at: At, firms: readonly Firm[]): Response {
  const { t } = at.viewer
  const content = div(
    {},
    ...(firms.length === 0 ? [p({}, t.firms.none)] : firms.map((one) => card(at, one))),
    buttonLink(path(at, '/firm/claim'), t.firms.claim, 'secondary'),
  )
  return subScreen(at, t.firms.title, content, null, '/mandates/firm')
}

function card(at: At, { representationId, number, name, state, until }: Firm): VNode {
  const { t, say, format } = at.viewer
  const open = state === 'claimed' || state === 'standing'
  const act = (decision: string, text: string, kind: 'primary' | 'danger') =>
    post(path(at, '/firm'), hidden('firm', representationId), submit(text, kind, 'decision', decision))
  return section(
    { class: 'certificate' },
    h2({}, name),
    rows(
      [t.firms.number, number],
      [t.firms.state, say(FIRM_STATES[state])],
      ...(open ? ([[t.firms.until, format.day(until)]] as const) : []),
    ),
    state === 'standing' ? act('form', t.firms.begin, 'primary') : null,
    open ? act('confirm', t.firms.leave, 'danger') : null,
  )
}

async function beginScreen(at: At, firm: string, trouble: Trouble | null = null, entered?: Entered): Promise<Response> {
  const { t } = at.viewer
  const services = await servicesFor(at, 'representative')
  const { office: me, officeHint: meHint, purposeHint } = t.firms
  const words = { ...t.mandates, me, meHint, purposeHint }
  const form = post(
    path(at, '/firm'),
    hidden('firm', firm),
    ...actFields(at, services),
    ...wordFields(['me', 'purpose'], words, entered),
    daysField(at, entered),
    pinOf(at, trouble),
    submit(t.firms.beginButton, 'primary', 'decision', 'begin'),
  )
  const content = services.length > 0 ? [p({}, t.firms.beginText), form] : [notice('info', t.firms.noService)]
  return subScreen(at, t.firms.begin, div({}, ...content), trouble, '/mandates/firm')
}

async function begin(at: At, entered: Entered & { readonly firm: string }, pin: string): Promise<Response> {
  const { t } = at.viewer
  const { firm, me } = entered
  // The firm is called as the platform has it, whatever comes from the form.
  const found = await tried(() => at.citizen.phone.ownMandates({ pin }))
  const known = found.value?.firms.find((one) => one.representationId === firm)
  const own = known && termsOf({ ...entered, me: known.name, them: me }, await ticked(at))
  if (!own) return beginScreen(at, firm, found.refused ?? t.mandates.incomplete, entered)
  // What is handed on of it is an employee's, who hands nothing on.
  const of = { terms: { ...own, subDelegation: 1 }, representationId: firm, pin }
  const { value, refused } = await tried(() => at.citizen.phone.actForFirm(of))
  return value ? begun(at, value.mandate) : beginScreen(at, firm, refused, entered)
}

function begun(at: At, mandate: Shown): Response {
  const { t } = at.viewer
  const said = notice('success', t.firms.begun, p({}, t.firms.begunText))
  const content = div({}, said, terms(at, mandate), buttonLink(path(at, '/list'), t.mandates.see, 'secondary'))
  return subScreen(at, t.firms.begin, content, null, '/mandates/firm')
}

function leaveScreen(at: At, firm: string, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const to = path(at, '/firm')
  const content = endQuestion(at, trouble, {
    ...{ to, back: to, of: ['firm', firm], decision: 'leave' },
    ...{ text: t.firms.leaveText, yes: t.firms.leaveButton },
  })
  return subScreen(at, t.firms.leave, content, trouble, '/mandates/firm')
}
