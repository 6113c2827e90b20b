// Which records the platform keeps for how long, how many went, and what was done at the desk.

import type { VNode } from 'preact'
import type { Verifier } from '../../../../roles/verifier/contract.ts'
import { MACHINE } from '../../../../roles/verifier/operator/contract.ts'
import { panel } from '../../components.ts'
import type { Texts } from '../../messages.ts'
import { RECORDS_KEPT } from '../../messages-platform.ts'
import { refusalText } from '../../refusal-texts.ts'
import { type Child, code, p, small } from '../../tags.ts'
import type { Viewer } from '../../viewer.ts'
import type { At } from '../desk.ts'
import { framed } from '../operator.ts'
import { platformPage, RECORDS } from './page.ts'

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

const DESK_ACTS = {
  'propose erase': 'actProposeErase',
  'propose drop': 'actProposeDrop',
  'propose close': 'actProposeClose',
  'withdraw erase': 'actWithdrawErase',
  'withdraw drop': 'actWithdrawDrop',
  'withdraw close': 'actWithdrawClose',
  close: 'actClose',
  erase: 'actErase',
  rotate: 'actRotate',
  putClerk: 'actPutClerk',
  takeClerkAway: 'actTakeClerkAway',
} as const satisfies Record<string, keyof Texts['platformDesk']>

const FIRM_ACTS = {
  'propose represent': 'actPropose',
  'withdraw represent': 'actWithdraw',
  represent: 'actRepresent',
  endRepresentation: 'actEnd',
  strikeFirm: 'actStrike',
} as const satisfies Record<string, keyof Texts['firms']>

const has = <T extends object>(table: T, key: string): key is keyof T & string => Object.hasOwn(table, key)

export function actName({ t }: Viewer, act: string): Child {
  if (has(ACTS, act)) return t.platform[ACTS[act]]
  if (has(FIRM_ACTS, act)) return t.firms[FIRM_ACTS[act]]
  return has(DESK_ACTS, act) ? t.platformDesk[DESK_ACTS[act]] : code({}, act)
}

type Acts = Awaited<ReturnType<Verifier['platformActs']>>['acts']

export const actsTable = (viewer: Viewer, label: string, acts: Acts): VNode => {
  const { t, format } = viewer
  const outcomeOf = (outcome: string): Child => {
    if (outcome === 'done') return t.platform.wasDone
    if (outcome === 'begun') return t.platformDesk.brokenOff
    return [p({}, viewer.say(refusalText(outcome))), small({}, code({}, outcome))]
  }
  return framed(
    label,
    [t.platform.at, t.platform.clerk, t.platform.act, t.platform.subject, t.platform.reason, t.platform.outcome],
    acts.map(({ at, clerk, act, subject, reason, outcome }) => [
      format.minute(at),
      clerk === MACHINE ? t.platformDesk.machine : clerk,
      actName(viewer, act),
      subject === '' ? '–' : code({}, subject),
      reason === '' ? '–' : reason,
      outcomeOf(outcome),
    ]),
    t.platform.noActs,
  )
}

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
  return platformPage(at, {
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
      panel(t.platform.acts, actsTable(viewer, t.platform.acts, acts)),
    ],
  })
}
