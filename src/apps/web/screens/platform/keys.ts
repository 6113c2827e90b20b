// Keys of tenants at the desk of the platform: how far they are, and changed.

import { notice, panel, post, rows, submit } from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { p, progress } from '../../tags.ts'
import type { At } from '../desk.ts'
import { KEYS, platformPage } from './page.ts'

export async function keysPage(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { viewer, world, clerk } = at
  const { t, format } = viewer
  const { generation, keys, behind, tenants, newest } = await world.verifier.tenantKeys({ session: clerk.session })
  return platformPage(at, {
    title: t.platformDesk.keys,
    path: KEYS,
    trouble,
    waiting: behind > 0 && !trouble,
    content: [
      p({}, t.platformDesk.keysLead),
      panel(
        t.platformDesk.keys,
        keys === 0 ? null : p({}, t.platformDesk.keysDone(format.count(keys - behind), format.count(keys))),
        keys === 0 ? null : progress({ max: keys, value: keys - behind, 'aria-label': t.platformDesk.keys }),
        behind > 0 ? notice('warning', t.platformDesk.keysGoing) : null,
        rows(
          [t.platformDesk.generation, format.count(generation)],
          [t.platformDesk.keysAll, format.count(keys)],
          [t.platformDesk.keysOf, format.count(tenants)],
          [t.platformDesk.keysNewest, newest ? format.minute(newest) : t.platformDesk.never],
        ),
        p({ class: 'hint' }, t.platformDesk.rotateLead),
        clerk.parts.includes('operator') ? post(KEYS, submit(t.platformDesk.rotate)) : null,
      ),
    ],
  })
}

export async function rotate(at: At): Promise<Response> {
  const { c, world, clerk } = at
  const refused = await attempt(() => world.verifier.rotateTenantKeys({ session: clerk.session }))
  return refused ? keysPage(at, refused) : c.redirect(`${KEYS}?done=rotate`, 303)
}
