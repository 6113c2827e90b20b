// `/phone/<name>/own`: what the verification platform keeps of the person, after the PIN: who watches, which services are tied, where
// it was used; each withdrawal is confirmed with the PIN. The pass with which pages are turned travels in forms only. Seed 4 (5)④.

import { zPin } from '../../../roles/phone/contract.ts'
import { buttonLink, hidden, notice, post, submit } from '../components.ts'
import type { Texts } from '../messages.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, h2, p } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { WebCitizen } from '../world.ts'
import { phonePin } from './device.ts'
import { recordsFile } from './own-file.ts'
import {
  type Ending,
  type EndingName,
  endedList,
  mandates,
  ownPath,
  type Page,
  shownName,
  ties,
  type Uses,
  usesList,
  watching,
} from './own-lists.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'

/** What a person can end here: the question, what follows from it, the button, and what is said when it is done. */
const ENDINGS = {
  watch: {
    end: (phone, consentId, pin) => phone.withdrawOwn({ consentId, pin }),
    words: ({ own }) => [own.confirmWatch, own.confirmWatchText, own.stop, own.withdrawn],
  },
  tie: {
    end: (phone, serviceId, pin) => phone.unlink({ serviceId, pin }),
    words: ({ own }) => [own.confirmTie, own.confirmTieText, own.untie, own.untied],
  },
  mandate: {
    end: (phone, mandateId, pin) => phone.endMandate({ mandateId, pin }),
    words: ({ own }) => [own.confirmMandate, own.confirmMandateText, own.endMandate, own.mandateEnded],
  },
} as const satisfies Record<
  EndingName,
  {
    readonly end: (phone: WebCitizen['phone'], id: string, pin: string) => Promise<unknown>
    readonly words: (t: Texts) => readonly [ask: (who: string) => string, then: string, yes: string, done: string]
  }
>

const endingNamed = (name: string | undefined): EndingName | undefined =>
  (Object.keys(ENDINGS) as EndingName[]).find((one) => one === name)

export const phoneOwn = {
  ask: async (at: At): Promise<Response> => pinScreen(at),

  answer: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'decision', 'pin', 'pass', 'before', 'what', 'id', 'who')
    const { decision, pass, before, id, who } = entered
    const ending = { what: endingNamed(entered.what) ?? 'watch', id, who }
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

const pin = ({ viewer: { t } }: At, trouble: Trouble | null) => phonePin(t, trouble)

function pinScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const done = trouble === null ? endingNamed(at.c.req.query('done')) : undefined
  const said = done && ENDINGS[done].words(t)[3]
  const content = div(
    {},
    said ? notice('success', said, p({}, t.own.doneText)) : null,
    post(ownPath(at), p({}, t.own.lead), pin(at, trouble), submit(t.own.open, 'primary', 'decision', 'open')),
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
    ...mandates(at, own),
    h2({}, t.own.uses),
    ...usesList(at, own, own.pass),
    ...endedList(at, own.ended),
    post(ownPath(at), submit(t.own.take, 'secondary', 'decision', 'take')),
  )
  return subScreen(at, t.own.title, content, null, '/own')
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
  const { t } = at.viewer
  const { what, id, who } = ending
  const [ask, text, yes] = ENDINGS[what].words(t)
  const lead = ask(shownName(at, who))
  const content = div(
    {},
    notice('warning', lead, p({}, text)),
    buttonLink(ownPath(at), t.own.keep, 'secondary'),
    post(
      ownPath(at),
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
  const refused = await attempt(() => ENDINGS[ending.what].end(phone, ending.id, entered))
  return refused ? confirmScreen(at, ending, refused) : at.c.redirect(ownPath(at, `?done=${ending.what}`), 303)
}

function takeScreen(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const content = post(
    ownPath(at),
    p({}, t.own.takeText),
    pin(at, trouble),
    submit(t.own.takeCsv, 'primary', 'decision', 'csv'),
    submit(t.own.takeJson, 'secondary', 'decision', 'json'),
  )
  return subScreen(at, t.own.take, content, trouble, '/own')
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
