// Which records the platform keeps for how long, how many went, and what was done at the desk.

import { buttonLink, panel } from '../../components.ts'
import type { Texts } from '../../messages.ts'
import { RECORDS_KEPT } from '../../messages-platform.ts'
import { code, p, small } from '../../tags.ts'
import type { Viewer } from '../../viewer.ts'
import { type At, deskPage } from '../desk.ts'
import { framed } from '../operator.ts'

export const RECORDS = '/platform/records'

const [MINUTE, DAY, YEAR] = [60_000, 24 * 3_600_000, 366 * 24 * 3_600_000]

function termOf({ t, format }: Viewer, ms: number): string {
  if (ms === 0) return t.platform.atEnd
  if (ms >= 2 * YEAR) return t.platform.years(format.count(Math.round(ms / YEAR)))
  if (ms >= DAY) return t.platform.days(format.count(Math.round(ms / DAY)))
  return t.platform.minutes(format.count(Math.round(ms / MINUTE)))
}

const ACTS = {
  quota: 'actQuota',
  suspend: 'actSuspend',
  resume: 'actResume',
  hold: 'actHold',
  liftHold: 'actLiftHold',
  drop: 'actDrop',
  revive: 'actRevive',
} as const satisfies Record<string, keyof Texts['platform']>

const isKept = (kind: string): kind is keyof typeof RECORDS_KEPT => kind in RECORDS_KEPT
const nameOf = ({ say }: Viewer, kind: string) => (isKept(kind) ? say(RECORDS_KEPT[kind].name) : code({}, kind))

export async function recordsPage(at: At): Promise<Response> {
  const { viewer, world, clerk } = at
  const { t, format } = viewer
  const { session } = clerk
  const [{ kinds }, { acts }] = [
    await world.verifier.retention({ session }),
    await world.verifier.platformActs({ session }),
  ]
  return deskPage(at, {
    title: t.platform.records,
    path: RECORDS,
    content: [
      p({}, t.platform.recordsLead),
      framed(
        t.platform.records,
        [t.platform.kind, t.platform.term, t.platform.forgotten, t.platform.ground],
        kinds.map(({ kind, keptMs, ground, forgotten }) => [
          nameOf(viewer, kind),
          termOf(viewer, keptMs),
          format.count(forgotten),
          small({}, viewer.language === 'ja' && isKept(kind) ? RECORDS_KEPT[kind].why : ground),
        ]),
      ),
      panel(
        t.platform.acts,
        acts.length === 0
          ? p({}, t.platform.noActs)
          : framed(
              t.platform.acts,
              [
                t.platform.at,
                t.platform.clerk,
                t.platform.act,
                t.platform.subject,
                t.platform.reason,
                t.platform.outcome,
              ],
              acts.map(({ at: when, clerk: who, act, subject, reason, refusal }) => [
                format.minute(when),
                who,
                act in ACTS ? t.platform[ACTS[act as keyof typeof ACTS]] : code({}, act),
                code({}, subject),
                reason === '' ? '–' : reason,
                refusal ? code({}, refusal) : t.platform.wasDone,
              ]),
            ),
      ),
      buttonLink('/platform', t.platform.back, 'secondary'),
    ],
  })
}
