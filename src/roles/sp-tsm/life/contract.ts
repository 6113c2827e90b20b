// What happens to a phone's certificate after it is there: stop, resume, renew, a new PIN, the end. Seed 4 (4)②, (5)③④⑦.

import { z } from 'zod'
import { operation, zBytes, zNothing, zSerial, zTime } from '../../../base/contract.ts'

/** Events of the state table. */
export const zLifeEvent = z.enum([
  'approve',
  'install',
  'confirmPin',
  'stop',
  'resume',
  'renew',
  'resetPin',
  'upgrade',
  'move',
  'end',
])
export type LifeEvent = z.output<typeof zLifeEvent>

/** On whose word. `line` and `sim` are the carrier's notifications, `authority` what its register says. */
export const zParty = z.enum(['holder', 'hot-line', 'counter', 'operator', 'line', 'sim', 'authority', 'sp-tsm'])
export type Party = z.output<typeof zParty>

/**
 * Who may end whose stop. A thief who holds the phone is not the holder: the holder is who signs with the card. What
 * the carrier or the authority stopped they let go on.
 */
export const MAY_LIFT = {
  holder: ['holder', 'counter', 'operator'],
  'hot-line': ['holder', 'counter', 'operator'],
  counter: ['counter', 'operator'],
  operator: ['operator'],
  line: ['line', 'operator'],
  sim: ['sim', 'operator'],
  authority: ['authority'],
  'sp-tsm': ['operator'],
} as const satisfies Record<Party, readonly Party[]>

export const mayLift = (stopper: Party, by: Party): boolean => (MAY_LIFT[stopper] as readonly Party[]).includes(by)

/** Why a certificate has to move: its SIM has no line any more, and the holder another SIM, here or at another carrier. */
export const zMoveCause = z.enum(['newSim', 'lostSim', 'portedOut'])
export type MoveCause = z.output<typeof zMoveCause>

/** Why an order ends, as the revocation of its certificate says. */
const zEndReason = z.enum(['cessationOfOperation', 'keyCompromise', 'superseded'])
export type EndReason = z.output<typeof zEndReason>

/** What the holder asks for with the card, from whatever phone. UTF-8 JSON, members in this order, signed by the 署名用 key. */
export const zHolderStatement = z.object({
  purpose: z.enum([
    'jpki-phone-stop',
    'jpki-phone-resume',
    'jpki-phone-reset-pin',
    'jpki-phone-end',
    'jpki-phone-show',
  ]),
  /** The SIM of the phone that the card is held to. */
  iccid: z.string().regex(/^[0-9]{19,20}$/),
  signedAt: z.iso.datetime(),
  /** 16 random bytes, hex: a statement counts once. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
})
export type HolderStatement = z.output<typeof zHolderStatement>

/** `proposed`: until another person releases it. `stopped`: too many failed. `aborted`: by an operator, for good; that version never begins again. */
const zCampaignState = z.enum(['proposed', 'running', 'paused', 'stopped', 'aborted'])
export type CampaignState = z.output<typeof zCampaignState>

const zRecord = <S extends z.ZodType<string>>(zState: S) =>
  z.object({
    number: z.number().int(),
    /** What the carrier knows the order by. */
    reference: z.string(),
    carrier: z.string(),
    iccid: z.string(),
    state: zState,
    cardAuthSerial: zSerial,
    serial: zSerial.nullable(),
    nextSerial: zSerial.nullable(),
    oldSerial: zSerial.nullable(),
    notAfter: zTime.nullable(),
    stoppedBy: z.array(zParty),
    /** Failures of the step that it waits for. */
    attempts: z.number().int(),
  })

/** What the SIM has of an order: what the order has, what is to follow it, something else, nothing. */
const zWhose = z.enum(['none', 'inUse', 'next', 'other'])

const zInspection = z.object({
  domain: z.boolean(),
  /** As the registry lists it. */
  applet: z.enum(['absent', 'selectable', 'locked']),
  /** Null when J-LIS has no keys there. */
  state: z
    .object({
      key: zWhose,
      certificate: zWhose,
      pin: z.enum(['none', 'transport', 'own']),
      life: z.enum(['active', 'suspended', 'terminated']),
    })
    .nullable(),
})
export type Inspection = z.output<typeof zInspection>

/** The operations, given the schema of an order. */
export const lifeOperations = <O extends z.ZodType, S extends z.ZodType<string>>(zOrder: O, zState: S) => {
  const orderId = z.object({ orderId: z.string() })
  const bySerial = { serial: zSerial, requestedBy: z.enum(['hot-line', 'counter', 'operator']) }
  return {
    stop: operation(
      '一時利用停止 by the phone itself: at once, and needs no PIN; asked again it is no error',
      orderId,
      zOrder,
    ),
    stopBySerial: operation(
      'stop by the serial number of the phone’s certificate or of the card’s: hot line, counter, operator',
      z.object(bySerial),
      zNothing,
    ),
    resumeBySerial: operation('end that stop, for who may: not the hot line', z.object(bySerial), zNothing),
    endBySerial: operation(
      'revoke for good and clear the SIM: counter, operator',
      z.object({ ...bySerial, reason: zEndReason }),
      zNothing,
    ),
    asHolder: operation(
      'what the holder signed with the card: stop, resume, reset the PIN, end, or show the order of his phone',
      z.object({ statement: zBytes }),
      zOrder,
    ),
    renew: operation(
      'a new key pair and certificate in the same SIM, from three months before the end; the PIN stays',
      orderId,
      zOrder,
    ),
    history: operation(
      'what happened to an order, the newest first',
      orderId,
      z.object({ events: z.array(z.object({ at: zTime, event: zLifeEvent, by: zParty, from: zState, to: zState })) }),
    ),
    places: operation(
      'where else the holder of an order has certificates: on the card, in other SIMs; no serial numbers',
      orderId,
      z.object({
        places: z.array(
          z.object({
            medium: z.enum(['card', 'phone']),
            status: z.enum(['valid', 'onHold', 'revoked', 'expired', 'unknown']),
            notAfter: zTime.nullable(),
            /** Of the other SIM. */
            carrier: z.string().nullable(),
          }),
        ),
      }),
    ),
    records: operation(
      'for the audit: orders by their reference, a page at a time; nothing that is secret, no order id',
      z.object({ after: z.number().int(), limit: z.number().int().min(1).max(1000) }),
      z.object({ orders: z.array(zRecord(zState)) }),
    ),
    inspect: operation(
      'for the audit: what is in a SIM, by its registry and by the applet’s own word to J-LIS; refused while a worker has it',
      z.object({ carrier: z.string(), iccid: z.string() }),
      zInspection,
    ),
    startCampaign: operation(
      'for operators: a later version of the applet for so many of a hundred certificates; called again it changes the share',
      z.object({
        version: z.number().int().min(2).max(127),
        percent: z.number().int().min(0).max(100),
        /** Of a hundred upgrades that ended: more failures stop the campaign. */
        mostErrors: z.number().int().min(0).max(100),
        /** So many must have ended before a rate of errors says anything; five, unless a trial is smaller. */
        enough: z.number().int().min(1).optional(),
        /** CAP of the JPKI package, of this version. */
        loadFile: zBytes,
      }),
      zNothing,
    ),
    planCampaign: operation(
      'for operators: how many certificates in use a share would reach, and how many have an earlier version; nothing is begun',
      z.object({ version: z.number().int().min(2).max(127), percent: z.number().int().min(0).max(100) }),
      z.object({ reached: z.number().int(), earlier: z.number().int() }),
    ),
    abortCampaign: operation(
      'for operators: no more begin, ever; what is under way ends, who has the version keeps it',
      z.object({ version: z.number().int() }),
      zNothing,
    ),
    pauseCampaign: operation(
      'for operators: no more begin; what is under way goes on',
      z.object({ version: z.number().int() }),
      zNothing,
    ),
    campaigns: operation(
      'for operators: versions, shares and how far they are, the newest first',
      zNothing,
      z.object({
        campaigns: z.array(
          z.object({
            version: z.number().int(),
            percent: z.number().int(),
            mostErrors: z.number().int(),
            state: zCampaignState,
            waiting: z.number().int(),
            underWay: z.number().int(),
            done: z.number().int(),
            failed: z.number().int(),
            /** The clerk who did; null for an administrator. */
            proposedBy: z.string().nullable(),
          }),
        ),
      }),
    ),
    followAuthority: operation(
      'take over what the register of certificates says of phones since the last time',
      zNothing,
      z.object({ taken: z.number().int() }),
    ),
  }
}
