// Events at the desk of the platform: what waits for receivers, and what could not be delivered, tried again or proposed to be given up.

import type { VNode } from 'preact'
import { hidden, panel, post, submit, textField } from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { type Child, code, p } from '../../tags.ts'
import { fields } from '../../viewer.ts'
import type { At } from '../desk.ts'
import { framed } from '../operator.ts'
import { PLATFORM } from './page.ts'

type Shown = (at: At, trouble: Trouble) => Promise<Response>

export async function queues(at: At): Promise<VNode[]> {
  const { viewer, world, clerk } = at
  const { t, format } = viewer
  const { session } = clerk
  const { waiting, dead } = await world.verifier.undelivered({ session })
  const { proposals } = await world.verifier.proposedActs({ session })
  const proposed = new Set(proposals.filter(({ act }) => act === 'drop').map(({ subject }) => subject))
  const lines = waiting.map(({ clientId, count, oldest, failures }) => [
    code({}, clientId),
    format.count(count),
    format.minute(oldest),
    format.count(failures),
  ])
  return [
    panel(
      t.platform.dead,
      framed(
        t.platform.dead,
        [t.platform.at, t.platform.service, t.platform.reason, t.platform.act],
        dead.map(({ at: when, clientId, reason, jti }) => [
          format.minute(when),
          code({}, clientId),
          code({}, reason),
          letterForms(at, jti, proposed.has(jti)),
        ]),
        t.platform.noDead,
      ),
    ),
    panel(
      t.platform.queues,
      framed(
        t.platform.queues,
        [t.platform.service, t.platform.count, t.platform.oldest, t.platform.failures],
        lines,
        t.platform.noQueue,
      ),
    ),
  ]
}

function letterForms({ viewer: { t }, clerk }: At, jti: string, proposed: boolean): Child {
  if (!clerk.parts.includes('operator')) return proposed ? t.platformDesk.waitsForRelease : '–'
  const act = (name: string, ...more: Child[]) =>
    post(`${PLATFORM}/letter`, hidden('jti', jti), hidden('act', name), ...more)
  return [
    act('retry', submit(t.platform.retry, 'secondary')),
    proposed
      ? p({}, t.platformDesk.waitsForRelease)
      : act(
          'drop',
          textField({ name: 'reason', id: `reason-${jti}`, label: t.platform.dropReason }),
          submit(t.platformDesk.proposeDrop, 'danger'),
        ),
  ]
}

export const actOnLetter = (overview: Shown) => async (at: At) => {
  const { world, clerk, c, viewer } = at
  const { jti, act, reason } = await fields(c, 'jti', 'act', 'reason')
  const { session } = clerk
  if (act === 'drop' && !reasonIn(reason)) return overview(at, viewer.t.platform.reasonNeeded)
  const refused = await attempt(() =>
    act === 'drop'
      ? world.verifier.proposeAct({ session, act, subject: jti, reason: reason.trim() })
      : world.verifier.reviveLetter({ session, jti }),
  )
  return refused ? overview(at, refused) : c.redirect(`${PLATFORM}?done=letter`, 303)
}

export const reasonIn = (text: string): boolean => text.trim() !== '' && text.trim().length <= 200
