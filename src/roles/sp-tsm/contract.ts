// SP-TSM: J-LIS's side of the download of certificate and key into a SIM. Seed 4 (3), 別紙1 to 別紙3.

import { z } from 'zod'
import { contract, type Implementation, operation, zBytes, zNothing, zSerial, zTime } from '../../base/contract.ts'
import {
  asText,
  type BasicRequest,
  fromText,
  zBasicRequest,
  zBasicResponse,
  zMobileSubscription,
  zSecureElement,
} from '../../protocol/tsm-messaging/contract.ts'
import { lifeOperations, zParty } from './life/contract.ts'

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
})
export type ApplicationForm = z.output<typeof zApplicationForm>

/**
 * Life of an order. On its way: accepted → deploying → … → written → active. Stopped: holding → held → suspended, and back
 * resuming → awake → active. Renewed: renewing → nextKeyPairMade → nextIssued → nextWritten → active, given up: renewalFailed →
 * nextRevoked → active. PIN reset: resetting → written. At its end: undoing → certificateRevoked → undone. The table: life/model.ts.
 */
export const zOrderState = z.enum([
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
  'undoing',
  'certificateRevoked',
  'undone',
])

export type OrderState = z.output<typeof zOrderState>

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
  /** Four digits, from `written` until the holder has set the PIN. */
  transportPin: z.string().nullable(),
  /** From when renewal is offered. */
  renewableFrom: zTime.nullable(),
  /** On whose word the certificate is stopped. */
  stoppedBy: z.array(zParty),
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
    'the line has another SIM; the old one will not be seen again',
    z.object({
      ...zEvent.shape,
      mobileSubscription: zMobileSubscription,
      oldSecureElement: zSecureElement,
      newSecureElement: zSecureElement,
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

export const spTsmContract = contract({
  role: 'sp-tsm',
  operations: {
    apply: operation(
      'an application as CMS SignedData by the card’s 署名用 key; signature, link, line, SIM and phone are checked before anything is sent',
      z.object({ application: zBytes }),
      zOrder,
    ),
    install: operation('start loading and personalising; asking again is no error', orderId, zOrder),
    order: operation('how far an order is', orderId, zOrder),
    confirmPin: operation(
      'the holder has set the PIN: the order becomes active, the transport PIN is forgotten',
      orderId,
      zOrder,
    ),
    remove: operation('revoke the certificate, then delete key, applet and security domain', orderId, zOrder),
    ...lifeOperations(zOrder, zOrderState),
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
