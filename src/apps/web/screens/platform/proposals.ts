// What waits for a second clerk at the desk of the platform: released by whose part that is, or taken back.

import type { VNode } from 'preact'
import type { Verifier } from '../../../../roles/verifier/contract.ts'
import { zGrave } from '../../../../roles/verifier/operator/contract.ts'
import { hidden, notice, panel, post, rows, submit } from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { code, div, p } from '../../tags.ts'
import { fields } from '../../viewer.ts'
import type { At } from '../desk.ts'
import { type FirmAtDesk, firmRows } from './firms.ts'
import { PLATFORM } from './page.ts'
import { actName } from './records.ts'
import { namesOf } from './tenants.ts'

type Shown = (at: At, trouble: Trouble) => Promise<Response>

type Proposal = Awaited<ReturnType<Verifier['proposedActs']>>['proposals'][number]

export async function proposalPanels(at: At): Promise<VNode[]> {
  const { viewer, world, clerk } = at
  const { t } = viewer
  const { proposals } = await world.verifier.proposedActs({ session: clerk.session })
  if (proposals.length === 0) return []
  const names = await namesOf(at)
  const { firms } = await world.verifier.firmsAtDesk({ session: clerk.session })
  const firmOf = (id: string) => firms.find(({ representationId }) => representationId === id)
  return [
    panel(
      t.platformDesk.proposals,
      notice('info', t.platformDesk.grave),
      ...proposals.map((one) => shown(at, one, names.get(one.subject) ?? null, firmOf(one.subject))),
    ),
  ]
}

function shown(
  { viewer, clerk }: At,
  { act, subject, reason, clerk: by, at: when }: Proposal,
  name: string | null,
  firm: FirmAtDesk | undefined,
) {
  const { t, format } = viewer
  const form = (name_: 'release' | 'withdraw', text: string, kind: 'danger' | 'secondary') =>
    post(
      `${PLATFORM}/proposal`,
      ...[hidden('act', act), hidden('subject', subject), hidden('do', name_)],
      submit(text, kind),
    )
  return div(
    { class: 'part' },
    rows(
      [t.platform.act, actName(viewer, act)],
      // Who releases compares too.
      ...(firm
        ? firmRows(viewer, firm)
        : ([[t.platform.subject, [name === null ? null : `${name} `, code({}, subject)]]] as const)),
      [t.platform.reason, reason],
      [t.platformDesk.proposedBy, `${by} ${format.minute(when)}`],
    ),
    clerk.parts.includes('release') && clerk.clerkId !== by ? form('release', t.platformDesk.release, 'danger') : null,
    clerk.parts.includes('operator') ? form('withdraw', t.platformDesk.withdraw, 'secondary') : null,
    clerk.clerkId === by ? p({ class: 'hint' }, t.platformDesk.waitsForRelease) : null,
  )
}

export const actOnProposal = (overview: Shown) => async (at: At) => {
  const { world, clerk, c } = at
  const entered = await fields(c, 'act', 'subject', 'do')
  const { session } = clerk
  const act = zGrave.safeParse(entered.act)
  if (!act.success) return c.redirect(PLATFORM, 303)
  const of = { session, act: act.data, subject: entered.subject }
  const refused = await attempt(() =>
    entered.do === 'release' ? world.verifier.releaseAct(of) : world.verifier.withdrawAct(of),
  )
  return refused ? overview(at, refused) : c.redirect(`${PLATFORM}?done=proposal`, 303)
}
