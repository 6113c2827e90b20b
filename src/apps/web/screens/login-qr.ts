// The code on a login screen, for the phone that is held to it: drawn anew each second by the page that looks again.

import type { VNode } from 'preact'
import { tile } from '../components.ts'
import { icon } from '../icons.ts'
import { div, h2, p, section, span } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { PlatformWorld } from '../world.ts'
import { drawing } from './qr.ts'

/** `qr` is null once a phone has read it. */
export function codeOnScreen({ t, say }: Viewer, { citizens }: PlatformWorld, qr: string | null): VNode {
  const shown = qr
    ? [
        p({}, t.scan.onScreenLead),
        drawing(qr, t.scan.picture),
        p({}, t.scan.inThisWorld),
        div(
          { class: 'tiles' },
          ...citizens.map(({ name, label, carrier }) =>
            tile(`/phone/${name}/scan?qr=${encodeURIComponent(qr)}`, 'phone', t.scan.hold(say(label)), say(carrier)),
          ),
        ),
      ]
    : [p({ class: 'wait', role: 'status' }, icon('passed'), span({}, t.scan.read)), p({}, t.scan.readText)]
  return section({ class: 'panel' }, h2({}, t.scan.onScreen), div({ id: 'login-qr', 'data-live': 'yes' }, ...shown))
}
