// `/authority/campaigns`: a later version of the applet by share. One operator proposes it with its load file, another one
// releases it; how far it is, what failed, pause and abort. No fact of anybody.

import { Hono } from 'hono'
import type { VNode } from 'preact'
import { loadFileOf } from '../../../adapters/cap-file.ts'
import type { Bytes } from '../../../base/bytes.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import type { SpTsm } from '../../../roles/sp-tsm/contract.ts'
import { spTsmRefusals } from '../../../roles/sp-tsm/index.ts'
import { buttonLink, digitsField, fileField, hidden, notice, panel, post, rows, submit, upload } from '../components.ts'
import type { Wrong } from '../entered.ts'
import { CAMPAIGN_STATES } from '../messages-campaigns.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, p, progress } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { type At, deskPage } from './desk.ts'
import { ORDERS } from './order.ts'
import { atDesk } from './sign-in.ts'

export const CAMPAIGNS = '/authority/campaigns'

type Campaign = Awaited<ReturnType<SpTsm['campaigns']>>['campaigns'][number]
type Act = Parameters<SpTsm['actOnCampaign']>[0]['act']

export function campaignScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = atDesk(world, { office: 'j-lis', part: 'operator' })
  app
    .get(
      '/',
      of((at) => page(at)),
    )
    .post(of(propose))
  app.post('/act', of(act))
  app.get('/act', (c) => c.redirect(CAMPAIGNS, 303))
  return app
}

async function page(at: At, trouble: Trouble | null = null, wrong: Wrong = {}): Promise<Response> {
  const { c, viewer, world } = at
  const { t } = viewer
  const { campaigns } = await world.spTsm.campaigns({})
  const done = c.req.query('done')
  const shown: VNode[] = []
  for (const campaign of campaigns) shown.push(await shownCampaign(at, campaign))
  return deskPage(at, {
    title: t.campaigns.title,
    path: CAMPAIGNS,
    trouble,
    wrong,
    waiting: campaigns.some(({ underWay }) => underWay > 0) && !trouble,
    content: [
      done ? notice('success', done === 'propose' ? t.campaigns.proposed : t.campaigns.acted) : null,
      p({}, t.campaigns.lead),
      campaigns.length === 0 ? p({}, t.campaigns.none) : div({ id: 'campaigns', 'data-live': 'yes' }, ...shown),
      proposal(at),
      buttonLink(ORDERS, t.orders.back, 'secondary'),
    ],
  })
}

async function shownCampaign(at: At, campaign: Campaign): Promise<VNode> {
  const { t, say, format } = at.viewer
  const { version, percent, mostErrors, state, waiting, underWay, done, failed, proposedBy } = campaign
  const all = waiting + underWay + done + failed
  const ended = done + failed
  const rate = ended === 0 ? 0 : Math.round((failed * 1000) / ended) / 10
  const title = t.campaigns.version(String(version))
  const plan = state === 'proposed' ? await at.world.spTsm.planCampaign({ version, percent }) : null
  return panel(
    title,
    p({ class: 'progress-words' }, t.campaigns.progress(format.count(done), format.count(all))),
    progress({ max: Math.max(all, 1), value: done, 'aria-label': title }),
    state === 'stopped' ? notice('warning', say(CAMPAIGN_STATES.stopped)) : null,
    plan ? notice('info', t.campaigns.reach(format.count(plan.reached), format.count(plan.earlier))) : null,
    rows(
      [t.campaigns.state, say(CAMPAIGN_STATES[state])],
      [t.campaigns.proposedBy, proposedBy ?? t.campaigns.administrator],
      [t.campaigns.share, t.campaigns.percent(format.count(percent))],
      [t.campaigns.done, format.count(done)],
      [t.campaigns.underWay, format.count(underWay)],
      [t.campaigns.waiting, format.count(waiting)],
      [t.campaigns.failed, format.count(failed)],
      [t.campaigns.rate, t.campaigns.errorRate(format.count(rate), format.count(mostErrors))],
    ),
    acts(at, campaign),
    failed > 0 ? buttonLink(`${ORDERS}?show=refused`, t.campaigns.failures, 'secondary') : null,
  )
}

/** Letting it begin is offered to whose part it is, and who has not proposed it. */
function acts({ viewer: { t }, clerk }: At, { version, state, proposedBy }: Campaign): VNode | null {
  if (state === 'aborted') return null
  const mayRelease = clerk.parts.includes('release') && clerk.clerkId !== proposedBy
  const release = state === 'proposed' ? t.campaigns.release : t.campaigns.goOn
  return post(
    `${CAMPAIGNS}/act`,
    hidden('version', String(version)),
    state !== 'running' && mayRelease ? submit(release, 'primary', 'act', 'release') : null,
    state === 'running' ? submit(t.campaigns.pause, 'secondary', 'act', 'pause') : null,
    submit(t.campaigns.abort, 'danger', 'act', 'abort'),
  )
}

const proposal = ({ viewer: { t } }: At): VNode =>
  panel(
    t.campaigns.propose,
    upload(
      CAMPAIGNS,
      digitsField({ name: 'version', label: t.campaigns.versionField, length: 3 }),
      digitsField({ name: 'percent', label: t.campaigns.percentField, hint: t.campaigns.percentHint, length: 3 }),
      digitsField({ name: 'mostErrors', label: t.campaigns.mostErrors, length: 3 }),
      fileField({ name: 'loadFile', label: t.campaigns.file, hint: t.campaigns.fileHint, optional: true }),
      submit(t.campaigns.proposeNow),
    ),
  )

const numberIn = (text: string, least: number, most: number): number | null => {
  const value = /^[0-9]{1,3}$/.test(plainText(text)) ? Number(plainText(text)) : -1
  return value >= least && value <= most ? value : null
}

async function propose(at: At): Promise<Response> {
  const entered = await fields(at.c, 'version', 'percent', 'mostErrors')
  const version = numberIn(entered.version, 2, 127)
  const percent = numberIn(entered.percent, 0, 100)
  const mostErrors = numberIn(entered.mostErrors, 0, 100)
  const { t } = at.viewer
  if (version === null || percent === null || mostErrors === null)
    return page(at, t.campaigns.shape, {
      version: version === null ? t.campaigns.versionShape : null,
      percent: percent === null ? t.campaigns.shareShape : null,
      mostErrors: mostErrors === null ? t.campaigns.shareShape : null,
    })
  const refused = await attempt(async () => {
    const loadFile = await sent(at)
    const asked = { session: at.clerk.session, version, percent, mostErrors, ...(loadFile && { loadFile }) }
    await at.world.spTsm.proposeCampaign(asked)
  })
  return refused ? page(at, refused) : at.c.redirect(`${CAMPAIGNS}?done=propose`, 303)
}

/** Undefined when no file was chosen. */
async function sent({ c }: At): Promise<Bytes | undefined> {
  const { loadFile } = await c.req.parseBody()
  if (!(loadFile instanceof File) || loadFile.size === 0) return undefined
  try {
    return loadFileOf(new Uint8Array(await loadFile.arrayBuffer()))
  } catch (error) {
    if (error instanceof CodecError) throw spTsmRefusals.noLoadFile({}, error)
    throw error
  }
}

const ACTS: readonly Act[] = ['release', 'pause', 'abort']

async function act(at: At): Promise<Response> {
  const entered = await fields(at.c, 'version', 'act', 'confirmed')
  const version = numberIn(entered.version, 2, 127)
  const wanted = ACTS.find((one) => one === entered.act)
  if (version === null || !wanted) return page(at)
  if (wanted === 'abort' && entered.confirmed !== 'yes') return confirmAbort(at, version)
  const { session } = at.clerk
  const refused = await attempt(() => at.world.spTsm.actOnCampaign({ session, version, act: wanted }))
  return refused ? page(at, refused) : at.c.redirect(`${CAMPAIGNS}?done=${wanted}`, 303)
}

const confirmAbort = (at: At, version: number): Response => {
  const { t } = at.viewer
  return deskPage(at, {
    title: t.campaigns.abortTitle,
    path: CAMPAIGNS,
    content: [
      notice('warning', t.campaigns.version(String(version)), p({}, t.campaigns.abortText)),
      post(
        `${CAMPAIGNS}/act`,
        hidden('version', String(version)),
        hidden('act', 'abort'),
        submit(t.campaigns.abortNow, 'danger', 'confirmed', 'yes'),
      ),
      buttonLink(CAMPAIGNS, t.life.goBack, 'secondary'),
    ],
  })
}
