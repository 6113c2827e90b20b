// Applying on the phone: with the card, from home, what the counter does; and the codes that come after it.

import type { VNode } from 'preact'
import { z } from 'zod'
import { zFourInfo } from '../../../base/contract.ts'
import type { Order } from '../../../roles/sp-tsm/contract.ts'
import { dateIn } from '../birth-date.ts'
import { buttonLink, choiceField, digitsField, post, submit, textField, tile } from '../components.ts'
import type { Wrong } from '../entered.ts'
import { attempt, isOfEntry, type Trouble } from '../refusal-notice.ts'
import { a, details, div, h2, p, summary } from '../tags.ts'
import { fields, plainText, type Viewer } from '../viewer.ts'
import { phonePath, showOnPhone } from './device.ts'
import type { At } from './phone.ts'
import { cardAtHand, cardFields } from './phone-card.ts'
import type { HomeOf } from './phone-home.ts'
import { cancelMove, steps } from './phone-progress.ts'

/** With the card: the quickest, so it is the form of the first screen. The other ways are below it. */
export const cardForm = ({ viewer, world, citizen, trouble }: HomeOf): VNode => {
  const { t } = viewer
  const ofMail = trouble === t.apply.mailShape
  return div(
    {},
    p({}, t.phone.applyLead),
    post(
      phonePath(citizen, '/apply'),
      ...cardFields({ viewer, world, citizen }, ofMail ? null : trouble),
      details(
        { open: ofMail },
        summary({}, t.apply.byMail),
        textField({
          ...{ name: 'mailAddress', label: t.apply.mailAddress, hint: t.apply.mailHint, invalid: ofMail },
          ...{ optional: true, autocomplete: 'email' },
        }),
      ),
      submit(t.phone.applyButton),
    ),
    h2({}, t.apply.otherWays),
    div(
      { class: 'tiles tiles-narrow' },
      tile(phonePath(citizen, '/move-here'), 'phone', t.move.doMoveHere, t.move.doMoveHereText),
      tile(phonePath(citizen, '/apply-home'), 'people', t.apply.doHome, t.apply.doHomeText),
      tile(phonePath(citizen, '/apply-counter'), 'shield', t.apply.doCounter, t.apply.doCounterText),
      tile(phonePath(citizen, '/help'), 'info', t.help.doHelp, t.help.doHelpText),
    ),
  )
}

/** What was entered with the card, or a sentence about it. */
export async function cardEntries({ c, viewer, world }: At) {
  const entered = await fields(c, 'card', 'password', 'mailAddress')
  const card = cardAtHand({ world }, entered)
  if (!card) return viewer.t.phone.passwordShape
  const given = plainText(entered.mailAddress)
  const mailAddress = z.email().safeParse(given)
  if (given !== '' && !mailAddress.success) return viewer.t.apply.mailShape
  return { ...card, ...(mailAddress.success && { mailAddress: mailAddress.data }) }
}

const sub = (
  { c, viewer, citizen }: At,
  heading: string,
  content: VNode,
  trouble: Trouble | null = null,
  wrong: Wrong = {},
): Response => showOnPhone(c, { viewer, citizen, heading, content, trouble, wrong, back: phonePath(citizen) })

const zWritten = zFourInfo.extend({ name: z.string().min(1), address: z.string().min(1) })

/** `wrong`: nothing where no single field is: nobody has these facts. */
function homeForm(at: At, trouble: Trouble | null = null, wrong: Wrong = {}): Response {
  const { t } = at.viewer
  const invalid = typeof trouble !== 'string' && isOfEntry(trouble)
  const form = post(
    phonePath(at.citizen, '/apply-home'),
    p({}, t.apply.homeLead),
    textField({
      ...{ name: 'name', label: t.apply.name, hint: t.apply.nameHint },
      ...{ invalid, autocomplete: 'name' },
    }),
    textField({
      ...{ name: 'address', label: t.apply.address, hint: t.apply.addressHint },
      ...{ invalid, autocomplete: 'street-address' },
    }),
    textField({
      ...{ name: 'birthDate', label: t.apply.birthDate, hint: t.apply.birthDateHint },
      ...{ invalid, autocomplete: 'bday' },
    }),
    choiceField(
      ...(['radio', 'gender', t.apply.gender] as const),
      (['1', '2', '3'] as const).map((value) => {
        return { value, text: t.apply[`gender${value}`], checked: false }
      }),
    ),
    submit(t.apply.homeButton),
  )
  return sub(at, t.apply.homeTitle, form, trouble, wrong)
}

async function sendFromHome(at: At): Promise<Response> {
  const { t } = at.viewer
  const { name, address, birthDate, gender } = await fields(at.c, 'name', 'address', 'birthDate', 'gender')
  const born = dateIn(birthDate) ?? ''
  const fourInfo = zWritten.safeParse({ name: name.trim(), address: address.trim(), birthDate: born, gender })
  if (!fourInfo.success) {
    const fails = (field: string) => fourInfo.error.issues.some(({ path }) => path[0] === field)
    return homeForm(at, t.apply.factsShape, {
      birthDate: fails('birthDate') ? t.desk.dateShape : null,
      gender: fails('gender') ? t.apply.chooseOne : null,
    })
  }
  const refused = await attempt(() => at.citizen.phone.applyFromHome({ fourInfo: fourInfo.data }))
  return refused ? homeForm(at, refused) : at.c.redirect(phonePath(at.citizen), 303)
}

async function counterWay(at: At): Promise<Response> {
  const { t } = at.viewer
  return sub(at, t.apply.counterTitle, div({}, p({}, t.apply.counterLead), p({}, t.apply.counterWhen)))
}

export const phoneApply = {
  askFacts: async (at: At) => homeForm(at),
  sendFromHome,
  counterWay,
}

const LEADS = { sms: 'smsLead', mail: 'mailLead', letter: 'letterLead' } as const
const STEP = { sms: 'stepSms', mail: 'stepMail', letter: 'stepLetter' } as const
const DIGITS = { sms: 6, mail: 6, letter: 10 } as const

type Due = NonNullable<Order['due']>

/** While a code is due: where it comes, where to enter it, and what comes after it. */
export function codeForm({ viewer, citizen, status, trouble }: HomeOf, due: Due): VNode {
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
        invalid: isOfEntry(trouble),
        autocomplete: 'one-time-code',
      }),
      due.expiresAt ? p({ class: 'hint' }, t.apply.codeUntil(format.minute(due.expiresAt))) : null,
      submit(t.apply.codeButton),
    ),
    p({}, a({ href: phonePath(citizen, '/messages') }, t.apply.seeMessages)),
    ...wayAhead(viewer, due),
    due.code === 'letter'
      ? p({ class: 'hint' }, t.apply.letterOnce)
      : post(phonePath(citizen, '/resend'), submit(t.apply.resend, 'secondary')),
    status.order?.moves
      ? cancelMove({ viewer, citizen })
      : buttonLink(phonePath(citizen, '/remove'), t.phone.cancelButton, 'secondary'),
  )
}

function wayAhead({ t }: Viewer, { way, code }: Due): VNode[] {
  const codes: readonly Due['code'][] = way === 'home' ? ['sms', 'letter'] : [code]
  const texts = [t.apply.stepApply, ...codes.map((one) => t.apply[STEP[one]]), t.apply.stepInstall]
  const at = 1 + codes.indexOf(code)
  return [h2({}, t.apply.stepsTitle), steps(t, texts, at, t.apply.now)]
}

/** The code as it stands in the letter, with or without its space. */
export async function codeEntered({ c, viewer }: Pick<At, 'c' | 'viewer'>): Promise<{ code: string } | string> {
  const code = plainText((await fields(c, 'code')).code).replace(/[\s-]/g, '')
  return /^([0-9]{6}|[0-9]{10})$/.test(code) ? { code } : viewer.t.apply.codeShape
}
