// SP-TSM: J-LIS's side of the download of certificate and key into a SIM. Seed 4 (3), 別紙1 to 別紙3.

import { z } from 'zod'
import {
  contract,
  type Implementation,
  operation,
  zBytes,
  zFourInfo,
  zNothing,
  zSerial,
  zTime,
} from '../../base/contract.ts'
import {
  asText,
  type BasicRequest,
  fromText,
  zBasicRequest,
  zBasicResponse,
  zMobileSubscription,
  zSecureElement,
} from '../../protocol/tsm-messaging/contract.ts'
import { lifeOperations, zMoveCause, zParty } from './life/contract.ts'
import { operatorOperations } from './operator/contract.ts'
import { partnerOperations } from './partners/contract.ts'

/** What the citizen signs: which SIM, on which line, in which phone. UTF-8 JSON, members in this order. */
export const zApplicationForm = z.object({
  purpose: z.literal('jpki-auth-certificate-for-phone'),
  carrier: z.string(),
  msisdn: z.string(),
  iccid: z.string(),
  deviceModel: z.string(),
  appliedAt: z.iso.datetime(),
  /** 16 random bytes, hex: an application counts once. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** Approve by mail and not by SMS: for lines without SMS. The carrier must know this address as the subscriber's. */
  mailAddress: z.email().optional(),
  /** In place of the certificate in the applicant's other SIM, which serves until this one does. */
  moves: z.literal(true).optional(),
})
export type ApplicationForm = z.output<typeof zApplicationForm>

/**
 * Life of an order. On its way: applied (codes are due) → accepted → deploying → … → written → active. Stopped: holding → held → suspended, and back
 * resuming → awake → active. Renewed: renewing → nextKeyPairMade → nextIssued → nextWritten → active, given up: renewalFailed →
 * nextRevoked → active. PIN reset: resetting → written. At its end: undoing → certificateRevoked → undone. The table: life/model.ts.
 */
export const zOrderState = z.enum([
  'applied',
  'accepted',
  'deploying',
  'deployed',
  'keyed',
  'loaded',
  'keyPairMade',
  'issued',
  'written',
  'active',
  'holding',
  'held',
  'suspended',
  'resuming',
  'awake',
  'renewing',
  'nextKeyPairMade',
  'nextIssued',
  'nextWritten',
  'renewalFailed',
  'nextRevoked',
  'resetting',
  'upgrading',
  'undoing',
  'certificateRevoked',
  'undone',
])

export type OrderState = z.output<typeof zOrderState>

export const zWay = z.enum(['home', 'card', 'counter'])
const zCodeWay = z.enum(['sms', 'mail', 'letter'])

export const zOrder = z.object({
  /** 128 random bits: who knows it is the phone that applied. */
  orderId: z.string(),
  state: zOrderState,
  /** For a progress bar: steps done and steps in all. */
  done: z.number().int(),
  steps: z.number().int(),
  /** Refusal code of what went wrong, when the order is being undone or was. */
  refusal: z.string().nullable(),
  serial: zSerial.nullable(),
  notAfter: zTime.nullable(),
  /** In `applied`: the code that the applicant must enter next, and when it ends. */
  due: z.object({ way: zWay, code: zCodeWay, expiresAt: zTime.nullable() }).nullable(),
  /** Four digits, from `written` until the holder has set the PIN. */
  transportPin: z.string().nullable(),
  /** From when renewal is offered. */
  renewableFrom: zTime.nullable(),
  /** On whose word the certificate is stopped. */
  stoppedBy: z.array(zParty),
  /** It takes the place of the certificate in another SIM. */
  moves: z.boolean(),
  /** Its SIM has no line any more: it serves until it has moved, but not longer than this. */
  move: z.object({ because: zMoveCause, until: zTime }).nullable(),
  /** On whose word it ends or has ended; null while it does not. */
  endedBy: zParty.nullable(),
})
export type Order = z.output<typeof zOrder>

const orderId = z.object({ orderId: z.string() })

const zEvent = z.object({
  ...zBasicRequest.shape,
  /** When it happened at the carrier. */
  date: zTime,
})

/** Why a line is not, or is again, in use. */
export const zSubscriptionReason = z.enum([
  'asked-by-subscriber',
  'lost-or-stolen',
  'found-again',
  'unpaid',
  'paid',
  'cancelled',
  'ported-out',
  'subscriber-died',
])

/** What became of the SIM that a line had. */
export const zSimRenewalReason = z.enum(['exchanged', 'lost-or-stolen', 'defective'])

/** Notifications of a carrier: about a SIM that holds the service, in the order in which they happened to its line. */
const notifications = {
  handleMobileSubscriptionStatusChangeNotification: operation(
    'the line was suspended, activated again, restricted or terminated',
    z.object({
      ...zEvent.shape,
      secureElement: zSecureElement,
      mobileSubscription: zMobileSubscription,
      mobileSubscriptionStatus: z.enum(['SUSPENDED', 'ACTIVATED', 'RESTRICTED', 'TERMINATED']),
      reason: zSubscriptionReason,
    }),
    zBasicResponse(zNothing),
  ),
  handleMobileSubscriptionIdentifierChangedNotification: operation(
    'the line has another number; SIM and subscriber are the same',
    z.object({
      ...zEvent.shape,
      secureElement: zSecureElement,
      oldMobileSubscription: zMobileSubscription,
      newMobileSubscription: zMobileSubscription,
    }),
    zBasicResponse(zNothing),
  ),
  handleSERenewalNotification: operation(
    'the line has another SIM; the old one is in its holder’s hands, or lost, or broken',
    z.object({
      ...zEvent.shape,
      mobileSubscription: zMobileSubscription,
      oldSecureElement: zSecureElement,
      newSecureElement: zSecureElement,
      reason: zSimRenewalReason,
    }),
    zBasicResponse(zNothing),
  ),
  handleSEDeviceChangedNotification: operation(
    'the SIM is in another phone',
    z.object({
      ...zEvent.shape,
      secureElement: zSecureElement,
      oldDeviceModel: z.string(),
      newDeviceModel: z.string(),
    }),
    zBasicResponse(zNothing),
  ),
  handleSEMobileSubscriptionChangedNotification: operation(
    'the SIM belongs to another subscription: its line was made over to another person',
    z.object({
      ...zEvent.shape,
      secureElement: zSecureElement,
      oldMobileSubscription: zMobileSubscription,
      newMobileSubscription: zMobileSubscription,
    }),
    zBasicResponse(zNothing),
  ),
  handleSEStatusChangeNotification: operation(
    'the SIM itself was locked, unlocked or destroyed',
    z.object({
      ...zEvent.shape,
      secureElement: zSecureElement,
      secureElementStatus: z.enum(['LOCKED', 'ACTIVE', 'TERMINATED']),
    }),
    zBasicResponse(zNothing),
  ),
} as const
/** 本人確認 as the counter did it; the reference names the document. */
const zCounterProof = z.object({ how: z.string().max(40), reference: z.string().max(40) })
const zOutcome = z.enum(['passed', 'failed', 'indeterminate'])

export const spTsmContract = contract({
  role: 'sp-tsm',
  operations: {
    apply: operation(
      'an application as CMS SignedData by the card’s 署名用 key; signature, link, line, SIM and phone are checked before anything is sent, then a code by SMS or mail approves it',
      z.object({ application: zBytes }),
      zOrder,
    ),
    applyFromHome: operation(
      'an application without the card: four facts as entered; a code by SMS to the line, then one by 本人限定受取郵便, approve it',
      z.object({ form: zApplicationForm, fourInfo: zFourInfo }),
      zOrder,
    ),
    applyAtCounter: operation(
      'an application by a clerk with the citizen present, who signs with the card or has shown documents; accepted at once',
      z.object({
        by: z.union([z.object({ application: zBytes }), z.object({ form: zApplicationForm, fourInfo: zFourInfo })]),
        clerk: z.string().max(40),
        /** Of the counter's record. */
        act: z.string().max(64),
        proof: zCounterProof,
      }),
      zOrder,
    ),
    confirmCode: operation(
      'the code that is due; the last one makes the order accepted. Few tries, and each code counts once',
      z.object({ orderId: z.string(), code: z.string().regex(/^[0-9]{6,10}$/) }),
      zOrder,
    ),
    resendCode: operation('a new code in place of the one that is due', orderId, zOrder),
    evidence: operation(
      'for operators: who proved what, when and how, for one application; `whole` when no row was changed or is missing',
      z.object({ reference: z.string() }),
      z.object({
        whole: z.boolean(),
        evidence: z.array(
          z.object({
            at: zTime,
            kind: z.string(),
            by: z.string(),
            proves: z.string(),
            cite: z.string(),
            outcome: zOutcome,
            checks: z.array(z.object({ name: z.string(), cite: z.string(), outcome: zOutcome })),
            /** Whether a document or a line is kept with it, sealed. */
            sealed: z.boolean(),
          }),
        ),
      }),
    ),
    install: operation(
      'start loading and personalising, if line, SIM and card are still what they were; asking again is no error',
      orderId,
      zOrder,
    ),
    order: operation('how far an order is', orderId, zOrder),
    confirmPin: operation(
      'the holder has set the PIN: the order becomes active, the transport PIN is forgotten',
      orderId,
      zOrder,
    ),
    remove: operation('revoke the certificate, then delete key, applet and security domain', orderId, zOrder),
    ...lifeOperations(zOrder, zOrderState),
    ...partnerOperations,
    ...operatorOperations(zOrderState, zWay, zCodeWay),
    census: operation(
      'for operators and crash tests: how many orders are in which state',
      zNothing,
      z.object({ orders: z.record(z.string(), z.number().int()) }),
    ),
    ...notifications,
  },
})
export type SpTsm = Implementation<typeof spTsmContract>
export type NotificationName = keyof typeof notifications
/** What a carrier asks of the SP-TSM: to hear what happened. */
export type Notifications = Pick<SpTsm, NotificationName>
/** What a notification says beside who says it under which identifier. */
export type NotificationOf<N extends NotificationName> = Omit<Parameters<SpTsm[N]>[0], keyof BasicRequest>
/** A notification as it is kept until it is sent. */
export const notificationText = <N extends NotificationName>(name: N, body: Parameters<SpTsm[N]>[0]): string =>
  asText(notifications[name].input, body)
export const readNotification = <N extends NotificationName>(name: N, text: string): Parameters<SpTsm[N]>[0] =>
  fromText(notifications[name].input, text) as Parameters<SpTsm[N]>[0]
