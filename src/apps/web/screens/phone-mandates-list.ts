// `/phone/<name>/mandates/list`: what stands and each use of it, after the PIN, and the way to end it.

import type { VNode } from 'preact'
import { type Phone, zPin } from '../../../roles/phone/contract.ts'
import { hidden, post, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { MANDATE_STATES } from '../messages-mandates.ts'
import type { Trouble } from '../refusal-notice.ts'
import { type Child, div, h2, li, p, section, strong, ul } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'
import { handedOn, handOnTitle, mayHandOn } from './phone-mandate-hand-on.ts'
import { endQuestion, mayEnd, path, pinOf, terms, tried } from './phone-mandate-terms.ts'

type Own = Awaited<ReturnType<Phone['ownMandates']>>
type Mandate = Own['mandates'][number]

export const phoneMandatesList = {
  ask: async (at: At): Promise<Response> => pinScreen(at),
  show: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'decision', 'pin', 'mandate')
    if (entered.decision === 'confirm') return endScreen(at, entered.mandate)
    const pin = zPin.safeParse(plainText(entered.pin))
    const { pinShape } = at.viewer.t.phone
    if (entered.decision === 'end')
      return pin.success ? end(at, entered.mandate, pin.data) : endScreen(at, entered.mandate, pinShape)
    if (!pin.success) return pinScreen(at, pinShape)
    const { value, refused } = await tried(() => at.citizen.phone.ownMandates({ pin: pin.data }))
    return value ? listScreen(at, value) : pinScreen(at, refused)
  },
}

function pinScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const form = post(path(at, '/list'), pinOf(at, trouble), submit(t.mandates.listButton, 'primary', 'decision', 'list'))
  return subScreen(at, t.mandates.listTitle, form, trouble, '/mandates/list')
}

function listScreen(at: At, { mandates, uses }: Own): Response {
  const { t } = at.viewer
  const content = div(
    {},
    ...(mandates.length === 0 ? [p({}, t.mandates.none)] : mandates.map((one) => row(at, one))),
    h2({}, t.mandates.uses),
    usesOf(at, uses),
  )
  return subScreen(at, t.mandates.listTitle, content, null, '/mandates/list')
}

function row(at: At, mandate: Mandate): VNode {
  const { t, language } = at.viewer
  return section(
    { class: 'certificate' },
    h2({}, t.mandates.forWhom(mandate.delegateCalled, mandate.principalCalled)),
    terms(at, mandate, [t.mandates.state, MANDATE_STATES[mandate.state][language]]),
    mayHandOn(mandate)
      ? post(path(at, '/hand-on'), ...handedOn(mandate), submit(handOnTitle(at, mandate.kind), 'secondary'))
      : null,
    mayEnd(mandate)
      ? post(
          path(at, '/list'),
          hidden('mandate', mandate.mandateId),
          submit(t.mandates.end, 'secondary', 'decision', 'confirm'),
        )
      : null,
  )
}

function usesOf(at: At, uses: Own['uses']): Child {
  const { t, language, format } = at.viewer
  if (uses.length === 0) return p({}, t.mandates.noUses)
  const what = (title: string | null, act: string) =>
    act === 'login' ? t.mandates.login : inLanguage(title ?? act, language)
  return ul(
    { class: 'uses' },
    ...uses.map(({ at: when, clientName, act, title, principalCalled, delegateCalled }) =>
      li(
        {},
        strong({}, `${inLanguage(clientName, language)}: ${what(title, act)}`),
        p({}, `${format.minute(when)} · ${t.mandates.forWhom(delegateCalled, principalCalled)}`),
      ),
    ),
  )
}

function endScreen(at: At, mandateId: string, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const content = endQuestion(at, trouble, {
    ...{ to: path(at, '/list'), back: path(at), of: ['mandate', mandateId], decision: 'end' },
    ...{ text: t.mandates.endText, yes: t.mandates.endButton },
  })
  return subScreen(at, t.mandates.endTitle, content, trouble, '/mandates/list')
}

async function end(at: At, mandateId: string, pin: string): Promise<Response> {
  const { refused } = await tried(() => at.citizen.phone.withdrawMandate({ mandateId, pin }))
  return refused ? endScreen(at, mandateId, refused) : at.c.redirect(`${path(at)}?done=ended`, 303)
}
