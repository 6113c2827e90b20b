// What a carrier's operators see: notifications on their way, what failed at SIMs and why, figures; and what the shop asks. No
// number of a line and no subscriber comes back: who stands at the desk is compared, never shown. Seed 4 (5)⑤⑥.

import { z } from 'zod'
import { operation, zNothing, zTime } from '../../../base/contract.ts'

const page = {
  /** The number of the last one seen. */
  before: z.number().int().optional(),
  limit: z.number().int().min(1).max(200),
}
const iccid = z.string().regex(/^[0-9]{19,20}$/)

export const zNotificationsShown = z.enum(['all', 'waiting', 'refused'])

/** The operations, given the schemas of what the shop is told of a line. */
export const deskOperations = <L extends z.ZodType, S extends z.ZodType, R extends z.ZodType>(
  zLineStatus: L,
  zServiceState: S,
  zIneligible: R,
) => ({
  notifications: operation(
    'for operators: notifications to the SP-TSM, the newest first; of one SIM when it is named',
    z.object({ ...page, iccid: iccid.optional(), show: zNotificationsShown }),
    z.object({
      notifications: z.array(
        z.object({
          number: z.number().int(),
          name: z.string(),
          at: zTime,
          attempts: z.number().int(),
          deliveredAt: zTime.nullable(),
          refusal: z.string().nullable(),
        }),
      ),
      more: z.boolean(),
    }),
  ),
  sendNotifications: operation('for operators: send what waits, now', zNothing, zNothing),
  failures: operation(
    'for operators: what failed at SIMs, the newest first, with what was said to them; what may be a secret is masked before it is kept',
    z.object({ ...page, iccid: iccid.optional() }),
    z.object({
      failures: z.array(
        z.object({
          number: z.number().int(),
          at: zTime,
          iccid,
          /** Of the domain that was spoken to, hex. */
          aid: z.string(),
          /** Refusal code, status word or name of the error. */
          code: z.string(),
          transcript: z.array(z.string()),
        }),
      ),
      more: z.boolean(),
    }),
  ),
  figures: operation(
    'for operators: SIMs by what the TSM knows of the service in them, notifications, and failures since then by their code',
    z.object({ since: zTime }),
    z.object({
      services: z.record(z.string(), z.number().int()),
      waiting: z.number().int(),
      oldestWaiting: zTime.nullable(),
      told: z.number().int(),
      /** Milliseconds from the change to the answer. */
      medianToTell: z.number().nullable(),
      failures: z.record(z.string(), z.number().int()),
    }),
  ),
  askAtShop: operation(
    'for the shop and for J-LIS’s call centre: the line of the person who is there, if it is theirs; null whatever else. The number of the SIM goes to J-LIS alone',
    z.object({
      msisdn: z.string().regex(/^[0-9]{10,15}$/),
      subscriber: z.object({ name: z.string(), birthDate: z.iso.date() }),
    }),
    z.object({
      line: z
        .object({
          iccid,
          status: zLineStatus,
          simModel: z.string(),
          deviceModel: z.string(),
          serviceState: zServiceState,
          /** Why the certificate could not come just now; empty when it could. */
          reasons: z.array(zIneligible),
          /** Changes of the line that J-LIS has not been told yet. */
          untold: z.number().int(),
        })
        .nullable(),
    }),
  ),
})
