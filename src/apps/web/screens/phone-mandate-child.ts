// `/phone/<name>/mandates/child`: a parent holds the child's card to the own phone and signs; the municipality says whether it is so.

import { zPin } from '../../../roles/phone/contract.ts'
import { buttonLink, notice, post, selectField, submit } from '../components.ts'
import type { Trouble } from '../refusal-notice.ts'
import { div, p } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'
import { actFields, daysField, type Entered, servicesFor, termsOf, ticked, wordFields } from './phone-mandate-form.ts'
import { path, pinOf, type Shown, terms, tried } from './phone-mandate-terms.ts'

export const phoneMandateChild = {
  ask: (at: At): Promise<Response> => screen(at),
  take: async (at: At): Promise<Response> => {
    const { t } = at.viewer
    const entered = await fields(at.c, 'me', 'them', 'purpose', 'days', 'pin', 'card')
    const pin = zPin.safeParse(plainText(entered.pin))
    // Here it is the other one whose affairs they are.
    const own = termsOf({ ...entered, me: entered.them, them: entered.me }, await ticked(at))
    const card = at.world.citizens.find((one) => one.card === entered.card)?.card
    if (!own || card === undefined) return screen(at, t.mandates.incomplete, entered)
    if (!pin.success) return screen(at, t.phone.pinShape, entered)
    const { value, refused } = await tried(() => at.citizen.phone.actForChild({ terms: own, card, pin: pin.data }))
    return value ? taken(at, value.mandate) : screen(at, refused, entered)
  },
}

async function screen(at: At, trouble: Trouble | null = null, entered?: Entered): Promise<Response> {
  const { t, say } = at.viewer
  const services = await servicesFor(at, 'parent')
  const others = at.world.citizens.filter(({ card }) => card !== at.citizen.card)
  const words = { ...t.mandates, them: t.mandates.childCalled, themHint: t.mandates.childCalledHint }
  const form = post(
    path(at, '/child'),
    selectField(
      { name: 'card', label: t.mandates.childCard },
      others.map(({ card, label }) => [card, t.phone.cardOf(say(label))]),
      others.at(-1)?.card,
    ),
    ...actFields(at, services),
    ...wordFields(['them', 'me', 'purpose'], { ...words, me: t.mandates.parentCalled }, entered),
    daysField(at, entered),
    pinOf(at, trouble),
    submit(t.mandates.childButton),
  )
  const content = services.length > 0 ? [p({}, t.mandates.childLead), form] : [notice('info', t.mandates.noService)]
  return subScreen(at, t.mandates.child, div({}, ...content), trouble, '/mandates/child')
}

function taken(at: At, mandate: Shown): Response {
  const { t } = at.viewer
  const said = notice('success', t.mandates.childTaken, p({}, t.mandates.acceptedText))
  const content = div({}, said, terms(at, mandate), buttonLink(path(at), t.mandates.title, 'secondary'))
  return subScreen(at, t.mandates.child, content, null, '/mandates/child')
}
