// `/phone/<name>/history`: what happened to the certificate. `/move`: what to do when phone, SIM or carrier change.

import { buttonLink, panel } from '../components.ts'
import { EVENT_TEXTS, PARTY_TEXTS } from '../messages-life.ts'
import { div, li, ol, p, strong } from '../tags.ts'
import { phonePath } from './device.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'

async function history(at: At): Promise<Response> {
  const { t, say, format } = at.viewer
  const { order } = await at.citizen.phone.order({})
  const { events } = order ? await at.citizen.phone.history({}) : { events: [] }
  const content =
    events.length === 0
      ? p({}, t.life.historyNone)
      : ol(
          { class: 'records', reversed: true },
          ...events.map(({ at: when, event, by }) =>
            li(
              {},
              strong({}, say(EVENT_TEXTS[event])),
              p({}, format.minute(when)),
              p({ class: 'hint' }, t.life.by(say(PARTY_TEXTS[by]))),
            ),
          ),
        )
  return subScreen(at, t.life.historyTitle, div({}, content))
}

async function move(at: At): Promise<Response> {
  const { t } = at.viewer
  const link = (path: string, text: string) => buttonLink(phonePath(at.citizen, path), text, 'secondary')
  const content = div(
    {},
    panel(t.life.moveSameSim, p({}, t.life.moveSameSimText), link('/take-over', t.apply.takeOver)),
    panel(t.life.moveNewSim, p({}, t.life.moveNewSimText), link('/move-here', t.move.doMoveHere)),
    panel(t.life.moveGiveAway, p({}, t.life.moveGiveAwayText), link('/remove', t.phone.doRemove)),
  )
  return subScreen(at, t.life.moveTitle, content)
}

export const phoneHistory = { history, move }
