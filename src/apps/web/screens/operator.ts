// What the operators of the authorities see on `/authority`: alarms, numbers, queues, generations, parties, and the life of
// one certificate. Every number is the authority's own, from its database.

import type { VNode } from 'preact'
import type { Authority, CertificateKind } from '../../../roles/authority/contract.ts'
import { buttonLink, hidden, notice, panel, post, type Row, rows, submit } from '../components.ts'
import { REASONS } from '../messages.ts'
import { a, type Child, caption, code, div, li, p, table, tbody, td, th, thead, tr, ul } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

type Overview = Awaited<ReturnType<Authority['overview']>>

export async function operatorPanels(viewer: Viewer, { authority }: WebWorld): Promise<VNode[]> {
  const found = await authority.overview({})
  const { parties } = await authority.parties({})
  const { t } = viewer
  return [
    alarms(viewer, found),
    panel(t.operator.issued, counts(viewer, found)),
    panel(t.operator.days, days(viewer, found)),
    panel(t.operator.freshness, rows(...freshness(viewer, found))),
    panel(t.operator.generations, rows(...generations(viewer, found))),
    panel(t.operator.parties, ...partiesOf(viewer, parties)),
  ]
}

const alarms = ({ t }: Viewer, found: Overview): VNode =>
  found.alarms.length === 0
    ? notice('success', t.operator.allWell)
    : notice('warning', t.operator.alarms, ul({}, ...found.alarms.map((alarm) => li({}, t.operator[alarm]))))

/**
 * In a hand each line stands as a list, each cell under its column's name. The heading above says the label to who sees.
 * `none` is said in place of a table without lines.
 */
export function framed(
  label: string,
  heads: readonly string[],
  lines: readonly (readonly Child[])[],
  none?: string,
): VNode {
  if (none !== undefined && lines.length === 0) return p({}, none)
  return div(
    { class: 'table-wrap', tabIndex: 0, role: 'region', 'aria-label': label },
    table(
      { class: 'lines' },
      caption({ class: 'visually-hidden' }, label),
      thead({}, tr({}, ...heads.map((text) => th({ scope: 'col' }, text)))),
      tbody({}, ...lines.map((line) => tr({}, ...line.map((cell, i) => td({ 'data-head': heads[i]! }, cell))))),
    ),
  )
}

const counts = ({ t, format }: Viewer, { certificates }: Overview): VNode =>
  framed(
    t.operator.issued,
    [t.operator.kind, t.operator.medium, t.operator.status, t.operator.count],
    certificates.map(({ kind, medium, status, count }) => [
      t.authority[kind],
      t.authority[medium],
      status === 'pending' ? t.operator.pending : t.authority[status],
      format.count(count),
    ]),
  )

const days = ({ t, format }: Viewer, { days: list }: Overview): VNode =>
  framed(
    t.operator.days,
    [t.operator.day, t.operator.kind, t.operator.medium, t.operator.issuedCount, t.operator.stoppedCount],
    list.map(({ day, kind, medium, issued, stopped }) => [
      day,
      t.authority[kind],
      t.authority[medium],
      format.count(issued),
      format.count(stopped),
    ]),
  )

function freshness({ t, format }: Viewer, { answers, lists, filters, register, log }: Overview): Row[] {
  const { count } = format
  const waiting = register.waiting === null ? '?' : count(register.waiting)
  return [
    [t.operator.answers, t.operator.answersValue(count(answers.kept), count(answers.due), count(answers.stale))],
    [t.operator.lists, t.operator.listsValue(count(lists.kept), count(lists.behind), count(lists.stale))],
    ...filters.map(
      ({ kind, number, until }): Row => [
        `${t.operator.filters} ${t.authority[kind]}`,
        t.operator.filterValue(count(number), format.minute(until)),
      ],
    ),
    [t.operator.register, t.operator.registerValue(count(register.sequence), waiting)],
    [t.operator.log, t.operator.logValue(count(log.entries), count(log.head))],
  ]
}

const generations = ({ t, format }: Viewer, { generations: all }: Overview): Row[] =>
  all.map(({ kind, generation, notAfter, issues }) => [
    t.authority[kind],
    t.operator.generationValue(format.count(generation), format.day(notAfter)) + (issues ? t.operator.issues : ''),
  ])

type Parties = Awaited<ReturnType<Authority['parties']>>['parties']

function partiesOf({ t, format }: Viewer, parties: Parties): VNode[] {
  const add = buttonLink('/authority/party', t.operator.addParty, 'secondary')
  if (parties.length === 0) return [p({}, t.operator.noParties), add]
  const heads = [t.operator.party, t.operator.services, t.operator.until, t.operator.answersToday]
  return [
    framed(
      t.operator.parties,
      heads,
      parties.map(({ name, displayName, services, ageLimits, accreditedUntil, answersToday }) => [
        [displayName, ' ', code({}, name)],
        [...services.map((one) => t.operator[`${one}_`]), ...ageLimits].join(', '),
        format.day(accreditedUntil),
        format.count(answersToday),
      ]),
    ),
    ...parties.flatMap(({ name }) => [
      buttonLink(`/authority/party?name=${encodeURIComponent(name)}`, t.operator.changeParty(name), 'secondary'),
      post('/authority/end-party', hidden('party', name), submit(t.operator.endParty(name), 'secondary')),
    ]),
    add,
  ]
}

/** What happened to one certificate, and its neighbours in the chain of renewals. */
export async function lifeOf(
  viewer: Viewer,
  { authority }: WebWorld,
  kind: CertificateKind,
  serial: bigint,
): Promise<VNode> {
  const { t, format, say } = viewer
  const { changes, serials, position } = await authority.life({ kind, serial })
  const link = (one: bigint) => a({ href: `/authority?kind=${kind}&serial=${one}` }, one.toString())
  return panel(
    t.operator.life,
    ul(
      {},
      ...changes.map(({ at, status, reason, by }) =>
        li(
          {},
          `${format.minute(at)} ${t.authority[status as 'revoked']} `,
          reason && reason in REASONS ? say(REASONS[reason as keyof typeof REASONS]) : null,
          ' ',
          code({}, by),
        ),
      ),
    ),
    serials.length < 2
      ? null
      : rows([
          t.operator.chain,
          ul({}, ...serials.map((one, i) => li({}, i === position ? one.toString() : link(one)))),
        ]),
  )
}
