// The parts of the own page: who watches, which services are tied, who acts for whom, where it was used; each with the button that
// ends it.

import { buttonLink, hidden, notice, post, type Row, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { MANDATE_KIND_TEXTS } from '../messages-mandates.ts'
import { OWN_DEVICES, OWN_KINDS, OWN_OUTCOMES, OWN_WAYS } from '../messages-own.ts'
import { type Child, details, h2, li, p, section, strong, summary, ul } from '../tags.ts'
import type { WebCitizen } from '../world.ts'
import { phonePath } from './device.ts'
import type { At } from './phone.ts'
import { claimName } from './phone-claims.ts'
import { mayEnd } from './phone-mandate-terms.ts'

export type Page = Awaited<ReturnType<WebCitizen['phone']['ownPage']>>
export type Uses = Pick<Page, 'uses' | 'next'>
type Consent = Page['consents'][number]

export const ownPath = ({ citizen }: At, rest = ''): string => phonePath(citizen, `/own${rest}`)

export type EndingName = 'watch' | 'tie' | 'mandate'

/** What is to be ended, as a form carries it. */
export interface Ending {
  readonly what: EndingName
  readonly id: string
  /** "日本語 / English", of one or two services. */
  readonly who: string
}

export function watching(at: At, consents: readonly Consent[]): Child[] {
  const { t, format, language } = at.viewer
  const cards = consents.map((consent) => {
    const { consentId, clientName, until, toldAt } = consent
    return section(
      { class: 'certificate' },
      strong({}, inLanguage(clientName, language)),
      rows(
        ...agreedRows(at, consent),
        [t.own.until, format.day(until)],
        [t.own.toldAt, toldAt ? format.day(toldAt) : t.own.never],
      ),
      endForm(at, { what: 'watch', id: consentId, who: clientName }, t.own.stop),
    )
  })
  return [
    h2({}, t.own.watching),
    ...(cards.length > 0 ? [p({}, t.own.watchingText), ...cards] : [p({}, t.own.watchingNone)]),
  ]
}

const factNames = (at: At, items: readonly string[]): string =>
  at.viewer.format.list(items.map((item) => claimName(at.viewer, item)))

const agreedRows = (at: At, { items, givenAt }: Consent): Row[] => [
  [at.viewer.t.own.items, factNames(at, items)],
  [at.viewer.t.own.given, at.viewer.format.day(givenAt)],
]

export function ties(at: At, links: Page['links']): Child[] {
  const { t, format, language } = at.viewer
  const cards = links.map(({ serviceId, services, purpose, since, until, usedAt }) => {
    const who = pairOf(services.map(({ name }) => name))
    return section(
      { class: 'certificate' },
      strong({}, shownName(at, who)),
      rows(
        [t.own.purpose, inLanguage(purpose, language)],
        [t.own.since, format.day(since)],
        [t.own.until, format.day(until)],
        [t.own.acted, usedAt ? format.minute(usedAt) : t.own.never],
      ),
      endForm(at, { what: 'tie', id: serviceId, who }, t.own.untie),
    )
  })
  return [h2({}, t.own.ties), ...(cards.length > 0 ? [p({}, t.own.tiesText), ...cards] : [p({}, t.own.tiesNone)])]
}

const BETWEEN = '\n'
const pairOf = (names: readonly string[]): string => names.join(BETWEEN)
export function shownName({ viewer: { t, language } }: At, who: string): string {
  const [one = '', other] = who.split(BETWEEN).map((name) => inLanguage(name, language))
  return other === undefined ? one : t.own.pair(one, other)
}

const endForm = (at: At, { what, id, who }: Ending, text: string) =>
  post(
    ownPath(at),
    hidden('what', what),
    hidden('id', id),
    hidden('who', who),
    submit(text, 'secondary', 'decision', 'confirm'),
  )

/** Those that count now or will: what is over needs nobody. */
export function mandates(at: At, { mandates: all, mandateUses }: Page): Child[] {
  const { t, format, language } = at.viewer
  const standing = all.filter(({ state }) => state === 'standing' || state === 'offered')
  const card = (one: Page['mandates'][number]) => {
    const { mandateId, kind, as, principalCalled, delegateCalled, purpose, scope, until } = one
    const who = as === 'principal' ? delegateCalled : principalCalled
    const used = mandateUses.find((use) => use.mandateId === mandateId)
    const places = scope.map(({ clientName, acts }) =>
      p(
        {},
        `${inLanguage(clientName, language)}: ${format.list(acts.map(({ title }) => inLanguage(title, language)))}`,
      ),
    )
    return section(
      { class: 'certificate' },
      strong({}, as === 'grantor' ? t.own.handedOn(delegateCalled) : who),
      rows(
        [t.mandates.kind, MANDATE_KIND_TEXTS[kind][language]],
        [t.own.purpose, purpose],
        [t.own.scope, places],
        [t.own.until, format.day(until)],
        [t.own.acted, used ? format.day(used.at) : t.own.never],
      ),
      mayEnd(one)
        ? endForm(at, { what: 'mandate', id: mandateId, who }, t.own.endMandate)
        : p({ class: 'hint' }, t.mandates.notYours),
    )
  }
  const [forMe, byMe] = [standing.filter(({ as }) => as !== 'delegate'), standing.filter(({ as }) => as === 'delegate')]
  return [
    h2({}, t.own.actsForMe),
    ...(forMe.length > 0 ? forMe.map(card) : [p({}, t.own.actsForMeNone)]),
    h2({}, t.own.iActFor),
    ...(byMe.length > 0 ? byMe.map(card) : [p({}, t.own.iActForNone)]),
  ]
}

export function usesList(at: At, { uses, next }: Uses, pass: string): Child[] {
  const { t } = at.viewer
  if (uses.length === 0) return [p({}, t.own.usesNone)]
  const older =
    next === null
      ? null
      : post(
          ownPath(at),
          hidden('pass', pass),
          hidden('before', next),
          submit(t.own.older, 'secondary', 'decision', 'older'),
        )
  return [
    ul({ class: 'records' }, ...uses.map((use) => oneUse(at, use))),
    older,
    p({ class: 'hint' }, t.own.kept),
    notice('info', t.own.unknownUse, buttonLink(phonePath(at.citizen, '/stop'), t.life.doStop, 'secondary')),
  ]
}

function oneUse(at: At, { at: when, clientName, kind, outcome, way, device, items }: Page['uses'][number]): Child {
  const { t, say, format, language } = at.viewer
  const how = [OWN_KINDS[kind], device && OWN_DEVICES[device], way && OWN_WAYS[way], OWN_OUTCOMES[outcome]]
  const words = how.flatMap((one) => (one ? [say(one)] : []))
  const names = factNames(at, items)
  const gave = kind === 'login' && names ? p({}, t.own.gave(names)) : null
  const told = kind !== 'facts' ? null : names ? t.own.facts(names) : t.own.noChange
  return li(
    {},
    strong({}, inLanguage(clientName, language)),
    p({}, told ?? words.join(' · ')),
    gave,
    p({ class: 'hint' }, format.minute(when)),
  )
}

export function endedList(at: At, over: Page['ended']): Child[] {
  const { t, format, language } = at.viewer
  if (over.length === 0) return []
  const list = over.map((consent) =>
    section(
      { class: 'certificate' },
      strong({}, inLanguage(consent.clientName, language)),
      rows(...agreedRows(at, consent), [t.own.endedOn, format.day(consent.endedAt)]),
    ),
  )
  return [details({ class: 'topic' }, summary({}, t.own.ended), ...list)]
}
