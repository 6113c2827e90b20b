// Line drawings of 24 units; decoration only, the words beside them carry the meaning.

import type { VNode } from 'preact'
import { path, svg } from './tags.ts'

const DRAWINGS = {
  phone: 'M7 2h10a1 1 0 0 1 1 1v18a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1z M10.5 18.5h3',
  card: 'M2.5 5h19v14h-19z M5.5 8.5h5v4h-5z M13.5 9h5 M13.5 12h5 M5.5 15.5h13',
  bank: 'M3 9.5 12 4l9 5.5H3z M5.5 9.5v8 M10 9.5v8 M14 9.5v8 M18.5 9.5v8 M3 20h18 M4 17.5h16',
  gate: 'M4 21V4h16v17 M8 21V8h8v13 M2.5 21h19 M12 12v4',
  shield: 'M12 2.5 20 5.5v6c0 5-3.5 8.3-8 10-4.5-1.7-8-5-8-10v-6L12 2.5z M8.5 12l2.5 2.5 4.5-5',
  people:
    'M8 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M2 20c0-4 2.5-6 6-6s6 2 6 6 M16 5a3 3 0 0 1 0 6 M17 14c3 .5 5 2.5 5 6',
  tower:
    'M12 9v13 M8 22l4-11 4 11 M12 9a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z M8 11a5 5 0 0 1 0-7 M16 11a5 5 0 0 0 0-7 M5.5 13a8.5 8.5 0 0 1 0-11 M18.5 13a8.5 8.5 0 0 0 0-11',
  passed: 'M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z M7.5 12.5l3 3 6-7',
  failed: 'M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z M8.5 8.5l7 7 M15.5 8.5l-7 7',
  unknown: 'M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7 M12 16.5v.6',
  warning: 'M12 3 22 20.5H2L12 3z M12 10v5 M12 17.5v.6',
  info: 'M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z M12 11v6 M12 7v.6',
  finger:
    'M5 7.5a8.5 8.5 0 0 1 14 0 M4.5 13a7.5 7.5 0 0 1 15 0c0 1.5-.1 2.8-.4 4 M7.5 19c.4-1.800.5-3.700.5-6a4 4 0 0 1 8 0c0 2.700-.3 5-.9 7 M12 13c0 3.500-.4 6-1.300 8.500',
  wave: 'M6 8.5a7 7 0 0 1 0 7 M10 6a11 11 0 0 1 0 12 M14 3.5a15 15 0 0 1 0 17',
} as const

export type IconName = keyof typeof DRAWINGS

export const icon = (name: IconName, size: 'small' | 'large' = 'small'): VNode =>
  svg(
    { class: `icon icon-${size}`, viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    path({ d: DRAWINGS[name] }),
  )
