// The code on a login screen, for the phone that is held to it: drawn anew each second by the page that looks again.

import type { VNode } from 'preact'
import { encodeQr } from '../../../codec/qr.ts'
import { tile } from '../components.ts'
import { icon } from '../icons.ts'
import { div, h2, p, path, section, span, svg } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { PlatformWorld } from '../world.ts'

/** ISO/IEC 18004:2015 §6.3.8. */
const QUIET = 4

function drawing(text: string, name: string): VNode {
  const rows = encodeQr(text)
  const size = rows.length + 2 * QUIET
  const d = rows.flatMap((row, i) => row.map((dark, j) => (dark ? `M${j + QUIET} ${i + QUIET}h1v1h-1z` : ''))).join('')
  return svg(
    { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': name, 'shape-rendering': 'crispEdges' },
    path({ d }),
  )
}

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
