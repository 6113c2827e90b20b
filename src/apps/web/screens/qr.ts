// A QR code as a drawing, which any browser shows without a script.

import type { VNode } from 'preact'
import { encodeQr } from '../../../codec/qr.ts'
import { path, svg } from '../tags.ts'

/** ISO/IEC 18004:2015 §6.3.8. */
const QUIET = 4

export function drawing(text: string, name: string): VNode {
  const rows = encodeQr(text)
  const size = rows.length + 2 * QUIET
  const d = rows.flatMap((row, i) => row.map((dark, j) => (dark ? `M${j + QUIET} ${i + QUIET}h1v1h-1z` : ''))).join('')
  return svg(
    { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': name, 'shape-rendering': 'crispEdges' },
    path({ d }),
  )
}
