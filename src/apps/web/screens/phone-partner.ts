// `/phone/<name>/service`: a service asks to put a card of its own into the SIM; one PIN lets it in. `/services`: those that are
// there, to use and to remove. `/member-app`: the railway's own app, which asks the owner for each code. Seed 0 蔦田.

import type { VNode } from 'preact'
import { type Phone, zPin } from '../../../roles/phone/contract.ts'
import { type CitizenName, RAILWAY } from '../../../world/people.ts'
import { buttonLink, hidden, notice, post, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { type Child, details, div, h2, p, section, strong, summary } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import { phonePath, phonePin } from './device.ts'
import type { At } from './phone.ts'
import { notReady, over, screen } from './phone-asking.ts'

type Asked = Awaited<ReturnType<Phone['showPartner']>>

const REQUEST_ID = /^[0-9a-f]{32}$/
const pathOf = ({ citizen }: At, requestId: string): string => phonePath(citizen, `/service?request=${requestId}`)

export const phonePartner = {
  ask: async (at: At): Promise<Response> => {
    const requestId = at.c.req.query('request') ?? ''
    return REQUEST_ID.test(requestId) ? question(at, requestId) : at.c.notFound()
  },

  answer: async (at: At): Promise<Response> => {
    const { t } = at.viewer
    const entered = await fields(at.c, 'request', 'decision', 'pin')
    const requestId = entered.request
    if (!REQUEST_ID.test(requestId)) return at.c.notFound()
    if (entered.decision === 'decline') {
      const no = over(at, 'info', t.partner.declined, t.partner.declinedText)
      return screen(at, t.partner.title, no, null, pathOf(at, requestId))
    }
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!pin.success) return question(at, requestId, t.phone.pinShape)
    const refused = await attempt(() => at.citizen.phone.approvePartner({ requestId, pin: pin.data }))
    return refused ? question(at, requestId, refused) : at.c.redirect(pathOf(at, requestId), 303)
  },

  list: (at: At): Promise<Response> => services(at),

  remove: async (at: At): Promise<Response> => {
    const { request } = await fields(at.c, 'request')
    const { partners } = await at.citizen.phone.partners({})
    const mine = partners.find(({ requestId }) => requestId === request)
    if (!mine) return services(at)
    const refused = await attempt(() => at.citizen.phone.removePartner({ requestId: mine.requestId }))
    return refused ? services(at, refused) : at.c.redirect(phonePath(at.citizen, '/services?done=removed'), 303)
  },
}

async function question(at: At, requestId: string, trouble: Trouble | null = null): Promise<Response> {
  const { t } = at.viewer
  const asked = await at.citizen.phone.showPartner({ requestId })
  const { applet } = await at.citizen.phone.status({})
  const open = asked.state === 'offered' && asked.expiresAt > at.world.now()
  const content = open ? ask(at, requestId, asked, applet === 'ready', trouble) : ended(at, asked)
  return screen(at, open ? t.partner.asks : t.partner.title, content, trouble, pathOf(at, requestId))
}

function ask(at: At, requestId: string, asked: Asked, ready: boolean, trouble: Trouble | null): VNode {
  const { t, language, format } = at.viewer
  const who = inLanguage(asked.name, language)
  const path = phonePath(at.citizen, '/service')
  return div(
    {},
    p({}, t.partner.asksLead(who)),
    rows(
      [t.partner.who, strong({}, who)],
      [t.partner.comes, t.partner.comesText],
      [t.partner.told, t.partner.toldText],
      [t.partner.until, format.clock(asked.expiresAt)],
    ),
    ready
      ? post(
          path,
          hidden('request', requestId),
          phonePin(t, trouble),
          submit(t.partner.allow, 'primary', 'decision', 'allow'),
        )
      : notReady(at),
    post(path, hidden('request', requestId), submit(t.partner.decline, 'secondary', 'decision', 'decline')),
  )
}

function ended(at: At, { state, partner }: Asked): VNode {
  const { t } = at.viewer
  if (state !== 'deployed') return over(at, 'warning', t.partner.overTitle, t.partner.overText)
  return div(
    {},
    notice('success', t.partner.inTitle, p({}, t.partner.inText)),
    partner === RAILWAY.partner ? buttonLink('/railway', t.partner.back) : null,
    buttonLink(phonePath(at.citizen, '/services'), t.partner.services, 'secondary'),
  )
}

async function services(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { t, language } = at.viewer
  const { partners } = await at.citizen.phone.partners({})
  const path = phonePath(at.citizen, '/services')
  const shown = partners.map(({ requestId, partner, name }) =>
    section(
      { class: 'certificate' },
      h2({}, inLanguage(name, language)),
      partner === RAILWAY.partner
        ? buttonLink(phonePath(at.citizen, '/member-app'), t.partner.toApp, 'secondary')
        : null,
      details(
        {},
        summary({}, t.partner.removeAsk),
        p({}, t.partner.removeText),
        post(path, hidden('request', requestId), submit(t.partner.remove, 'danger')),
      ),
    ),
  )
  const content: Child = [
    at.c.req.query('done') ? notice('success', t.partner.removed) : null,
    p({}, t.partner.servicesLead),
    ...(shown.length > 0 ? shown : [p({}, t.partner.none)]),
  ]
  return screen(at, t.partner.services, content, trouble, path)
}

export const memberAppScreen = {
  show: (at: At): Promise<Response> => memberApp(at),

  act: async (at: At): Promise<Response> => {
    const name = at.citizen.name as CitizenName
    const { memberApp: app } = at.world
    if ((await fields(at.c, 'act')).act === 'show') {
      const shown: (string | null)[] = []
      const refused = await attempt(async () => {
        shown.push(await app.password(name))
      })
      return memberApp(at, refused, shown[0] ?? null)
    }
    const refused = await attempt(() => app.ask(name))
    return refused ? memberApp(at, refused) : at.c.redirect(phonePath(at.citizen, '/member-app'), 303)
  },
}

async function memberApp(at: At, trouble: Trouble | null = null, code: string | null = null): Promise<Response> {
  const { t } = at.viewer
  const path = phonePath(at.citizen, '/member-app')
  const state = await at.world.memberApp.state(at.citizen.name as CitizenName)
  const asking = {
    waiting: () =>
      notice(
        'info',
        t.partner.allowFirst,
        p({}, t.partner.allowFirstText),
        buttonLink(phonePath(at.citizen, '/access'), t.partner.toAllow),
      ),
    open: () => post(path, submit(t.partner.showCode, 'primary', 'act', 'show')),
    none: () => post(path, submit(t.partner.askCode, 'primary', 'act', 'ask')),
  }[state ?? 'none']
  const content: Child = [
    p({}, t.partner.appLead),
    code
      ? section(
          { class: 'compare' },
          h2({}, t.partner.yourCode),
          p({ class: 'compare-code' }, strong({}, code)),
          p({}, t.partner.codeText),
        )
      : null,
    asking(),
    buttonLink('/railway', t.partner.back, 'secondary'),
  ]
  return screen(at, t.partner.appTitle, content, trouble, path)
}
