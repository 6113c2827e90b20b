// What a carrier's operators see: notifications on their way, what failed at SIMs and why, figures; and what the shop asks. No
// number of a line and no subscriber comes back: who stands at the desk is compared, never shown. Seed 4 (5)⑤⑥.

import { z } from 'zod'
import { operation, zNothing, zTime } from '../../../base/contract.ts'
import { clerkOperations, zSession } from '../../../protocol/clerks/contract.ts'

const page = {
  /** The number of the last one seen. */
  before: z.number().int().optional(),
  limit: z.number().int().min(1).max(200),
}
const iccid = z.string().regex(/^[0-9]{19,20}$/)

export const zPart = z.enum(['operator', 'shop'])
export type Part = z.output<typeof zPart>

/** What is done at a carrier's desks, and whose part it is. */
export const DESK_ACTS = {
  find: 'shop',
  ask: 'shop',
  'new-sim': 'shop',
  suspend: 'shop',
  resume: 'shop',
  reserve: 'shop',
  end: 'shop',
  open: 'shop',
  send: 'operator',
} as const satisfies Record<string, Part>
export type DeskAct = keyof typeof DESK_ACTS
export const zDeskAct = z.enum(Object.keys(DESK_ACTS) as DeskAct[])

const zOutcome = z.string().regex(/^([a-z-]+\/[A-Za-z]+|done)$/)

export const zNotificationsShown = z.enum(['all', 'waiting', 'refused'])

/** The operations, given the schemas of what the shop is told of a line. */
export const deskOperations = <L extends z.ZodType, S extends z.ZodType, R extends z.ZodType>(
  zLineStatus: L,
  zServiceState: S,
  zIneligible: R,
) => ({
  ...clerkOperations(zPart),
  beginAct: operation(
    'for the desks: a clerk is about to do this, about the line of this number where there is one; refused when it is not their part',
    z.object({ session: zSession, act: zDeskAct, msisdn: z.string().max(20).optional() }),
    z.object({ actId: z.string() }),
  ),
  endAct: operation(
    'for the desks: what came of it: `done`, or the code of the refusal',
    z.object({ session: zSession, actId: z.string(), outcome: zOutcome }),
    zNothing,
  ),
  deskActs: operation(
    'for operators: who did what at a desk, the newest first; lines by the carrier’s own mark, not by number',
    z.object(page),
    z.object({
      acts: z.array(
        z.object({
          number: z.number().int(),
          at: zTime,
          clerk: z.string(),
          act: zDeskAct,
          line: z.string().nullable(),
          /** `begun` where it was broken off. */
          outcome: z.string(),
        }),
      ),
      more: z.boolean(),
    }),
  ),
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
