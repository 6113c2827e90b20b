// `/phone/<name>/access`: which app or web page asks for the SIM just now, to allow once or decline; and who did before.
// Seed 1 Option 2 (コネクタ).

import type { VNode } from 'preact'
import { zPin } from '../../../roles/phone/contract.ts'
import { hidden, notice, pinField, post, rows, submit } from '../components.ts'
import { attempt, isOfEntry, type Trouble } from '../refusal-notice.ts'
import { type Child, div, h2, p, section, strong } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import { phonePath, showOnPhone } from './device.ts'
import type { At } from './phone.ts'

type Requests = Awaited<ReturnType<At['citizen']['phone']['accessRequests']>>['requests']
type Accesses = Awaited<ReturnType<At['citizen']['phone']['accessHistory']>>['accesses']

const REQUEST_ID = /^[0-9a-f]{32}$/

export const phoneAccess = {
  show: async (at: At): Promise<Response> => screen(at),

  answer: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'request', 'decision', 'pin')
    if (!REQUEST_ID.test(entered.request)) return at.c.notFound()
    const requestId = entered.request
    const { phone } = at.citizen
    if (entered.decision === 'decline') return answered(at, () => phone.declineAccess({ requestId }))
    const { requests } = await phone.accessRequests({})
    if (!requests.find((one) => one.requestId === requestId)?.withPin) {
      return answered(at, () => phone.allowAccess({ requestId }))
    }
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!pin.success) return screen(at, at.viewer.t.phone.pinShape)
    return answered(at, () => phone.allowAccess({ requestId, pin: pin.data }))
  },
}

async function answered(at: At, act: () => Promise<unknown>): Promise<Response> {
  const refused = await attempt(act)
  return refused ? screen(at, refused) : at.c.redirect(phonePath(at.citizen, '/access'), 303)
}

async function screen(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { c, viewer, citizen } = at
  const { requests } = await citizen.phone.accessRequests({})
  const { accesses } = await citizen.phone.accessHistory({})
  return showOnPhone(c, {
    viewer,
    citizen,
    heading: viewer.t.access.title,
    content: [asked(at, requests, trouble), history(at, accesses)],
    trouble,
    back: phonePath(citizen),
    path: phonePath(citizen, '/access'),
  })
}

function asked(at: At, requests: Requests, trouble: Trouble | null): Child {
  const { t } = at.viewer
  if (requests.length === 0) return trouble ? null : p({}, t.access.none)
  return requests.map((one) => request(at, one, isOfEntry(trouble)))
}

/** To decline is the first choice: who is surprised by a question should not have to look for it. */
function request({ viewer, citizen }: At, one: Requests[number], invalid: boolean): VNode {
  const { t, format } = viewer
  return section(
    { class: 'certificate' },
    h2({}, one.kind === 'page' ? t.access.pageAsks : t.access.appAsks),
    rows(
      [one.kind === 'page' ? t.access.page : t.access.app, strong({}, one.name)],
      [t.access.purpose, one.purpose],
      [t.access.until, format.clock(one.expiresAt)],
    ),
    notice('warning', t.access.care, p({}, t.access.careText)),
    post(
      phonePath(citizen, '/access'),
      hidden('request', one.requestId),
      submit(t.access.decline, 'secondary', 'decision', 'decline'),
    ),
    post(
      phonePath(citizen, '/access'),
      hidden('request', one.requestId),
      one.withPin ? pinField({ name: 'pin', label: t.phone.pin, hint: t.access.pinHint, invalid }) : null,
      submit(t.access.allow, 'primary', 'decision', 'allow'),
    ),
  )
}

function history({ viewer: { t, format } }: At, accesses: Accesses): VNode {
  return section(
    { class: 'history' },
    h2({}, t.access.historyTitle),
    accesses.length === 0
      ? p({}, t.access.historyNone)
      : rows(
          ...accesses.map(
            ({ at, caller, outcome }) =>
              [format.minute(at), div({}, strong({}, caller), ' ', t.access[outcome])] as const,
          ),
        ),
  )
}
