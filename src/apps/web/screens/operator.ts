// What the operators of the authorities see on `/authority`: alarms, numbers, queues, generations, parties, and the life of
// one certificate. Every number is the authority's own, from its database.

import type { VNode } from 'preact'
import type { Authority, CertificateKind } from '../../../roles/authority/contract.ts'
import { buttonLink, hidden, notice, panel, post, type Row, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { REASONS } from '../messages.ts'
import { a, type Child, caption, code, div, h3, li, p, section, table, tbody, td, th, thead, tr, ul } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebWorld } from '../world.ts'

type Overview = Awaited<ReturnType<Authority['overview']>>

/** `operator`: one is signed in, and may change what the parties were granted. */
export async function operatorPanels(viewer: Viewer, { authority }: WebWorld, operator: boolean): Promise<VNode[]> {
  const found = await authority.overview({})
  const { parties } = await authority.parties({})
  const { t } = viewer
  return [
    alarms(viewer, found),
    panel(t.operator.issued, counts(viewer, found)),
    panel(t.operator.days, days(viewer, found)),
    panel(t.operator.freshness, rows(...freshness(viewer, found))),
    panel(t.operator.generations, rows(...generations(viewer, found))),
    panel(t.operator.parties, ...partiesOf(viewer, parties, operator)),
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
      tbody(
        {},
        ...lines.map((line) => tr({}, ...line.map((cell, i) => td({ 'data-head': heads[i]! }, div({}, cell))))),
      ),
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
      format.date(day),
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

const partiesOf = (viewer: Viewer, parties: Parties, operator: boolean): (VNode | null)[] => [
  parties.length === 0 ? p({}, viewer.t.operator.noParties) : null,
  ...parties.map((party) => partyOf(viewer, party, operator)),
  operator ? buttonLink('/authority/party', viewer.t.operator.addParty, 'secondary') : null,
]

function partyOf({ t, format, language }: Viewer, party: Parties[number], operator: boolean): VNode {
  const { name, displayName, services, ageLimits, accreditedUntil, answersToday } = party
  const granted = [...services.map((one) => t.operator[`${one}_`]), ...ageLimits.map((age) => t.operator.age(age))]
  return section(
    { class: 'certificate' },
    h3({}, inLanguage(displayName, language), ' ', code({}, name)),
    rows(
      [t.operator.services, format.list(granted) || '–'],
      [t.operator.until, format.day(accreditedUntil)],
      [t.operator.answersToday, format.count(answersToday)],
    ),
    operator
      ? buttonLink(`/authority/party?name=${encodeURIComponent(name)}`, t.operator.changeParty(name), 'secondary')
      : null,
    operator
      ? post('/authority/end-party', hidden('party', name), submit(t.operator.endParty(name), 'secondary'))
      : null,
  )
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
    changes.length === 0 ? p({}, t.operator.noChanges) : null,
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
