// The carrier's desk: what waits, what failed, figures, and what the shop may know of the line of who stands there.

import type { Carrier } from '../contract.ts'
import { checkGlobalEligibility, lineIsOf, type QuestionDeps } from '../lines.ts'
import type { Outbox } from '../outbox/outbox.ts'

type Desk = Pick<Carrier, 'notifications' | 'sendNotifications' | 'failures' | 'figures' | 'askAtShop'>

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
