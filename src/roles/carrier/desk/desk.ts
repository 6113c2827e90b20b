// The carrier's desk: what waits, what failed, figures, and what the shop may know of the line of who stands there.

import { hex } from '../../../base/bytes.ts'
import { type ClerkDeps, clerksOf } from '../../../protocol/clerks/clerks.ts'
import type { Carrier } from '../contract.ts'
import { checkGlobalEligibility, lineIsOf, type QuestionDeps } from '../lines.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { no } from '../refusals.ts'
import { DESK_ACTS, type Part, zDeskAct } from './contract.ts'

type Desk = Pick<Carrier, 'notifications' | 'sendNotifications' | 'failures' | 'figures' | 'askAtShop'>

const { operations: clerks, signedIn } = clerksOf<Part>('carrier', no)

/** Clerks, and what they do: written down before it is done, and with what came of it. */
export const deskActs = (
  deps: ClerkDeps & Pick<QuestionDeps, 'store'>,
): Pick<Carrier, 'beginAct' | 'endAct' | 'deskActs'> & ReturnType<typeof clerks> => ({
  ...clerks(deps),
  beginAct: async ({ session, act, msisdn }) => {
    const { store, entropy, clock, log } = deps
    const { clerkId: clerk } = await signedIn(deps, session, DESK_ACTS[act])
    const subject = (msisdn && (await store.line(msisdn))?.line_id) || ''
    const act_id = hex(entropy(16))
    await store.acts.write({ act_id, at: clock(), clerk, act, subject, reason: '', outcome: 'begun' })
    log('carrier.desk', { act, clerk })
    return { actId: act_id }
  },
  endAct: async ({ session, actId, outcome }) => {
    const { clerkId } = await signedIn(deps, session)
    await deps.store.acts.end(actId, clerkId, outcome, deps.clock())
    return {}
  },
  deskActs: async ({ before, limit }) => {
    const rows = await deps.store.acts.written(limit + 1, { before })
    const acts = rows.slice(0, limit).map(({ number, at, clerk, act, subject, outcome }) => ({
      ...{ number, at, clerk, act: zDeskAct.parse(act), line: subject === '' ? null : subject, outcome },
    }))
    return { acts, more: rows.length > limit }
  },
})

export function desk(deps: QuestionDeps, box: Outbox): Desk {
  const { store } = deps
  const eligible = checkGlobalEligibility(deps)
  return {
    notifications: async ({ limit, ...wanted }) => {
      const rows = await store.notificationsShown({ ...wanted, limit: limit + 1 })
      const notifications = rows.slice(0, limit).map(({ sequence, name, at, attempts, delivered_at, refusal }) => ({
        ...{ number: sequence, name, at, attempts, deliveredAt: delivered_at, refusal },
      }))
      return { notifications, more: rows.length > limit }
    },
    sendNotifications: async () => {
      await box.wake()
      return {}
    },
    failures: async ({ limit, ...wanted }) => {
      const rows = await store.failures({ ...wanted, limit: limit + 1 })
      const failures = rows.slice(0, limit).map(({ transcript, ...failure }) => ({
        ...failure,
        transcript: transcript === '' ? [] : transcript.split('\n'),
      }))
      return { failures, more: rows.length > limit }
    },
    figures: async ({ since }) => ({
      ...(await store.notificationFigures(since)),
      services: await store.serviceCounts(),
      failures: await store.failureCounts(since),
    }),
    askAtShop: async ({ msisdn, subscriber }) => {
      const line = await store.line(msisdn)
      if (!line || !lineIsOf(line, subscriber)) return { line: null }
      const { iccid, device_model: deviceModel, status } = line
      const { reasons } = await eligible({ msisdn, iccid, deviceModel, applicant: subscriber })
      const sim = await store.sim(iccid)
      const serviceState = (await store.service(iccid))?.state ?? 'none'
      const untold = await store.untold(line.line_id)
      return {
        line: { iccid, status, simModel: sim?.model ?? '', deviceModel, serviceState, reasons: [...reasons], untold },
      }
    },
  }
}
