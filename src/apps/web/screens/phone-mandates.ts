// `/phone/<name>/mandates`: letting somebody act and accepting to act. The other is reached by a code alone: nobody is looked up. Seed 0 高橋①.

import { type Phone, zPin } from '../../../roles/phone/contract.ts'
import { buttonLink, choiceField, hidden, notice, post, rows, submit, textField } from '../components.ts'
import type { Trouble } from '../refusal-notice.ts'
import { div, h2, p, section, strong } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import { phonePath } from './device.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'
import { actFields, daysField, type Entered, servicesFor, termsOf, ticked, wordFields } from './phone-mandate-form.ts'
import { path, pinOf, type Shown, terms, tried } from './phone-mandate-terms.ts'
import { drawing } from './qr.ts'

export const phoneMandates = {
  start: async (at: At): Promise<Response> => {
    const { t } = at.viewer
    const done = at.c.req.query('done') === 'ended' ? notice('success', t.mandates.ended) : null
    const content = div(
      {},
      done,
      p({}, t.mandates.lead),
      buttonLink(path(at, '/offer'), t.mandates.offer),
      buttonLink(path(at, '/accept'), t.mandates.accept, 'secondary'),
      buttonLink(path(at, '/child'), t.mandates.child, 'secondary'),
      buttonLink(path(at, '/firm'), t.firms.title, 'secondary'),
      buttonLink(path(at, '/list'), t.mandates.see, 'secondary'),
    )
    return subScreen(at, t.mandates.title, content, null, '/mandates')
  },
  askOffer: (at: At): Promise<Response> => offerScreen(at),
  offer: async (at: At): Promise<Response> => {
    const { t } = at.viewer
    const entered = await fields(at.c, 'me', 'them', 'purpose', 'days', 'handOn', 'pin')
    const pin = zPin.safeParse(plainText(entered.pin))
    const terms = termsOf(entered, await ticked(at))
    if (!terms) return offerScreen(at, t.mandates.incomplete, entered)
    if (!pin.success) return offerScreen(at, t.phone.pinShape, entered)
    const { value, refused } = await tried(() => at.citizen.phone.offerMandate({ terms, pin: pin.data }))
    return value ? offeredScreen(at, value) : offerScreen(at, refused, entered)
  },
  read: (at: At, invitation: string): Promise<Response> => readScreen(at, invitation),
  askAccept: async (at: At): Promise<Response> => codeScreen(at),
  accept: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'code', 'decision', 'pin')
    if (entered.decision !== 'accept') return readScreen(at, entered.code)
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!pin.success) return readScreen(at, entered.code, at.viewer.t.phone.pinShape)
    const accept = () => at.citizen.phone.acceptMandate({ invitation: entered.code, pin: pin.data })
    const { value, refused } = await tried(accept)
    return value ? acceptedScreen(at, value.mandate) : readScreen(at, entered.code, refused)
  },
}

async function offerScreen(at: At, trouble: Trouble | null = null, entered?: Entered): Promise<Response> {
  const { t } = at.viewer
  const services = await servicesFor(at, 'general')
  const form = post(
    path(at, '/offer'),
    ...actFields(at, services),
    ...wordFields(['them', 'me', 'purpose'], t.mandates, entered),
    daysField(at, entered),
    choiceField('checkbox', 'handOn', t.mandates.handingOn, [
      { value: 'yes', text: t.mandates.mayHandOn, checked: entered?.handOn === 'yes' },
    ]),
    pinOf(at, trouble),
    submit(t.mandates.offerButton),
  )
  const none = notice('info', t.mandates.noService)
  return subScreen(at, t.mandates.offerTitle, div({}, services.length > 0 ? form : none), trouble, '/mandates/offer')
}

export function offeredScreen(at: At, { invitation, until }: Awaited<ReturnType<Phone['offerMandate']>>): Response {
  const { t, format, say } = at.viewer
  const text = `kazasu:mandate:${invitation}`
  // In this world a button stands for the camera of the other phone; posted, so that the code is in no address.
  const others = at.world.citizens
    .filter(({ name }) => name !== at.citizen.name)
    .map((other) =>
      post(phonePath(other, '/scan'), hidden('qr', text), submit(t.scan.hold(say(other.label)), 'secondary')),
    )
  const content = div(
    {},
    section(
      { class: 'compare' },
      h2({}, t.mandates.code),
      p({ class: 'compare-code compare-long' }, strong({}, invitation)),
    ),
    section({ class: 'panel' }, p({}, t.mandates.held), drawing(text, t.mandates.picture), ...others),
    notice('warning', t.mandates.offeredText),
    rows([t.mandates.codeUntil, format.clock(until)]),
    buttonLink(phonePath(at.citizen), t.phone.toPhoneHome, 'secondary'),
  )
  return subScreen(at, t.mandates.offered, content, null, '/mandates/offer')
}

function codeScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const field = textField({
    name: 'code',
    label: t.mandates.code,
    hint: t.mandates.codeHint,
    invalid: trouble !== null,
  })
  const form = post(path(at, '/accept'), field, submit(t.mandates.read, 'primary', 'decision', 'read'))
  return subScreen(at, t.mandates.acceptTitle, form, trouble, '/mandates/accept')
}

async function readScreen(at: At, code: string, trouble: Trouble | null = null): Promise<Response> {
  const { t } = at.viewer
  const { value, refused } = await tried(() => at.citizen.phone.invitedMandate({ invitation: code.slice(0, 40) }))
  if (!value) return codeScreen(at, refused)
  const content = div(
    {},
    terms(at, value.mandate),
    p({}, t.mandates.acceptText),
    post(
      path(at, '/accept'),
      hidden('code', code),
      pinOf(at, trouble),
      submit(t.mandates.acceptButton, 'primary', 'decision', 'accept'),
    ),
    buttonLink(path(at), t.mandates.keep, 'secondary'),
  )
  return subScreen(at, t.mandates.acceptTitle, content, trouble, '/mandates/accept')
}

function acceptedScreen(at: At, mandate: Shown): Response {
  const { t } = at.viewer
  const said = notice('success', t.mandates.accepted, p({}, t.mandates.acceptedText))
  const toMandates = buttonLink(path(at), t.mandates.title, 'secondary')
  return subScreen(at, t.mandates.acceptTitle, div({}, said, terms(at, mandate), toMandates), null, '/mandates/accept')
}
