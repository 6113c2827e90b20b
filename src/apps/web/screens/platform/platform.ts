// `/platform`: the desk of who runs the verification platform. What is wrong first, then what waits for a second clerk, queues,
// freshness, figures; tenants, keys, clerks and records have pages of their own. Whoever is a clerk here reads; each act has its part.

import { Hono } from 'hono'
import type { VNode } from 'preact'
import type { Alarm } from '../../../../roles/verifier/operator/contract.ts'
import { notice, panel, rows } from '../../components.ts'
import { ALARMS } from '../../messages-platform-desk.ts'
import type { Trouble } from '../../refusal-notice.ts'
import { li, p, ul } from '../../tags.ts'
import type { Viewer } from '../../viewer.ts'
import type { WebWorld } from '../../world.ts'
import type { At } from '../desk.ts'
import { ANY_PART, atDesk } from '../sign-in.ts'
import { actOnClerk, clerksPage } from './clerks.ts'
import { figurePanels, HOURS } from './figures.ts'
import { actOnFirm, firmsPage } from './firms.ts'
import { keysPage, rotate } from './keys.ts'
import { actOnLetter, queues } from './letters.ts'
import { CLERKS_PAGE, FIRMS, KEYS, PLATFORM, platformPage, RECORDS, TENANTS } from './page.ts'
import { actOnProposal, proposalPanels } from './proposals.ts'
import { recordsPage } from './records.ts'
import { actOnTenant, tenantsPage } from './tenants.ts'

export function platformScreens(world: WebWorld): Hono {
  const app = new Hono()
  const reading = (home: string) => atDesk(world, { office: 'platform', part: ANY_PART, home })
  const acting = (home: string, part = 'operator') => atDesk(world, { office: 'platform', part, home })
  app.get(
    '/',
    reading(PLATFORM)((at) => overview(at)),
  )
  app.post('/letter', acting(PLATFORM)(actOnLetter(overview)))
  // Releasing is one part, taking back another: the role looks which.
  app.post('/proposal', reading(PLATFORM)(actOnProposal(overview)))
  for (const form of ['/letter', '/proposal']) app.get(form, (c) => c.redirect(PLATFORM, 303))
  app
    .get(
      '/tenants',
      reading(TENANTS)((at) => tenantsPage(at)),
    )
    .post(acting(TENANTS)(actOnTenant))
  app
    .get(
      '/keys',
      reading(KEYS)((at) => keysPage(at)),
    )
    .post(acting(KEYS)(rotate))
  app
    .get(
      '/clerks',
      reading(CLERKS_PAGE)((at) => clerksPage(at)),
    )
    .post(acting(CLERKS_PAGE, 'administrator')(actOnClerk))
  app
    .get(
      '/firms',
      reading(FIRMS)((at) => firmsPage(at)),
    )
    .post(acting(FIRMS)(actOnFirm))
  app.get('/records', reading(RECORDS)(recordsPage))
  return app
}

const alarmsOf = ({ t, say }: Viewer, alarms: readonly Alarm[]): VNode =>
  alarms.length === 0
    ? notice('success', t.platformDesk.allWell)
    : notice('warning', t.platformDesk.alarms, ul({}, ...alarms.map((alarm) => li({}, say(ALARMS[alarm])))))

async function overview(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { viewer, world, clerk } = at
  const { t, format } = viewer
  const { freshness, open, alarms, ...figures } = await world.verifier.platformFigures({
    session: clerk.session,
    hours: HOURS,
  })
  const when = (time: Date | null) => (time ? format.minute(time) : t.platform.unknown)
  const feed = freshness.feed
    ? freshness.feed.waitingSince
      ? t.platform.feedWaits(format.minute(freshness.feed.waitingSince))
      : t.platform.feedClear
    : t.platform.unknown
  return platformPage(at, {
    title: t.platform.title,
    path: PLATFORM,
    trouble,
    content: [
      alarmsOf(viewer, alarms),
      ...(await proposalPanels(at)),
      ...(await queues(at)),
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
      p({}, t.platform.lead),
      ...figurePanels(viewer, figures),
    ],
  })
}
