// `/phone/<name>/…`: stop and renew, which need no card; and what only the card allows: use it again, a new PIN, an order that
// was made elsewhere, the certificate in a lost phone. Seed 4 (5)③④.

import type { VNode } from 'preact'
import type { Order } from '../../../roles/sp-tsm/contract.ts'
import { buttonLink, choiceField, notice, post, submit } from '../components.ts'
import type { Texts } from '../messages.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, p } from '../tags.ts'
import { fields } from '../viewer.ts'
import type { WebCitizen } from '../world.ts'
import { phonePath, showOnPhone } from './device.ts'
import type { At } from './phone.ts'
import { type CardAtHand, cardAtHand, cardFields } from './phone-card.ts'

type Phone = WebCitizen['phone']

export const subScreen = (
  at: At,
  heading: string,
  content: VNode,
  trouble: Trouble | null = null,
  path?: string,
): Response =>
  showOnPhone(at.c, {
    ...at,
    heading,
    content,
    trouble,
    back: phonePath(at.citizen),
    ...(path ? { path: phonePath(at.citizen, path) } : {}),
  })

const toHome = ({ c, citizen }: At, done = ''): Response => c.redirect(phonePath(citizen, done && `?done=${done}`), 303)

/** A question with yes and no. */
function question(
  at: At,
  path: string,
  [lead, text, yes]: readonly [string, string, string],
  kind: 'danger' | 'primary',
) {
  const { t } = at.viewer
  return div(
    {},
    notice(kind === 'danger' ? 'warning' : 'info', lead, p({}, text)),
    post(phonePath(at.citizen, path), submit(yes, kind)),
    buttonLink(phonePath(at.citizen), t.life.goBack, 'secondary'),
  )
}

function stopScreen(at: At, trouble: Trouble | null = null): Response {
  const { life } = at.viewer.t
  const content = question(at, '/stop', [life.stopLead, life.stopText, life.stopButton], 'danger')
  return subScreen(at, life.stopTitle, content, trouble)
}

function renewScreen(at: At, trouble: Trouble | null = null): Response {
  const { life } = at.viewer.t
  const content = question(at, '/renew', [life.renewSoon, life.renewText, life.renewButton], 'primary')
  return subScreen(at, life.renewTitle, content, trouble)
}

interface CardAct {
  readonly texts: (t: Texts) => readonly [title: string, lead: string, button: string]
  readonly act: (phone: Phone, card: CardAtHand) => Promise<Order>
}

/** What the holder does with the card, by the last part of the address. */
const CARD_ACTS = {
  resume: {
    texts: ({ life }) => [life.resumeTitle, life.resumeLead, life.resumeButton],
    act: (phone, card) => phone.resume(card),
  },
  'reset-pin': {
    texts: ({ life }) => [life.resetTitle, life.resetLead, life.resetButton],
    act: (phone, card) => phone.resetPin(card),
  },
  'take-over': {
    texts: ({ apply }) => [apply.takeOver, apply.atCounterText, apply.takeOver],
    act: (phone, card) => phone.takeOver(card),
  },
} as const satisfies Record<string, CardAct>

export type CardActName = keyof typeof CARD_ACTS
export const CARD_ACT_NAMES = Object.keys(CARD_ACTS) as CardActName[]

function cardScreen(at: At, name: CardActName, trouble: Trouble | null = null): Response {
  const [title, lead, button] = CARD_ACTS[name].texts(at.viewer.t)
  const form = post(phonePath(at.citizen, `/${name}`), ...cardFields(at, trouble), submit(button))
  return subScreen(at, title, div({}, p({}, lead), form), trouble)
}

async function withCard(at: At, name: CardActName): Promise<Response> {
  const card = cardAtHand(at, await fields(at.c, 'card', 'password'))
  if (!card) return cardScreen(at, name, at.viewer.t.phone.passwordShape)
  const refused = await attempt(() => CARD_ACTS[name].act(at.citizen.phone, card))
  return refused ? cardScreen(at, name, refused) : toHome(at)
}

const LOST = { stop: 'lostStop', end: 'lostEnd' } as const

function lostScreen(at: At, trouble: Trouble | null = null, chosen: keyof typeof LOST = 'stop'): Response {
  const { t } = at.viewer
  const ways = (Object.keys(LOST) as (keyof typeof LOST)[]).map((value) => ({
    value,
    text: t.life[LOST[value]],
    checked: value === chosen,
  }))
  const form = post(
    phonePath(at.citizen, '/lost'),
    choiceField('radio', 'how', t.life.lostHow, ways),
    ...cardFields(at, trouble),
    submit(t.life.lostButton, 'danger'),
  )
  return subScreen(at, t.life.lostTitle, div({}, p({}, t.life.lostLead), form), trouble)
}

async function stopLost(at: At): Promise<Response> {
  const { how, ...entered } = await fields(at.c, 'card', 'password', 'how')
  const { t } = at.viewer
  const way = how === 'end' ? 'end' : 'stop'
  const card = cardAtHand(at, entered)
  if (!card) return lostScreen(at, t.phone.passwordShape, way)
  const { phone } = at.citizen
  const refused = await attempt(() => (way === 'end' ? phone.endElsewhere(card) : phone.stopElsewhere(card)))
  if (refused) return lostScreen(at, refused, way)
  const [done, then] =
    way === 'end' ? [t.life.lostEnded, t.life.lostEndedText] : [t.life.lostStopped, t.life.lostStoppedText]
  const back = buttonLink(phonePath(at.citizen), t.phone.toPhoneHome, 'secondary')
  return subScreen(at, t.life.lostTitle, div({}, notice('success', done, p({}, then)), back))
}

export const phoneLife = {
  askStop: async (at: At) => stopScreen(at),
  stop: async (at: At) => {
    const refused = await attempt(() => at.citizen.phone.stop({}))
    return refused ? stopScreen(at, refused) : toHome(at, 'stopped')
  },
  askRenew: async (at: At) => renewScreen(at),
  renew: async (at: At) => {
    const refused = await attempt(() => at.citizen.phone.renew({}))
    return refused ? renewScreen(at, refused) : toHome(at)
  },
  askCard: (name: CardActName) => async (at: At) => cardScreen(at, name),
  withCard: (name: CardActName) => (at: At) => withCard(at, name),
  askLost: async (at: At) => lostScreen(at),
  stopLost,
}
