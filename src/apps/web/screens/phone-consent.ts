// `/phone/<name>/consent`: who asks to be told which facts and for how long; agreed to with the card, or not. `/consents`: what
// was agreed to, after the PIN, and the way to take it back with the card. Seed 2 pattern 2.

import type { VNode } from 'preact'
import { type Phone, zPin } from '../../../roles/phone/contract.ts'
import { buttonLink, hidden, notice, post, type Row, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { type Child, div, h2, li, p, section, strong, ul } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import { phonePath, phonePin } from './device.ts'
import type { At } from './phone.ts'
import {
  asked,
  asker,
  compare,
  held,
  nameOf,
  over,
  pathOf,
  type Request,
  refusal,
  requestOf,
  screen,
} from './phone-asking.ts'
import { cardAtHand, cardFields } from './phone-card.ts'

type Consent = Awaited<ReturnType<Phone['showConsent']>>
type Agreed = Awaited<ReturnType<Phone['consents']>>['consents']

export const phoneConsent = {
  ask: async (at: At): Promise<Response> => {
    const request = asked(at)
    return request ? consentScreen(at, request) : at.c.notFound()
  },

  answer: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'party', 'request', 'items', 'decision', 'card', 'password')
    const request = requestOf(entered.party, entered.request)
    if (!request) return at.c.notFound()
    const { phone } = at.citizen
    if (entered.decision === 'decline') return answered(at, request, () => phone.declineRequest(request))
    const card = cardAtHand(at, entered)
    if (!card) return consentScreen(at, request, at.viewer.t.phone.passwordShape)
    const items = entered.items.split(' ') as Consent['items']
    return answered(at, request, () => phone.signConsent({ ...request, items, ...card }))
  },
}

async function answered(at: At, request: Request, act: () => Promise<unknown>): Promise<Response> {
  const refused = await attempt(act)
  return refused ? consentScreen(at, request, refused) : at.c.redirect(pathOf(at, 'consent', request), 303)
}

async function consentScreen(at: At, request: Request, trouble: Trouble | null = null): Promise<Response> {
  const consent = await at.citizen.phone.showConsent(request)
  const content =
    consent.state === 'waiting' ? consentQuestion(at, request, consent, trouble) : consentEnded(at, consent)
  return screen(at, at.viewer.t.asking.consentTitle, content, trouble, pathOf(at, 'consent', request))
}

function consentQuestion(at: At, request: Request, consent: Consent, trouble: Trouble | null): VNode {
  const { t } = at.viewer
  return div(
    {},
    p({}, t.asking.consentLead(nameOf(at, consent))),
    rows(
      [t.asking.items, itemList(at, consent.items)],
      [t.asking.alsoTold, t.asking.alsoToldText],
      [t.asking.term, t.asking.termText],
      ...asker(at, consent),
    ),
    compare(at, consent.code, t.asking.compareBank),
    p({}, t.asking.free),
    post(
      phonePath(at.citizen, '/consent'),
      ...held(request),
      hidden('items', consent.items.join(' ')),
      ...cardFields(at, trouble),
      submit(t.asking.agree, 'primary', 'decision', 'agree'),
    ),
    refusal(at, '/consent', request, t.asking.disagree),
  )
}

const itemList = ({ viewer: { t } }: At, items: Consent['items']): VNode =>
  ul({ class: 'inline' }, ...items.map((item) => li({}, strong({}, t.asking[item]))))

function consentEnded(at: At, { state }: Consent): VNode {
  const { t } = at.viewer
  if (state === 'given') return over(at, 'success', t.asking.given, t.asking.givenText)
  if (state === 'declined') return over(at, 'info', t.asking.disagreed, t.asking.declinedText)
  return over(at, 'warning', t.asking.expired, t.asking.expiredText)
}

const listPath = ({ citizen }: At): string => phonePath(citizen, '/consents')

export const phoneConsents = {
  ask: async (at: At): Promise<Response> => pinScreen(at),

  /** The list after the PIN; then, for one of it, the card. */
  answer: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'decision', 'pin', 'consent', 'who', 'card', 'password')
    const one = { consentId: entered.consent, who: entered.who }
    if (entered.decision === 'ask') return withdrawScreen(at, one)
    if (entered.decision === 'withdraw') {
      const card = cardAtHand(at, entered)
      if (!card) return withdrawScreen(at, one, at.viewer.t.phone.passwordShape)
      const refused = await attempt(() => at.citizen.phone.withdrawConsent({ consentId: one.consentId, ...card }))
      return refused ? withdrawScreen(at, one, refused) : at.c.redirect(`${listPath(at)}?done=withdrawn`, 303)
    }
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!pin.success) return pinScreen(at, at.viewer.t.phone.pinShape)
    const found: Agreed[] = []
    const refused = await attempt(async () => {
      found.push((await at.citizen.phone.consents({ pin: pin.data })).consents)
    })
    return refused
      ? pinScreen(at, refused)
      : screen(at, at.viewer.t.asking.doConsents, agreed(at, found[0]!), null, listPath(at))
  },
}

function pinScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const content = div(
    {},
    trouble === null && at.c.req.query('done') === 'withdrawn' ? notice('success', t.asking.withdrawn) : null,
    post(
      listPath(at),
      p({}, t.asking.listLead),
      phonePin(t, trouble),
      submit(t.asking.list, 'primary', 'decision', 'list'),
    ),
  )
  return screen(at, t.asking.doConsents, content, trouble, listPath(at))
}

function agreed(at: At, consents: Agreed): Child {
  const { t, language, format } = at.viewer
  if (consents.length === 0) return p({}, t.asking.none)
  return consents.map(({ consentId, displayName, onBehalfOf, serviceName, items, from, until }) => {
    const who = inLanguage(serviceName ?? onBehalfOf ?? displayName, language)
    const through: Row[] = onBehalfOf === null ? [] : [[t.asking.through, inLanguage(displayName, language)]]
    return section(
      { class: 'certificate' },
      h2({}, who),
      rows(
        ...through,
        [t.asking.items, itemList(at, items)],
        [t.asking.from, format.day(from)],
        [t.asking.to, format.day(until)],
      ),
      post(
        listPath(at),
        hidden('consent', consentId),
        hidden('who', who),
        submit(t.asking.withdraw, 'secondary', 'decision', 'ask'),
      ),
    )
  })
}

function withdrawScreen(
  at: At,
  { consentId, who }: { consentId: string; who: string },
  trouble: Trouble | null = null,
) {
  const { t } = at.viewer
  const content = div(
    {},
    notice('warning', t.asking.withdrawLead(who), p({}, t.asking.withdrawText)),
    post(
      listPath(at),
      hidden('consent', consentId),
      hidden('who', who),
      ...cardFields(at, trouble),
      submit(t.asking.withdrawButton, 'danger', 'decision', 'withdraw'),
    ),
    buttonLink(listPath(at), t.asking.keep, 'secondary'),
  )
  return screen(at, t.asking.withdrawTitle, content, trouble, listPath(at))
}
