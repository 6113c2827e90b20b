// Figures by the hour, for the desk of the platform and for a tenant's own page: bars to glance at, and the same as a table.

import type { VNode } from 'preact'
import type { Verifier } from '../../../../roles/verifier/contract.ts'
import { panel } from '../../components.ts'
import { reasonText } from '../../reason-texts.ts'
import { type Child, code, p, path, small, svg } from '../../tags.ts'
import type { Viewer } from '../../viewer.ts'
import { framed } from '../operator.ts'

type Figures = Awaited<ReturnType<Verifier['tenantFigures']>>
type Hour = Figures['hours'][number]

/** Two days at the most: more bars than that nobody tells apart. */
export const HOURS = 24

const WHAT = {
  login: 'whatLogin',
  token: 'whatToken',
  request: 'whatRequest',
  logout: 'whatLogout',
  testReceiver: 'whatTest',
} as const

/** Operations of the API stand under their own names. */
export const whatOf = ({ t }: Viewer, what: string): Child =>
  what in WHAT ? t.developers[WHAT[what as keyof typeof WHAT]] : code({}, what)

const all = ({ logins, other, failed, declined }: Hour): number => logins + other + failed + declined

export function figurePanels(viewer: Viewer, figures: Figures): VNode[] {
  const { t } = viewer
  const used = figures.hours.filter((hour) => all(hour) > 0)
  if (used.length === 0) return [panel(t.platform.figures, p({}, t.platform.noFigures))]
  return [
    panel(
      t.platform.figures,
      bars(viewer, figures.hours),
      framed(
        t.platform.figures,
        [t.platform.hour, t.platform.logins, t.platform.other, t.platform.failed, t.platform.declined],
        used.map(({ hour, logins, other, failed, declined }) => [
          viewer.format.minute(hour),
          ...[logins, other, failed, declined].map(viewer.format.count),
        ]),
      ),
    ),
    panel(t.platform.reasons, reasons(viewer, figures)),
    panel(t.platform.latency, latency(viewer, figures)),
  ]
}

const [WIDTH, HEIGHT, GAP] = [12, 60, 2]

/** What stands in the table below once more, for the eye. */
function bars({ t, format }: Viewer, hours: readonly Hour[]): Child {
  const most = Math.max(...hours.map(all))
  const tall = (count: number) => Math.round((count / most) * HEIGHT * 10) / 10
  const bar = (i: number, from: number, count: number) =>
    count === 0 ? '' : `M${i * WIDTH} ${HEIGHT - tall(from + count)}h${WIDTH - GAP}v${tall(count)}h${GAP - WIDTH}z`
  const drawn = (of: (hour: Hour) => readonly [from: number, count: number]) =>
    hours.map((hour, i) => bar(i, ...of(hour))).join('')
  const well = ({ logins, other, declined }: Hour) => logins + other + declined
  return [
    svg(
      { class: 'bars', viewBox: `0 0 ${hours.length * WIDTH} ${HEIGHT}`, 'aria-hidden': 'true', focusable: 'false' },
      path({ class: 'bars-well', d: drawn((hour) => [0, well(hour)]) }),
      path({ class: 'bars-failed', d: drawn((hour) => [well(hour), hour.failed]) }),
    ),
    p({ class: 'hint' }, t.platform.barsOf(format.count(most))),
  ]
}

const reasons = (viewer: Viewer, { reasons: list }: Figures): VNode =>
  framed(
    viewer.t.platform.reasons,
    [viewer.t.platform.what, viewer.t.platform.reason, viewer.t.platform.count],
    list
      .slice(0, 20)
      .map(({ what, reason, count }) => [whatOf(viewer, what), reasonOf(viewer, reason), viewer.format.count(count)]),
    viewer.t.platform.noReasons,
  )

export function reasonOf({ say }: Viewer, reason: string): Child {
  if (reason === '') return null
  const words = reasonText(reason)
  return [words ? p({}, say(words)) : null, small({ lang: 'en' }, code({}, reason))]
}

const latency = (viewer: Viewer, { latency: list }: Figures): VNode => {
  const { t, format } = viewer
  const ms = (value: number) => t.platform.ms(format.count(Math.round(value)))
  return framed(
    t.platform.latency,
    [t.platform.what, t.platform.count, t.platform.half, t.platform.most],
    list.map(({ what, count, p50, p95 }) => [whatOf(viewer, what), format.count(count), ms(p50), ms(p95)]),
    t.platform.noLatency,
  )
}
