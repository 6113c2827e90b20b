// The frame of a phone around its app, and beside it what the player may want to know about this phone.

import type { Context } from 'hono'
import type { VNode } from 'preact'
import type { Phone } from '../../../roles/phone/contract.ts'
import { buttonLink, hidden, pinField, post, rows, submit } from '../components.ts'
import type { Wrong } from '../entered.ts'
import { icon } from '../icons.ts'
import type { Texts } from '../messages.ts'
import { topicOf } from '../messages-help.ts'
import { show } from '../page.ts'
import { isOfEntry, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, aside, type Child, code, div, h1, h2, span } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebCitizen } from '../world.ts'

export type PhoneStatus = Awaited<ReturnType<Phone['status']>>

export interface AppScreen {
  readonly viewer: Viewer
  readonly citizen: WebCitizen
  readonly heading: string
  readonly content: Child
  readonly trouble?: Trouble | null
  /** With which fields of the form that was sent. */
  readonly wrong?: Wrong
  readonly waiting?: boolean
  /** Where "back" leads; absent on the first screen. */
  readonly back?: string
  readonly path?: string
}

export const phonePath = ({ name }: WebCitizen, rest = ''): string => `/phone/${name}${rest}`

/** `trouble`: with what was entered before, if there was any. */
export const phonePin = ({ phone }: Texts, trouble: Trouble | null = null): VNode =>
  pinField({ name: 'pin', label: phone.pin, hint: phone.pinTries, invalid: isOfEntry(trouble) })

export function showOnPhone(c: Context, screen: AppScreen): Response {
  const { viewer, citizen, heading, trouble } = screen
  const who = viewer.say(citizen.label)
  return show(c, {
    viewer,
    title: `${heading} | ${viewer.t.phone.title(who)}`,
    theme: 'phone',
    ...(trouble ? { trouble: true, status: statusOf(trouble), wrong: screen.wrong ?? {} } : {}),
    ...(screen.waiting ? { waiting: true } : {}),
    path: screen.path ?? c.req.path,
    content: div(
      { class: 'bench' },
      div(
        { class: 'device' },
        div({ class: 'device-bar' }, span({}, viewer.say(citizen.carrier)), icon('wave')),
        div({ class: 'device-app' }, appName(screen), span({ class: 'device-owner' }, who)),
        div(
          { class: 'device-screen' },
          h1({}, heading),
          trouble ? troubleNotice(viewer, trouble) : null,
          trouble ? helpAbout(viewer, citizen, trouble) : null,
          screen.content,
        ),
      ),
      about(viewer, citizen),
    ),
  })
}

/** From a refusal to what can be done about it; nothing where its own words say all. */
function helpAbout({ t }: Viewer, citizen: WebCitizen, trouble: Trouble): VNode | null {
  const topic = typeof trouble === 'string' ? undefined : topicOf(trouble.code)
  return topic ? buttonLink(phonePath(citizen, `/help?topic=${topic}`), t.help.see, 'secondary') : null
}

const appName = ({ viewer, back }: AppScreen): VNode =>
  back ? a({ href: back, class: 'device-back' }, viewer.t.phone.back) : span({}, viewer.t.phone.app)

const about = ({ t, say }: Viewer, citizen: WebCitizen): VNode => {
  const { label, carrier, practice } = citizen
  return aside(
    { class: 'about' },
    h2({}, t.phone.aboutTitle),
    rows(
      [t.phone.owner, say(label)],
      [t.phone.line, say(carrier)],
      [t.phone.practicePassword, practice.password ? code({}, practice.password) : t.start.noPassword],
    ),
    ...simsOf({ t, say }, citizen),
    ...networksOf({ t }, citizen),
  )
}

function networksOf({ t }: Pick<Viewer, 't'>, citizen: WebCitizen): Child[] {
  if (citizen.online === undefined) return []
  const [now, then, button] = citizen.online
    ? ([t.phone.networkOn, 'off', t.phone.switchOff] as const)
    : ([t.phone.networkOff, 'on', t.phone.switchOn] as const)
  return [
    rows([t.phone.network, now]),
    post(phonePath(citizen, '/networks'), hidden('networks', then), submit(button, 'secondary')),
  ]
}

/** To change the SIM is done with the fingers, and not in the app. */
function simsOf({ t, say }: Pick<Viewer, 't' | 'say'>, citizen: WebCitizen): Child[] {
  const { sims = [] } = citizen
  if (sims.length < 2) return []
  return [
    h2({}, t.move.simTitle),
    ...sims
      .toSorted((a, b) => Number(b.inserted) - Number(a.inserted))
      .map(({ iccid, carrier, inserted }) => {
        const [who, end] = [say(carrier), iccid.slice(-4)] as const
        return inserted
          ? rows([t.move.simInside, t.move.sim(who, end)])
          : post(phonePath(citizen, `/sim/${iccid}`), submit(t.move.simInsert(who, end), 'secondary'))
      }),
  ]
}
