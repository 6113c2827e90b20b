// What J-LIS's operators see and do: orders, what failed and why, figures of each step, and who did what at a desk.
// No fact of a person, no number of a line, no order id. Seed 4 (5)⑤⑥.

import { z } from 'zod'
import { operation, zBytes, zFourInfo, zNothing, zSerial, zTime } from '../../../base/contract.ts'
import { clerkOperations, zSession } from '../../../protocol/clerks/contract.ts'
import { zLifeEvent, zParty } from '../life/contract.ts'

/** Which orders: with failures of the step they wait for, given up for a reason, whose turn it is. */
export const zShow = z.enum(['all', 'failing', 'refused', 'holder', 'working', 'active', 'stopped', 'ended'])
export type Show = z.output<typeof zShow>

export const zDesk = z.enum(['operator', 'call-centre'])
/** Parts of J-LIS's clerks: a desk each, and letting begin what another has prepared. */
export const zPart = z.enum([...zDesk.options, 'release'])
export type Part = z.output<typeof zPart>

const zCampaignAct = z.enum(['release', 'pause', 'abort'])
export const zDeskAct = z.enum([
  'find',
  'stop',
  'resume',
  'retry',
  'cancel',
  'propose',
  ...zCampaignAct.options,
  'revoke',
  'accredit',
  'resend',
])
export type DeskActName = z.output<typeof zDeskAct>

const reference = z.string().regex(/^[0-9a-f]{32}$/)
const zRun = z.object({
  at: zTime,
  step: z.string(),
  milliseconds: z.number().int(),
  outcome: z.enum(['done', 'refused', 'failed']),
  /** Refusal code, or the name of the error. */
  code: z.string().nullable(),
  /** C-APDUs and R-APDUs of a step that failed, decoded; what may be a secret is masked before it is kept. */
  transcript: z.array(z.string()),
})

/** The operations, given the schemas of an order's state, way and code. */
export function operatorOperations<
  S extends z.ZodType<string>,
  W extends z.ZodType<string>,
  C extends z.ZodType<string>,
>(zState: S, zWay: W, zCode: C) {
  const zShown = z.object({
    /** In the order of application. */
    number: z.number().int(),
    reference,
    way: zWay.nullable(),
    carrier: z.string(),
    iccid: z.string(),
    state: zState,
    waitsFor: zCode.nullable(),
    /** Whose turn it is; nobody's where all is done. */
    turn: z.enum(['holder', 'municipality', 'j-lis', 'carrier', 'mvno', 'post']).nullable(),
    appliedAt: zTime,
    openUntil: zTime.nullable(),
    refusal: z.string().nullable(),
    /** Failures of the step that it waits for. */
    attempts: z.number().int(),
    serial: zSerial.nullable(),
    stoppedBy: z.array(zParty),
  })
  return {
    ...clerkOperations(zPart),
    orders: operation(
      'for operators: orders, the newest first, a page at a time',
      z.object({
        /** Reference, ICCID or serial number, whole. */
        find: z.string().max(60).optional(),
        show: zShow.default('all'),
        carrier: z.string().max(40).optional(),
        /** The number of the last one seen. */
        before: z.number().int().optional(),
        limit: z.number().int().min(1).max(200).default(50),
      }),
      z.object({ orders: z.array(zShown), more: z.boolean() }),
    ),
    orderDetail: operation(
      'for operators: one order, what happened to it, and each run of a step with the transcript of those that failed',
      z.object({ reference }),
      z.object({
        order: zShown,
        done: z.number().int(),
        steps: z.number().int(),
        events: z.array(z.object({ at: zTime, event: zLifeEvent, by: zParty, from: zState, to: zState })),
        /** The newest first. */
        runs: z.array(zRun),
      }),
    ),
    actOnOrder: operation(
      'for operators: try the step again now, end the order and undo what was done, stop or resume its certificate; written down with the clerk',
      z.object({ reference, session: zSession, act: z.enum(['retry', 'cancel', 'stop', 'resume']) }),
      zNothing,
    ),
    proposeCampaign: operation(
      'for operators: a later version of the applet for so many of a hundred certificates, or another share of one that is there; nothing of it begins until another person releases it',
      z.object({
        session: zSession,
        version: z.number().int().min(2).max(127),
        percent: z.number().int().min(0).max(100),
        mostErrors: z.number().int().min(0).max(100),
        /** CAP of the JPKI package; that of the campaign when it is there. */
        loadFile: zBytes.optional(),
      }),
      zNothing,
    ),
    actOnCampaign: operation(
      'for operators: let a campaign begin or go on, which takes the part `release` and another person than who proposed it; begin no more; or end it for good',
      z.object({ session: zSession, version: z.number().int(), act: zCampaignAct }),
      zNothing,
    ),
    recordAct: operation(
      'for J-LIS’s desks at the authority and at the gateways, before they act: written down with whose session it is; refused when it is not an operator’s',
      z.object({
        session: zSession,
        act: z.enum(['revoke', 'accredit', 'resend']),
        subject: z.string().regex(/^[a-z0-9 -]{1,80}$/),
      }),
      zNothing,
    ),
    statistics: operation(
      'for operators: runs of each step since then, how many failed, and how long those took that did not',
      z.object({ since: zTime }),
      z.object({
        steps: z.array(
          z.object({
            step: z.string(),
            runs: z.number().int(),
            failed: z.number().int(),
            /** Milliseconds; null when none was done. */
            median: z.number().nullable(),
            longest: z.number().int().nullable(),
          }),
        ),
        orders: z.record(z.string(), z.number().int()),
      }),
    ),
    findForCaller: operation(
      'for the call centre: the order of who calls, by the line and its subscriber, or by the four facts; what was said is compared and never shown, and null says nothing of why',
      z.object({
        session: zSession,
        caller: z.union([
          z.strictObject({ msisdn: z.string().regex(/^[0-9]{10,15}$/), name: z.string(), birthDate: z.iso.date() }),
          z.strictObject({ fourInfo: zFourInfo }),
        ]),
      }),
      z.object({
        found: z
          .object({
            ...zShown.pick({ reference: true, state: true, way: true, waitsFor: true, turn: true }).shape,
            stoppedBy: z.array(zParty),
            refusal: z.string().nullable(),
            mayStop: z.boolean(),
            /** Whose word ends the stop. */
            mayResume: z.array(zParty),
          })
          .nullable(),
      }),
    ),
    stopForCaller: operation(
      'for the call centre: stop at once; the card, the counter or an operator ends it',
      z.object({ session: zSession, reference }),
      zNothing,
    ),
    deskActs: operation(
      'for operators: who did what at a desk, the newest first',
      z.object({ before: z.number().int().optional(), limit: z.number().int().min(1).max(200).default(50) }),
      z.object({
        acts: z.array(
          z.object({
            number: z.number().int(),
            at: zTime,
            desk: zDesk,
            clerk: z.string(),
            act: zDeskAct,
            /** Of the order, `campaign <version>`, or what the authority was asked about; null where nobody was found. */
            reference: z.string().nullable(),
            refusal: z.string().nullable(),
          }),
        ),
        more: z.boolean(),
      }),
    ),
  }
}
