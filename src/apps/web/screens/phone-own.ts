// `/phone/<name>/own`: what the verification platform keeps of the person, after the PIN: who watches, which services are tied, where
// it was used; each withdrawal is confirmed with the PIN. The pass with which pages are turned travels in forms only. Seed 4 (5)④.

import { zPin } from '../../../roles/phone/contract.ts'
import { buttonLink, hidden, notice, panel, pinField, post, type Row, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { OWN_DEVICES, OWN_KINDS, OWN_OUTCOMES, OWN_WAYS } from '../messages-own.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { type Child, details, div, h2, li, p, section, strong, summary, ul } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { WebCitizen } from '../world.ts'
import { phonePath } from './device.ts'
import { recordsFile } from './own-file.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'

type Page = Awaited<ReturnType<WebCitizen['phone']['ownPage']>>
type Uses = Pick<Page, 'uses' | 'next'>
type Consent = Page['consents'][number]

const path = ({ citizen }: At, rest = ''): string => phonePath(citizen, `/own${rest}`)

/** What is to be ended, as a form carries it. */
interface Ending {
  readonly what: 'watch' | 'tie'
  readonly id: string
  /** "日本語 / English", of one or two services. */
  readonly who: string
}

export const phoneOwn = {
  ask: async (at: At): Promise<Response> => pinScreen(at),

  answer: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'decision', 'pin', 'pass', 'before', 'what', 'id', 'who')
    const { decision, pass, before, id, who } = entered
    const ending = { what: entered.what === 'tie' ? 'tie' : 'watch', id, who } as const
    if (decision === 'confirm') return confirmScreen(at, ending)
    if (decision === 'take') return takeScreen(at)
    if (decision === 'older') return olderScreen(at, pass, before)
    const pin = zPin.safeParse(plainText(entered.pin))
    const shape = at.viewer.t.phone.pinShape
    if (decision === 'end') return pin.success ? ended(at, ending, pin.data) : confirmScreen(at, ending, shape)
    if (decision === 'csv' || decision === 'json')
      return pin.success ? taken(at, decision, pin.data) : takeScreen(at, shape)
    return pin.success ? opened(at, pin.data) : pinScreen(at, shape)
  },
}

const pin = ({ viewer: { t } }: At, trouble: Trouble | null) =>
  pinField({ name: 'pin', label: t.phone.pin, hint: t.phone.pinTries, invalid: trouble !== null })

function pinScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const done = trouble === null ? at.c.req.query('done') : undefined
  const said = done === 'watch' ? t.own.withdrawn : done === 'tie' ? t.own.untied : null
  const content = div(
    {},
    said ? notice('success', said, p({}, t.own.doneText)) : null,
    post(path(at), p({}, t.own.lead), pin(at, trouble), submit(t.own.open, 'primary', 'decision', 'open')),
  )
  return subScreen(at, t.own.title, content, trouble, '/own')
}

async function opened(at: At, entered: string): Promise<Response> {
  const found: Page[] = []
  const refused = await attempt(async () => {
    found.push(await at.citizen.phone.ownPage({ pin: entered }))
  })
  const [own] = found
  if (refused || !own) return pinScreen(at, refused)
  const { t } = at.viewer
  const content = div(
    { class: 'own' },
    ...watching(at, own.consents),
    ...ties(at, own.links),
    h2({ class: 'sub' }, t.own.uses),
    ...usesList(at, own, own.pass),
    ...endedList(at, own.ended),
    post(path(at), submit(t.own.take, 'secondary', 'decision', 'take')),
  )
  return subScreen(at, t.own.title, content, null, '/own')
}

function watching(at: At, consents: readonly Consent[]): Child[] {
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
    h2({ class: 'sub' }, t.own.watching),
    ...(cards.length > 0 ? [p({}, t.own.watchingText), ...cards] : [p({}, t.own.watchingNone)]),
  ]
}

const factNames = ({ viewer: { t, language } }: At, items: Consent['items']): string =>
  items.map((item) => t.asking[item]).join(language === 'ja' ? '、' : ', ')

const agreedRows = (at: At, { items, givenAt }: Consent): Row[] => [
  [at.viewer.t.own.items, factNames(at, items)],
  [at.viewer.t.own.given, at.viewer.format.day(givenAt)],
]

function ties(at: At, links: Page['links']): Child[] {
  const { t, format, language } = at.viewer
  const cards = links.map(({ serviceId, services, purpose, since }) => {
    const who = pairOf(services.map(({ name }) => name))
    return section(
      { class: 'certificate' },
      strong({}, bothIn(at, who)),
      rows([t.own.purpose, inLanguage(purpose, language)], [t.own.since, format.day(since)]),
      endForm(at, { what: 'tie', id: serviceId, who }, t.own.untie),
    )
  })
  return [
    h2({ class: 'sub' }, t.own.ties),
    ...(cards.length > 0 ? [p({}, t.own.tiesText), ...cards] : [p({}, t.own.tiesNone)]),
  ]
}

const BETWEEN = '\n'
const pairOf = (names: readonly string[]): string => names.join(BETWEEN)
function bothIn({ viewer: { t, language } }: At, who: string): string {
  const [one = '', other = ''] = who.split(BETWEEN).map((name) => inLanguage(name, language))
  return t.own.pair(one, other)
}

const endForm = (at: At, { what, id, who }: Ending, text: string) =>
  post(
    path(at),
    hidden('what', what),
    hidden('id', id),
    hidden('who', who),
    submit(text, 'secondary', 'decision', 'confirm'),
  )

function usesList(at: At, { uses, next }: Uses, pass: string): Child[] {
  const { t } = at.viewer
  if (uses.length === 0) return [p({}, t.own.usesNone)]
  const older =
    next === null
      ? null
      : post(
          path(at),
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
  const told = kind !== 'facts' ? null : items.length > 0 ? t.own.facts(factNames(at, items)) : t.own.noChange
  return li(
    {},
    strong({}, inLanguage(clientName, language)),
    p({}, told ?? words.join(' · ')),
    p({ class: 'hint' }, format.minute(when)),
  )
}

function endedList(at: At, over: Page['ended']): Child[] {
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

async function olderScreen(at: At, pass: string, before: string): Promise<Response> {
  const found: Uses[] = []
  const refused = await attempt(async () => {
    found.push(await at.citizen.phone.ownUses({ pass, before }))
  })
  const [older] = found
  if (refused || !older) return pinScreen(at, refused)
  return subScreen(at, at.viewer.t.own.olderTitle, div({ class: 'own' }, ...usesList(at, older, pass)), null, '/own')
}

function confirmScreen(at: At, ending: Ending, trouble: Trouble | null = null): Response {
  const { t, language } = at.viewer
  const { what, id, who } = ending
  const [lead, text, yes] =
    what === 'tie'
      ? ([t.own.confirmTie(bothIn(at, who)), t.own.confirmTieText, t.own.untie] as const)
      : ([t.own.confirmWatch(inLanguage(who, language)), t.own.confirmWatchText, t.own.stop] as const)
  const content = div(
    {},
    notice('warning', lead, p({}, text)),
    buttonLink(path(at), t.own.keep, 'secondary'),
    post(
      path(at),
      hidden('what', what),
      hidden('id', id),
      hidden('who', who),
      pin(at, trouble),
      submit(yes, 'danger', 'decision', 'end'),
    ),
  )
  return subScreen(at, t.own.title, content, trouble, '/own')
}

async function ended(at: At, ending: Ending, entered: string): Promise<Response> {
  const { phone } = at.citizen
  const refused = await attempt(() =>
    ending.what === 'tie'
      ? phone.unlink({ serviceId: ending.id, pin: entered })
      : phone.withdrawOwn({ consentId: ending.id, pin: entered }),
  )
  return refused ? confirmScreen(at, ending, refused) : at.c.redirect(path(at, `?done=${ending.what}`), 303)
}

function takeScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const content = post(
    path(at),
    p({}, t.own.takeText),
    pin(at, trouble),
    submit(t.own.takeCsv, 'primary', 'decision', 'csv'),
    submit(t.own.takeJson, 'secondary', 'decision', 'json'),
  )
  return subScreen(at, t.own.take, panel(t.own.take, content), trouble, '/own')
}

async function taken(at: At, form: 'csv' | 'json', entered: string): Promise<Response> {
  const files: string[] = []
  const refused = await attempt(async () => {
    files.push(await recordsFile(at.citizen.phone, entered, form))
  })
  const [file] = files
  if (refused || file === undefined) return takeScreen(at, refused)
  return at.c.body(file, 200, {
    'content-type': form === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
    'content-disposition': `attachment; filename="my-records.${form}"`,
    'cache-control': 'no-store',
  })
}
