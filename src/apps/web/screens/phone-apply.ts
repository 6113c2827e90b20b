// Applying on the phone: with the card, from home, what the counter does; and the codes that come after it.

import type { VNode } from 'preact'
import { z } from 'zod'
import { zFourInfo } from '../../../base/contract.ts'
import { zPassword } from '../../../roles/phone/contract.ts'
import type { Order } from '../../../roles/sp-tsm/contract.ts'
import { choiceField, digitsField, passwordField, post, selectField, submit, textField, tile } from '../components.ts'
import { icon } from '../icons.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { a, details, div, h2, li, ol, p, section, span, summary } from '../tags.ts'
import { fields, plainText, type Viewer } from '../viewer.ts'
import { phonePath, showOnPhone } from './device.ts'
import type { At } from './phone.ts'
import type { HomeOf } from './phone-home.ts'

/** Which card is held to the phone, and its password. */
export const cardFields = (
  { viewer: { t, say }, world, citizen }: Pick<HomeOf, 'viewer' | 'world' | 'citizen'>,
  invalid: boolean,
): VNode[] => [
  selectField(
    { name: 'card', label: t.phone.applyCard },
    world.citizens.map(({ card, label }) => [card, t.phone.cardOf(say(label))]),
    citizen.card,
  ),
  passwordField({ name: 'password', label: t.phone.password, hint: t.phone.passwordHint, length: 16, invalid }),
]

/** With the card: the quickest, so it is the form of the first screen. The other ways are below it. */
export const cardForm = ({ viewer, world, citizen, troubled }: HomeOf): VNode => {
  const { t } = viewer
  return div(
    {},
    p({}, t.phone.applyLead),
    post(
      phonePath(citizen, '/apply'),
      ...cardFields({ viewer, world, citizen }, troubled),
      details(
        {},
        summary({}, t.apply.byMail),
        textField({ name: 'mailAddress', label: t.apply.mailAddress, hint: t.apply.mailHint, optional: true }),
      ),
      submit(t.phone.applyButton),
    ),
    h2({ class: 'sub' }, t.apply.otherWays),
    div(
      { class: 'tiles tiles-narrow' },
      tile(phonePath(citizen, '/apply-home'), 'people', t.apply.doHome, t.apply.doHomeText),
      tile(phonePath(citizen, '/apply-counter'), 'shield', t.apply.doCounter, t.apply.doCounterText),
    ),
  )
}

/** What was entered with the card, or a sentence about it. */
export async function cardEntries({ c, viewer, world }: At) {
  const entered = await fields(c, 'card', 'password', 'mailAddress')
  const card = world.citizens.find((other) => other.card === entered.card)?.card
  const password = zPassword.safeParse(plainText(entered.password).toUpperCase())
  if (card === undefined || !password.success) return viewer.t.phone.passwordShape
  const given = plainText(entered.mailAddress)
  const mailAddress = z.email().safeParse(given)
  if (given !== '' && !mailAddress.success) return viewer.t.apply.mailShape
  return { card, password: password.data, ...(mailAddress.success && { mailAddress: mailAddress.data }) }
}

const sub = ({ c, viewer, citizen }: At, heading: string, content: VNode, trouble: Trouble | null = null): Response =>
  showOnPhone(c, { viewer, citizen, heading, content, trouble, back: phonePath(citizen) })

function homeForm(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const invalid = trouble !== null
  const form = post(
    phonePath(at.citizen, '/apply-home'),
    p({}, t.apply.homeLead),
    textField({ name: 'name', label: t.apply.name, hint: t.apply.nameHint, invalid }),
    textField({ name: 'address', label: t.apply.address, hint: t.apply.addressHint, invalid }),
    textField({ name: 'birthDate', label: t.apply.birthDate, hint: t.apply.birthDateHint, invalid }),
    choiceField('radio', 'gender', t.apply.gender, [
      { value: '1', text: t.apply.gender1, checked: false },
      { value: '2', text: t.apply.gender2, checked: false },
      { value: '3', text: t.apply.gender3, checked: false },
    ]),
    submit(t.apply.homeButton),
  )
  return sub(at, t.apply.homeTitle, form, trouble)
}

async function sendFromHome(at: At): Promise<Response> {
  const { name, address, birthDate, gender } = await fields(at.c, 'name', 'address', 'birthDate', 'gender')
  const entered = { name: name.trim(), address: address.trim(), birthDate: plainText(birthDate), gender }
  const fourInfo = zFourInfo.safeParse(entered)
  if (!fourInfo.success || entered.name === '' || entered.address === '') {
    return homeForm(at, at.viewer.t.apply.factsShape)
  }
  const refused = await attempt(() => at.citizen.phone.applyFromHome({ fourInfo: fourInfo.data }))
  return refused ? homeForm(at, refused) : at.c.redirect(phonePath(at.citizen), 303)
}

async function counterWay(at: At): Promise<Response> {
  const { t } = at.viewer
  return sub(at, t.apply.counterTitle, div({}, p({}, t.apply.counterLead), p({}, t.apply.counterWhen)))
}

function takeOverForm(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const fields = cardFields(at, trouble !== null)
  const form = post(
    phonePath(at.citizen, '/take-over'),
    p({}, t.apply.atCounterText),
    ...fields,
    submit(t.apply.takeOver),
  )
  return sub(at, t.apply.takeOver, form, trouble)
}

async function takeOver(at: At): Promise<Response> {
  const entered = await cardEntries(at)
  if (typeof entered === 'string') return takeOverForm(at, entered)
  const { card, password } = entered
  const refused = await attempt(() => at.citizen.phone.takeOver({ card, password }))
  return refused ? takeOverForm(at, refused) : at.c.redirect(phonePath(at.citizen), 303)
}

export const phoneApply = {
  askTakeOver: async (at: At) => takeOverForm(at),
  takeOver,
  askFacts: async (at: At) => homeForm(at),
  sendFromHome,
  counterWay,
}

const LEADS = { sms: 'smsLead', mail: 'mailLead', letter: 'letterLead' } as const
const STEP = { sms: 'stepSms', mail: 'stepMail', letter: 'stepLetter' } as const
const DIGITS = { sms: 6, mail: 6, letter: 10 } as const

type Due = NonNullable<Order['due']>

/** While a code is due: where it comes, where to enter it, and what comes after it. */
export function codeForm({ viewer, citizen, troubled }: HomeOf, due: Due): VNode {
  const { t, format } = viewer
  return div(
    {},
    p({}, t.apply[LEADS[due.code]]),
    post(
      phonePath(citizen, '/code'),
      digitsField({
        name: 'code',
        label: t.apply.code,
        hint: t.apply.codeHint,
        length: DIGITS[due.code] + 1,
        invalid: troubled,
      }),
      due.expiresAt ? p({ class: 'hint' }, t.apply.codeUntil(format.minute(due.expiresAt))) : null,
      submit(t.apply.codeButton),
    ),
    p({ class: 'sub' }, a({ href: phonePath(citizen, '/messages') }, t.apply.seeMessages)),
    wayAhead(viewer, due),
    post(phonePath(citizen, '/resend'), submit(t.apply.resend, 'secondary')),
    post(phonePath(citizen, '/remove'), submit(t.phone.cancelButton, 'secondary')),
  )
}

function wayAhead({ t }: Viewer, { way, code }: Due): VNode {
  const codes: readonly Due['code'][] = way === 'home' ? ['sms', 'letter'] : [code]
  const steps = [t.apply.stepApply, ...codes.map((one) => t.apply[STEP[one]]), t.apply.stepInstall]
  const at = 1 + codes.indexOf(code)
  const mark = (index: number) => (index < at ? 'done' : index === at ? 'doing' : 'toDo')
  const drawing = { done: 'passed', doing: 'wave', toDo: 'unknown' } as const
  return section(
    {},
    h2({ class: 'sub' }, t.apply.stepsTitle),
    ol(
      { class: 'progress-steps' },
      ...steps.map((text, index) =>
        li(
          { class: `step-${mark(index)}` },
          icon(drawing[mark(index)]),
          span(
            {},
            text,
            ' ',
            span({ class: 'step-mark' }, mark(index) === 'doing' ? t.apply.now : t.phone[mark(index)]),
          ),
        ),
      ),
    ),
  )
}

/** The code as it stands in the letter, with or without its space. */
export async function codeEntered({ c, viewer }: Pick<At, 'c' | 'viewer'>): Promise<{ code: string } | string> {
  const code = plainText((await fields(c, 'code')).code).replace(/[\s-]/g, '')
  return /^([0-9]{6}|[0-9]{10})$/.test(code) ? { code } : viewer.t.apply.codeShape
}
