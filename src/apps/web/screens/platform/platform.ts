// `/platform`: the desk of who runs the verification platform. Figures, freshness, what waits and what could not be delivered;
// tenants and records have pages of their own. Auditors read; operators act.

import { Hono } from 'hono'
import type { VNode } from 'preact'
import { buttonLink, hidden, notice, panel, post, rows, submit, textField } from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { type Child, code, p } from '../../tags.ts'
import { fields } from '../../viewer.ts'
import type { WebWorld } from '../../world.ts'
import { type At, deskPage } from '../desk.ts'
import { framed } from '../operator.ts'
import { atDesk } from '../sign-in.ts'
import { figurePanels, HOURS } from './figures.ts'
import { RECORDS, recordsPage } from './records.ts'
import { actOnTenant, TENANTS, tenantsPage } from './tenants.ts'

export const PLATFORM = '/platform'

export function platformScreens(world: WebWorld): Hono {
  const app = new Hono()
  const reading = (home: string) => atDesk(world, { office: 'platform', part: 'auditor', home })
  const acting = (home: string) => atDesk(world, { office: 'platform', part: 'operator', home })
  app.get(
    '/',
    reading(PLATFORM)((at) => overview(at)),
  )
  app.post('/letter', acting(PLATFORM)(actOnLetter))
  app.get('/letter', (c) => c.redirect(PLATFORM, 303))
  app.get(
    '/tenants',
    reading(TENANTS)((at) => tenantsPage(at)),
  )
  app.post('/tenants', acting(TENANTS)(actOnTenant))
  app.get('/records', reading(RECORDS)(recordsPage))
  return app
}

async function overview(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { c, viewer, world, clerk } = at
  const { t, format } = viewer
  const { freshness, open, ...figures } = await world.verifier.platformFigures({ session: clerk.session, hours: HOURS })
  const when = (time: Date | null) => (time ? format.minute(time) : t.platform.unknown)
  const feed = freshness.feed
    ? freshness.feed.waitingSince
      ? t.platform.feedWaits(format.minute(freshness.feed.waitingSince))
      : t.platform.feedClear
    : t.platform.unknown
  return deskPage(at, {
    title: t.platform.title,
    path: PLATFORM,
    trouble,
    content: [
      c.req.query('done') ? notice('success', t.platform.done) : null,
      p({}, t.platform.lead),
      buttonLink(TENANTS, t.platform.toTenants, 'secondary'),
      buttonLink(RECORDS, t.platform.toRecords, 'secondary'),
      ...figurePanels(viewer, figures),
      panel(
        t.platform.freshness,
        rows(
          [t.platform.list, when(freshness.listIssuedAt)],
          [t.platform.answer, when(freshness.answerProducedAt)],
          [t.platform.feed, feed],
        ),
      ),
      panel(
        t.platform.open,
        rows(
          [t.platform.openLogins, format.count(open.logins)],
          [t.platform.openApprovals, format.count(open.approvals)],
        ),
      ),
      ...(await queues(at)),
    ],
  })
}

async function queues(at: At): Promise<VNode[]> {
  const { viewer, world } = at
  const { t, format } = viewer
  const { waiting, dead } = await world.verifier.undelivered({})
  const lines = waiting.map(({ clientId, count, oldest, failures }) => [
    code({}, clientId),
    format.count(count),
    format.minute(oldest),
    format.count(failures),
  ])
  return [
    panel(
      t.platform.queues,
      lines.length === 0
        ? p({}, t.platform.noQueue)
        : framed(
            t.platform.queues,
            [t.platform.service, t.platform.count, t.platform.oldest, t.platform.failures],
            lines,
          ),
    ),
    panel(
      t.platform.dead,
      dead.length === 0
        ? p({}, t.platform.noDead)
        : framed(
            t.platform.dead,
            [t.platform.at, t.platform.service, t.platform.reason, t.platform.act],
            dead.map((letter) => [
              format.minute(letter.at),
              code({}, letter.clientId),
              code({}, letter.reason),
              letterForms(at, letter.jti),
            ]),
          ),
    ),
  ]
}

function letterForms({ viewer: { t }, clerk }: At, jti: string): Child {
  if (!clerk.parts.includes('operator')) return '–'
  const act = (name: string, ...more: Child[]) =>
    post(`${PLATFORM}/letter`, hidden('jti', jti), hidden('act', name), ...more)
  return [
    act('retry', submit(t.platform.retry, 'secondary')),
    act(
      'drop',
      textField({ name: 'reason', id: `reason-${jti}`, label: t.platform.dropReason }),
      submit(t.platform.drop, 'danger'),
    ),
  ]
}

async function actOnLetter(at: At): Promise<Response> {
  const { world, clerk, c, viewer } = at
  const { jti, act, reason } = await fields(c, 'jti', 'act', 'reason')
  const of = { session: clerk.session, jti }
  if (act === 'drop' && !reasonIn(reason)) return overview(at, viewer.t.platform.reasonNeeded)
  const refused = await attempt(() =>
    act === 'drop' ? world.verifier.dropLetter({ ...of, reason: reason.trim() }) : world.verifier.reviveLetter(of),
  )
  return refused ? overview(at, refused) : c.redirect(`${PLATFORM}?done=letter`, 303)
}

const reasonIn = (text: string): boolean => text.trim() !== '' && text.trim().length <= 200
