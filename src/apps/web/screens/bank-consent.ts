// `/bank/consent`, `/shinkin/consent`: the bank asks its customer for consent to the latest facts, waits for the phone, and asks J-LIS. Seed 2 pattern 2.

import type { VNode } from 'preact'
import type { ConsentRequest } from '../../../roles/service/contract.ts'
import { buttonLink, notice, panel, post, rows, submit, tile } from '../components.ts'
import { icon } from '../icons.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { a, div, h1, h2, p, section, span, strong } from '../tags.ts'
import { type At, below, page, sessionOf } from './bank-page.ts'

const ITEMS = ['name', 'address'] as const

export type Facts = Awaited<ReturnType<At['place']['service']['latestFacts']>>

/** On the account's page: what was agreed to, or the question; and what J-LIS has just said. */
export async function consentPanel(at: At, told: Facts | null = null): Promise<VNode> {
  const { t, format } = at.viewer
  const { consent } = await at.place.service.factsConsent({ session: sessionOf(at) })
  if (!consent) {
    return panel(
      t.asking.bankTitle,
      p({}, t.asking.bankLead),
      post(below(at, '/consent'), submit(t.asking.bankAsk, 'secondary')),
    )
  }
  const { from, until } = consent
  return panel(
    t.asking.bankTitle,
    p({}, t.asking.bankGiven(format.day(until))),
    from > at.world.now() ? p({}, t.asking.bankFrom(format.day(from))) : null,
    told ? toldBy(at, told) : null,
    post(below(at, '/facts'), submit(t.asking.bankCheck, 'secondary')),
  )
}

function toldBy({ viewer: { t } }: At, { changed, facts }: Facts): VNode {
  if (!changed) return notice('info', t.asking.bankSame)
  const { name, address } = facts
  return notice(
    'success',
    t.asking.bankChanged,
    rows(...(name ? [[t.asking.name, name] as const] : []), ...(address ? [[t.asking.address, address] as const] : [])),
  )
}

export async function askConsent(
  at: At,
  accountScreen: (at: At, trouble: Trouble) => Promise<Response>,
): Promise<Response> {
  const asked: ConsentRequest[] = []
  const refused = await attempt(async () => {
    asked.push(await at.place.service.askConsent({ session: sessionOf(at), items: [...ITEMS] }))
  })
  return refused ? accountScreen(at, refused) : at.c.redirect(below(at, `/consent/${asked[0]!.requestId}`), 303)
}

export async function waitForConsent(at: At): Promise<Response> {
  const { t } = at.viewer
  const asked = await at.place.service.consentRequest({ requestId: at.c.req.param('requestId') ?? '' })
  if (asked.state === 'given') return at.c.redirect(below(at, '/account'), 303)
  const title = t.asking.bankTitle
  if (asked.state === 'waiting') return page(at, { title, content: waiting(at, asked), waiting: true })
  const content = div({}, notice('info', t.asking.bankOver), buttonLink(below(at, '/account'), t.bank.accountTitle))
  return page(at, { title, content })
}

function waiting(at: At, { party, requestId, code }: ConsentRequest): VNode {
  const { t, say } = at.viewer
  return div(
    {},
    h1({}, t.asking.bankWaitTitle),
    section({ class: 'compare' }, h2({}, t.asking.code), p({ class: 'compare-code' }, strong({}, code))),
    p({ class: 'wait', role: 'status' }, icon('wave'), span({}, t.kiosk.waiting)),
    section(
      { class: 'panel' },
      h2({}, t.login.open),
      p({}, t.login.openHint),
      div(
        { class: 'tiles' },
        ...at.world.citizens.map(({ name, label, carrier }) =>
          tile(
            `/phone/${name}/consent?party=${party}&request=${requestId}`,
            'phone',
            t.start.openPhone(say(label)),
            say(carrier),
          ),
        ),
      ),
    ),
    p({}, a({ href: below(at, `/consent/${requestId}`) }, t.page.checkAgain)),
  )
}
