// The login screen before a reader of the service: where it can go on, and, once a reader has taken it, at which one.

import type { VNode } from 'preact'
import type { Login } from '../../../roles/verifier/contract.ts'
import { rows, tile } from '../components.ts'
import { icon } from '../icons.ts'
import { inLanguage } from '../language.ts'
import { a, div, h1, h2, p, section, span, strong } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { PlatformWorld } from '../world.ts'

/** Nothing where the service has no reader. `qr`: what a reader reads at this moment. */
export function readersOnScreen(viewer: Viewer, { citizens }: PlatformWorld, login: Login, qr: string | null) {
  const { t, language } = viewer
  if (qr === null || login.readers.length === 0) return null
  const address = `/reader/read?qr=${encodeURIComponent(qr)}`
  const tiles = login.readers.map(({ name, place }) =>
    tile(address, 'gate', t.reader.goOn(inLanguage(name, language)), inLanguage(place, language)),
  )
  return section(
    { class: 'panel' },
    h2({}, t.reader.hold),
    p({}, login.touch ? t.reader.holdTouchLead : t.reader.holdLead),
    login.asked.length > 0 ? p({}, t.reader.notTold) : null,
    citizens.length > 0 ? p({}, t.reader.inThisWorld) : null,
    // A reader somewhere else is no link: it reads the code above.
    citizens.length > 0 ? div({ id: 'login-reader', 'data-live': 'yes' }, div({ class: 'tiles' }, ...tiles)) : null,
  )
}

/** `here`: the address of this screen; `cancel`: the way back to the service. */
export function takenScreen(viewer: Viewer, login: Login, here: string, cancel: VNode): VNode {
  const { t, language, format } = viewer
  const { name = '', place = '' } = login.atReader ?? {}
  return div(
    { class: 'narrow' },
    p({ class: 'platform' }, t.login.platform),
    h1({}, t.reader.taken),
    p({}, t.login.lead(inLanguage(login.clientName, language))),
    rows([t.reader.which, inLanguage(name, language)], [t.reader.place, inLanguage(place, language)]),
    section(
      { class: 'compare' },
      h2({}, t.login.code),
      p({ class: 'compare-code' }, strong({}, login.code)),
      p({}, t.reader.compareHere),
    ),
    p({ class: 'wait', role: 'status' }, icon('wave'), span({}, t.reader.waiting)),
    p({}, t.login.until(format.clock(login.expiresAt))),
    p({}, a({ href: here }, t.page.checkAgain)),
    cancel,
  )
}
