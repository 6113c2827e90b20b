// `/authority/orders/<reference>`: one order: whose turn it is, what happened, each run of a step with the transcript of a
// failure, its evidence, and what an operator may do.

import type { VNode } from 'preact'
import { zSerial } from '../../../base/contract.ts'
import type { SpTsm } from '../../../roles/sp-tsm/contract.ts'
import { afterEvent } from '../../../roles/sp-tsm/life/model.ts'
import { isWorking } from '../../../roles/sp-tsm/model.ts'
import { type Actor, DUTIES, type Duty } from '../../../roles/sp-tsm/responsibility.ts'
import { buttonLink, hidden, notice, panel, post, type Row, rows, submit } from '../components.ts'
import { EVENT_TEXTS, PARTY_TEXTS } from '../messages-life.ts'
import { STATE_TEXTS, STEP_TEXTS } from '../messages-orders.ts'
import { attempt, refusalNotice, type Trouble } from '../refusal-notice.ts'
import { a, type Child, code, li, ol, p, strong } from '../tags.ts'
import { fields, type Viewer } from '../viewer.ts'
import { type At, deskPage, transcriptOf } from './desk.ts'
import { framed } from './operator.ts'

type Detail = Awaited<ReturnType<SpTsm['orderDetail']>>
type ShownOrder = Detail['order']
type Evidence = Awaited<ReturnType<SpTsm['evidence']>>['evidence'][number]
type Act = Parameters<SpTsm['actOnOrder']>[0]['act']

export const ORDERS = '/authority/orders'

const referenceOf = ({ c }: At): string => c.req.param('reference') ?? ''

export async function orderPage(at: At, trouble: Trouble | null = null): Promise<Response> {
  const reference = referenceOf(at)
  if (!/^[0-9a-f]{32}$/.test(reference)) return at.c.notFound() as Response
  const { viewer, world } = at
  const { t } = viewer
  const detail = await world.spTsm.orderDetail({ reference })
  const { whole, evidence } = await world.spTsm.evidence({ reference })
  const heads = [t.orders.at, t.orders.what, t.orders.by, t.orders.outcome]
  return deskPage(at, {
    title: t.orders.title,
    path: `${ORDERS}/${reference}`,
    trouble,
    content: [
      at.c.req.query('done') ? notice('success', t.orders.done) : null,
      rows(...about(viewer, detail)),
      detail.order.refusal ? refusalNotice(viewer, detail.order.refusal) : null,
      panel(t.orders.acts, acts(at, detail.order)),
      panel(t.orders.duties, p({}, t.orders.dutiesLead), duties(viewer, detail.order.way)),
      panel(t.orders.events, events(viewer, detail)),
      panel(t.orders.runs, p({}, t.orders.runsLead), runs(viewer, detail)),
      panel(
        t.orders.evidence,
        whole ? notice('success', t.orders.whole) : notice('error', t.orders.broken),
        framed(
          t.orders.evidence,
          heads,
          evidence.map((row) => line(viewer, row)),
        ),
      ),
      buttonLink(ORDERS, t.orders.back, 'secondary'),
    ],
  })
}

export function turn({ t, format }: Viewer, { turn: whose, waitsFor }: Pick<ShownOrder, 'turn' | 'waitsFor'>): string {
  const who = whose === null ? t.orders.nobody : t.orders[whose === 'j-lis' ? 'jLis' : whose]
  return format.aside(who, waitsFor && t.orders[waitsFor])
}

function about(viewer: Viewer, { order, done, steps }: Detail): Row[] {
  const { t, say, format } = viewer
  const { serial, refusal, attempts, stoppedBy, openUntil, state } = order
  const waits = state === 'applied' || state === 'accepted'
  return [
    [t.orders.reference, code({}, order.reference)],
    [t.orders.state, format.aside(say(STATE_TEXTS[state]), t.orders.progress(format.count(done), format.count(steps)))],
    [t.orders.turn, turn(viewer, order)],
    [t.orders.appliedAt, format.minute(order.appliedAt)],
    ...(order.way ? [[t.orders.way, t.orders[order.way]] as const] : []),
    ...(waits && openUntil ? [[t.orders.openUntil, format.minute(openUntil)] as const] : []),
    [t.orders.sim, code({}, order.iccid)],
    ...(serial === null ? [] : [[t.orders.serial, serialLink(serial)] as const]),
    ...(attempts > 0 ? [[t.orders.failures, format.count(attempts)] as const] : []),
    ...(refusal ? [[t.orders.because, code({}, refusal)] as const] : []),
    ...(stoppedBy.length > 0
      ? [[t.orders.stoppedBy, format.list(stoppedBy.map((by) => say(PARTY_TEXTS[by])))] as const]
      : []),
  ]
}

const serialLink = (serial: bigint): VNode =>
  a({ href: `/authority?kind=auth&serial=${zSerial.encode(serial)}` }, serial.toString())

/** Only what the table of life lets happen is offered. */
function acts(at: At, { reference, state }: ShownOrder): VNode {
  const { t } = at.viewer
  const may = (event: 'stop' | 'resume' | 'end') => afterEvent(state, event) !== undefined
  const button = (act: Act, kind: 'secondary' | 'danger' = 'secondary') => submit(t.orders[act], kind, 'act', act)
  const offered = [
    isWorking(state) ? button('retry') : null,
    state === 'active' ? button('stop') : null,
    may('resume') ? button('resume') : null,
    may('end') ? button('cancel', 'danger') : null,
  ]
  return offered.some((one) => one !== null) ? post(`${ORDERS}/${reference}`, ...offered) : p({}, t.orders.nobody)
}

const ACTS: readonly Act[] = ['retry', 'cancel', 'stop', 'resume']

export async function actOnOrder(at: At): Promise<Response> {
  const reference = referenceOf(at)
  const entered = await fields(at.c, 'act', 'confirmed')
  const act = ACTS.find((one) => one === entered.act)
  if (!act) return orderPage(at)
  if (act === 'cancel' && entered.confirmed !== 'yes') return confirmCancel(at, reference)
  const refused = await attempt(() => at.world.spTsm.actOnOrder({ reference, session: at.clerk.session, act }))
  return refused ? orderPage(at, refused) : at.c.redirect(`${ORDERS}/${reference}?done=${act}`, 303)
}

function confirmCancel(at: At, reference: string): Response {
  const { t } = at.viewer
  const path = `${ORDERS}/${reference}`
  return deskPage(at, {
    title: t.orders.cancelTitle,
    path,
    content: [
      notice('warning', t.orders.cancel, p({}, t.orders.cancelText)),
      post(path, hidden('act', 'cancel'), submit(t.orders.cancelNow, 'danger', 'confirmed', 'yes')),
      buttonLink(path, t.life.goBack, 'secondary'),
    ],
  })
}

const events = ({ say, format, t }: Viewer, { events: all }: Detail): VNode =>
  all.length === 0
    ? p({}, t.life.historyNone)
    : ol(
        { class: 'records', reversed: true },
        ...all.map(({ at, event, by, to }) =>
          li(
            {},
            strong({}, say(EVENT_TEXTS[event])),
            p({}, `${format.minute(at)} → ${say(STATE_TEXTS[to])}`),
            p({ class: 'hint' }, t.life.by(say(PARTY_TEXTS[by]))),
          ),
        ),
      )

/** Of the way that was applied, from the same table as whose turn it is. */
function duties({ t, language }: Viewer, way: ShownOrder['way']): VNode {
  const name = (actor: Actor) => t.orders[actor === 'j-lis' ? 'jLis' : actor]
  const list: readonly Duty[] = [...(way ? DUTIES[way] : []), ...DUTIES.install, ...DUTIES.confirmPin]
  return framed(
    t.orders.duties,
    [t.orders.step, t.orders.does, t.orders.answers, t.orders.asks],
    list.map((duty) => [duty[language], name(duty.does), name(duty.answers), name(duty.ask)]),
  )
}

const RUN = { done: 'runDone', refused: 'runRefused', failed: 'runFailed' } as const

const runs = (viewer: Viewer, { runs: all }: Detail): VNode => {
  const { say, format, t } = viewer
  if (all.length === 0) return p({}, t.orders.noRuns)
  return ol(
    { class: 'records', reversed: true },
    ...all.map(({ at, step, milliseconds, outcome, code: why, transcript }) =>
      li(
        {},
        strong({}, `${say(STEP_TEXTS[step as 'deploy'])}: ${t.orders[RUN[outcome]]}`),
        p(
          {},
          `${format.minute(at)}, ${t.orders.milliseconds(format.count(milliseconds))} `,
          why ? code({}, why) : null,
        ),
        outcome === 'done' ? null : transcriptOf(viewer, transcript),
      ),
    ),
  )
}

const BY = { verifier: 'jLis', authority: 'jLis', counter: 'municipality', applicant: 'holder' } as const

function line({ t, format }: Viewer, { at, kind, by, outcome, sealed }: Evidence): Child[] {
  const said = { passed: t.page.passed, failed: t.page.failedCheck, indeterminate: t.page.indeterminate }[outcome]
  const who = BY[by as keyof typeof BY] ?? (by as 'carrier' | 'post')
  return [
    format.minute(at),
    t.orders[kind === 'clerk' ? 'identified' : (kind as 'line')],
    t.orders[who],
    sealed ? format.aside(said, t.orders.sealed) : said,
  ]
}
