// `/phone/<name>/age`: who asks for which age, what is told and what is not; answered with the PIN, or not. Seed 0 (松田).

import type { VNode } from 'preact'
import { type Phone, zPin } from '../../../roles/phone/contract.ts'
import { hidden, post, rows, submit } from '../components.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, p, strong } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import { phonePath, phonePin } from './device.ts'
import type { At } from './phone.ts'
import {
  asked,
  asker,
  compare,
  held,
  nameOf,
  notReady,
  over,
  pathOf,
  type Request,
  refusal,
  requestOf,
  screen,
} from './phone-asking.ts'

type Age = Awaited<ReturnType<Phone['showAge']>>

export const phoneAge = {
  ask: async (at: At): Promise<Response> => {
    const request = asked(at)
    return request ? ageScreen(at, request) : at.c.notFound()
  },

  answer: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'party', 'request', 'limit', 'decision', 'pin')
    const request = requestOf(entered.party, entered.request)
    if (!request) return at.c.notFound()
    const { phone } = at.citizen
    if (entered.decision === 'decline') return answered(at, request, () => phone.declineRequest(request))
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!pin.success) return ageScreen(at, request, at.viewer.t.phone.pinShape)
    const limit = Number(entered.limit)
    return answered(at, request, () => phone.proveAge({ ...request, limit, pin: pin.data }))
  },
}

async function answered(at: At, request: Request, act: () => Promise<unknown>): Promise<Response> {
  const refused = await attempt(act)
  return refused ? ageScreen(at, request, refused) : at.c.redirect(pathOf(at, 'age', request), 303)
}

async function ageScreen(at: At, request: Request, trouble: Trouble | null = null): Promise<Response> {
  const age = await at.citizen.phone.showAge(request)
  const { applet } = await at.citizen.phone.status({})
  const content =
    age.state === 'waiting' ? ageQuestion(at, request, age, applet === 'ready', trouble) : ageEnded(at, age)
  return screen(at, at.viewer.t.asking.ageTitle, content, trouble, pathOf(at, 'age', request))
}

function ageQuestion(at: At, request: Request, age: Age, ready: boolean, trouble: Trouble | null): VNode {
  const { t } = at.viewer
  const who = nameOf(at, age)
  return div(
    {},
    p({}, t.asking.ageLead(who)),
    p({ class: 'question' }, strong({}, t.asking.ageQuestion(age.limit))),
    compare(at, age.code, t.asking.compare),
    rows([t.asking.told, t.asking.toldAge(age.limit)], [t.asking.notTold, t.asking.notToldAge], ...asker(at, age)),
    ready
      ? post(
          phonePath(at.citizen, '/age'),
          ...held(request),
          hidden('limit', String(age.limit)),
          phonePin(t, trouble),
          submit(t.asking.answer, 'primary', 'decision', 'answer'),
        )
      : notReady(at),
    refusal(at, '/age', request, t.asking.decline),
  )
}

function ageEnded(at: At, { state, limit }: Age): VNode {
  const { t } = at.viewer
  const said = {
    reached: ['success', t.asking.reached(limit), t.asking.onlyThat],
    notReached: ['info', t.asking.notReached(limit), t.asking.onlyThat],
    undetermined: ['warning', t.asking.undetermined, t.asking.undeterminedText],
    declined: ['info', t.asking.declined, t.asking.declinedText],
    expired: ['warning', t.asking.expired, t.asking.expiredText],
  } as const
  const [kind, heading, text] = said[state as keyof typeof said]
  return over(at, kind, heading, text)
}
