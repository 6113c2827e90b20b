// `/carriers/<id>`: a carrier's TSM at work: figures, notices to J-LIS, failures at SIMs with what was said to them.
// Who did what at the desks.

import type { VNode } from 'preact'
import { zNotificationsShown } from '../../../roles/carrier/desk/contract.ts'
import { CARRIERS } from '../../../world/people.ts'
import { buttonLink, notice, post, rows, selectField, submit, textField } from '../components.ts'
import { code, li, ol, p, strong } from '../tags.ts'
import { plainText } from '../viewer.ts'
import { type CarrierAt, recorded } from './carrier-acts.ts'
import { deskPage, filters, numberOf, pages, transcriptOf } from './desk.ts'
import { framed } from './operator.ts'

const WEEK_MS = 7 * 86_400_000
const PAGE = 20
const pathOf = ({ id }: CarrierAt): string => `/carriers/${id}`
const nameOf = ({ id, viewer }: CarrierAt): string => CARRIERS[id].label[viewer.language]

export async function carrierDesk(at: CarrierAt, sent = false): Promise<Response> {
  const { c, carrier, viewer, world } = at
  const { t, format } = viewer
  const since = new Date(world.now().getTime() - WEEK_MS)
  const found = await carrier.figures({ since })
  const count = (value: number) => format.count(value)
  const services = Object.entries(found.services)
  const failed = Object.entries(found.failures)
  const none = '–'
  return deskPage(at, {
    title: t.desk.deskOf(nameOf(at)),
    path: c.req.path,
    content: [
      sent ? notice('success', t.desk.sent) : null,
      p({}, t.desk.figuresLead),
      rows(
        [
          t.desk.services,
          format.list(services.map(([state, n]) => `${t.desk[state as 'deployed']} ${count(n)}`)) || t.desk.none,
        ],
        [t.desk.waiting, count(found.waiting)],
        [t.desk.oldest, found.oldestWaiting ? format.minute(found.oldestWaiting) : none],
        [t.desk.told, count(found.told)],
        [
          t.desk.median,
          found.medianToTell === null ? none : t.orders.milliseconds(count(Math.round(found.medianToTell))),
        ],
        [t.desk.failures, format.list(failed.map(([why, n]) => `${why} ${count(n)}`)) || t.desk.none],
      ),
      found.waiting > 0 ? post(`${pathOf(at)}/send`, submit(t.desk.sendNow)) : null,
      buttonLink(`${pathOf(at)}/notices`, t.desk.notices, 'secondary'),
      buttonLink(`${pathOf(at)}/failures`, t.desk.failures, 'secondary'),
      buttonLink(`${pathOf(at)}/acts`, t.orders.deskActs, 'secondary'),
      buttonLink('/carriers', t.carriers.title, 'secondary'),
    ],
  })
}

export async function sendNotices(at: CarrierAt): Promise<Response> {
  await recorded(at, { act: 'send' }, () => at.carrier.sendNotifications({}))
  return carrierDesk(at, true)
}

/** The SIM that is asked for, and a word where it is no number of a SIM. */
function simOf({ c, viewer: { t } }: CarrierAt): { iccid?: string; trouble: string | null } {
  const iccid = plainText(c.req.query('iccid') ?? '')
  if (iccid === '') return { trouble: null }
  return /^[0-9]{19,20}$/.test(iccid) ? { iccid, trouble: null } : { trouble: t.desk.iccidShape }
}

const simField = ({ c, viewer: { t } }: CarrierAt): VNode =>
  textField({ name: 'iccid', label: t.desk.iccid, value: c.req.query('iccid') ?? '', optional: true })

export async function noticesPage(at: CarrierAt): Promise<Response> {
  const { c, carrier, viewer } = at
  const { t, format } = viewer
  const path = `${pathOf(at)}/notices`
  const { iccid, trouble } = simOf(at)
  const show = zNotificationsShown.catch('all').parse(c.req.query('show'))
  const before = numberOf(c.req.query('before'))
  const asked = { show, limit: PAGE, ...(iccid && { iccid }), ...(before && { before }) }
  const { notifications, more } = trouble ? { notifications: [], more: false } : await carrier.notifications(asked)
  const heads = [t.desk.notice, t.orders.at, t.desk.attempts, t.desk.deliveredAt, t.orders.outcome]
  const lines = notifications.map(({ name, at: when, attempts, deliveredAt, refusal }) => [
    code({}, name),
    format.minute(when),
    format.count(attempts),
    deliveredAt ? format.minute(deliveredAt) : t.desk.waiting,
    refusal ? code({}, refusal) : deliveredAt ? t.orders.runDone : '–',
  ])
  const wanted = { ...(iccid && { iccid }), ...(show !== 'all' && { show }) }
  return deskPage(at, {
    title: t.desk.notices,
    path,
    trouble,
    content: [
      filters(
        path,
        simField(at),
        selectField(
          { name: 'show', label: t.orders.show },
          zNotificationsShown.options.map((one) => [one, t.desk[one]]),
          show,
        ),
        submit(t.orders.find),
      ),
      framed(t.desk.notices, heads, lines, t.desk.noNotices),
      pages(at, path, wanted, { before: before !== undefined, last: more ? notifications.at(-1)!.number : null }),
      buttonLink(pathOf(at), t.desk.deskOf(nameOf(at)), 'secondary'),
    ],
  })
}

export async function failuresPage(at: CarrierAt): Promise<Response> {
  const { c, carrier, viewer } = at
  const { t, format } = viewer
  const path = `${pathOf(at)}/failures`
  const { iccid, trouble } = simOf(at)
  const before = numberOf(c.req.query('before'))
  const asked = { limit: PAGE, ...(iccid && { iccid }), ...(before && { before }) }
  const { failures, more } = trouble ? { failures: [], more: false } : await carrier.failures(asked)
  const list = failures.map(({ at: when, iccid: sim, aid, code: why, transcript }) =>
    li(
      {},
      strong({}, code({}, why)),
      p({}, format.minute(when)),
      p({}, 'ICCID ', code({}, sim), ` ${t.desk.domain} `, code({}, aid)),
      transcriptOf(viewer, transcript),
    ),
  )
  return deskPage(at, {
    title: t.desk.failures,
    path,
    trouble,
    content: [
      p({}, t.orders.runsLead),
      filters(path, simField(at), submit(t.orders.find)),
      list.length === 0 ? p({}, t.desk.noFailures) : ol({ class: 'records', reversed: true }, ...list),
      pages(
        at,
        path,
        { ...(iccid && { iccid }) },
        {
          before: before !== undefined,
          last: more ? failures.at(-1)!.number : null,
        },
      ),
      buttonLink(pathOf(at), t.desk.deskOf(nameOf(at)), 'secondary'),
    ],
  })
}

export async function actsPage(at: CarrierAt): Promise<Response> {
  const { c, carrier, viewer } = at
  const { t, format } = viewer
  const path = `${pathOf(at)}/acts`
  const before = numberOf(c.req.query('before'))
  const { acts, more } = await carrier.deskActs({ limit: PAGE, ...(before && { before }) })
  const heads = [t.orders.at, t.orders.by, t.orders.what, t.desk.lineMark, t.orders.outcome]
  const lines = acts.map(({ at: when, clerk, act, line, outcome }) => [
    format.minute(when),
    clerk,
    t.desk[`act-${act}`],
    line ? code({}, line.slice(0, 8)) : '–',
    outcome === 'done' ? t.orders.runDone : outcome === 'begun' ? t.counter.outcomeBegun : code({}, outcome),
  ])
  return deskPage(at, {
    title: t.orders.deskActs,
    path,
    content: [
      framed(t.orders.deskActs, heads, lines, t.orders.noActs),
      pages(at, path, {}, { before: before !== undefined, last: more ? acts.at(-1)!.number : null }),
      buttonLink(pathOf(at), t.desk.deskOf(nameOf(at)), 'secondary'),
    ],
  })
}
