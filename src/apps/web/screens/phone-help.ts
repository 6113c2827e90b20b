// `/phone/<name>/help`: what to do about everything that a phone can meet. `/uses`: what the certificate was used for.

import type { VNode } from 'preact'
import { buttonLink, notice, post, submit } from '../components.ts'
import { INELIGIBLE } from '../ineligible-texts.ts'
import { inLanguage } from '../language.ts'
import { TOPICS, type TopicName, USE_OUTCOMES, USE_TEXTS } from '../messages-help.ts'
import { type Child, details, div, li, ol, p, strong, summary, ul } from '../tags.ts'
import type { WebCitizen } from '../world.ts'
import { phonePath } from './device.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'

/** One at a time is open: the one that was asked for. */
async function help(at: At): Promise<Response> {
  const { t } = at.viewer
  const asked = at.c.req.query('topic')
  const names = Object.keys(TOPICS) as TopicName[]
  const content = div(
    {},
    p({}, t.help.lead),
    ...names.map((name) => topic(at, name, name === asked)),
    p({}, t.help.call),
  )
  return subScreen(
    at,
    t.help.title,
    content,
    null,
    `/help${names.includes(asked as TopicName) ? `?topic=${asked}` : ''}`,
  )
}

function topic({ viewer: { t, say }, citizen }: At, name: TopicName, open: boolean): VNode {
  const { title, text, ...rest } = TOPICS[name]
  const to = 'to' in rest ? rest.to : null
  return details(
    { class: 'topic', open },
    summary({}, say(title)),
    p({}, say(text)),
    name === 'sim' ? ul({}, ...Object.values(INELIGIBLE).map((words) => li({}, say(words)))) : null,
    name === 'sim' ? buttonLink('/carriers', t.help.matrix, 'secondary') : null,
    to ? buttonLink(phonePath(citizen, to.path), say(to.text), 'secondary') : null,
  )
}

async function uses(at: At): Promise<Response> {
  const { t } = at.viewer
  const list = (await at.citizen.phone.uses({})).uses
  const content = div(
    {},
    at.c.req.query('done') ? notice('success', t.help.forgotten) : null,
    p({}, t.help.usesLead),
    list.length === 0
      ? p({}, t.help.usesNone)
      : ol({ class: 'records', reversed: true }, ...list.map((one) => use(at, one))),
    buttonLink(phonePath(at.citizen, '/stop'), t.life.doStop, 'secondary'),
    list.length === 0
      ? null
      : details(
          {},
          summary({}, t.help.forget),
          p({}, t.help.forgetText),
          post(phonePath(at.citizen, '/uses'), submit(t.help.forgetNow, 'danger')),
        ),
  )
  return subScreen(at, t.help.usesTitle, content)
}

type Use = Awaited<ReturnType<WebCitizen['phone']['uses']>>['uses'][number]

function use({ viewer: { t, say, format, language } }: At, { at: when, kind, who, outcome }: Use): Child {
  return li(
    {},
    strong({}, who === null ? t.help.atReader : inLanguage(who, language)),
    p({}, `${say(USE_TEXTS[kind])} · ${say(USE_OUTCOMES[outcome])}`),
    p({ class: 'hint' }, format.minute(when)),
  )
}

export const phoneHelp = {
  help,
  uses,
  forgetUses: async (at: At) => {
    await at.citizen.phone.forgetUses({})
    return at.c.redirect(phonePath(at.citizen, '/uses?done=forgotten'), 303)
  },
}
