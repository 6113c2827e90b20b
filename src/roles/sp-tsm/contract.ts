// SP-TSM: J-LIS's side of the download of certificate and key into a SIM. Seed 4 (3), 別紙1 to 別紙3.

import { z } from 'zod'
import { contract, type Implementation, operation, zBytes, zNothing, zSerial, zTime } from '../../base/contract.ts'

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
 * Life of an order, in this order. Forward: accepted → deploying → … → written → active.
 * Backward, from any of them: undoing → certificateRevoked → undone; from `accepted`, where nothing was sent, at once.
 */
export const zOrderState = z.enum([
  'accepted',
  'deploying',
  'deployed',
  'keyed',
  'keyPairMade',
  'issued',
  'written',
  'active',
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
})
export type Order = z.output<typeof zOrder>

const orderId = z.object({ orderId: z.string() })

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
    census: operation(
      'for operators and crash tests: how many orders are in which state',
      zNothing,
      z.object({ orders: z.record(z.string(), z.number().int()) }),
    ),
  },
})
export type SpTsm = Implementation<typeof spTsmContract>
