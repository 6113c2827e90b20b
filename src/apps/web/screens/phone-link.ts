// `/phone/<name>/link`: a service asks whether its records may be tied to those at another: who, with whom, what for. No is the first
// button and asks for nothing. Seed 0 木村.

import type { VNode } from 'preact'
import { type Phone, zPin } from '../../../roles/phone/contract.ts'
import { hidden, notice, post, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, p, strong } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import { phonePath, phonePin } from './device.ts'
import type { At } from './phone.ts'
import { compare, over } from './phone-asking.ts'
import { subScreen } from './phone-life.ts'

type Link = Awaited<ReturnType<Phone['showLink']>>

const REQUEST_ID = /^[0-9a-f]{32}$/
const rest = (requestId: string): string => `/link?request=${requestId}`

export const phoneLink = {
  ask: async (at: At): Promise<Response> => {
    const requestId = at.c.req.query('request') ?? ''
    return REQUEST_ID.test(requestId) ? linkScreen(at, requestId) : at.c.notFound()
  },

  answer: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'request', 'decision', 'pin')
    const { request: requestId } = entered
    if (!REQUEST_ID.test(requestId)) return at.c.notFound()
    const { phone } = at.citizen
    if (entered.decision !== 'agree') return answered(at, requestId, () => phone.declineLink({ requestId }))
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!pin.success) return linkScreen(at, requestId, at.viewer.t.phone.pinShape)
    return answered(at, requestId, () => phone.agreeToLink({ requestId, pin: pin.data }))
  },
}

async function answered(at: At, requestId: string, act: () => Promise<unknown>): Promise<Response> {
  const refused = await attempt(act)
  return refused ? linkScreen(at, requestId, refused) : at.c.redirect(phonePath(at.citizen, rest(requestId)), 303)
}

async function linkScreen(at: At, requestId: string, trouble: Trouble | null = null): Promise<Response> {
  const link = await at.citizen.phone.showLink({ requestId })
  const content = link.state === 'waiting' ? question(at, link, trouble) : ended(at, link)
  return subScreen(at, at.viewer.t.own.linkTitle, content, trouble, rest(requestId))
}

function question(at: At, link: Link, trouble: Trouble | null) {
  const { requestId, asker, with: other, purpose, code, until, expiresAt } = link
  const { t, language, format } = at.viewer
  const [who, whom] = [inLanguage(asker.name, language), inLanguage(other.name, language)]
  const address = phonePath(at.citizen, '/link')
  return div(
    {},
    p({}, t.own.linkLead(who, whom)),
    rows(
      [t.own.linkWho, strong({}, who)],
      [t.own.linkWith, strong({}, whom)],
      [t.own.purpose, inLanguage(purpose, language)],
      [t.own.linkEnds, t.own.linkEndsText(format.day(until))],
      [t.own.linkUntil, format.clock(expiresAt)],
    ),
    compare(at, code, t.own.linkCompare),
    notice('info', t.own.linkFree),
    post(address, hidden('request', requestId), submit(t.own.linkDecline, 'secondary', 'decision', 'decline')),
    post(
      address,
      hidden('request', requestId),
      phonePin(t, trouble),
      submit(t.own.linkAgree, 'primary', 'decision', 'agree'),
    ),
  )
}

function ended(at: At, { state }: Link): VNode {
  const { t } = at.viewer
  if (state === 'given') return over(at, 'success', t.own.linkGiven, t.own.linkGivenText)
  if (state === 'declined') return over(at, 'info', t.own.linkDeclined, t.own.linkDeclinedText)
  return over(at, 'warning', t.own.linkExpired, t.own.linkExpiredText)
}
