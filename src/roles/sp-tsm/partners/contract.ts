// Partners: services whose application comes into the SIM after the holder's one PIN, without a mailed access code. Seed 0 蔦田.

import { z } from 'zod'
import { operation, zBytes, zNothing, zTime } from '../../../base/contract.ts'
import { zPartner } from '../../../protocol/tsm-messaging/contract.ts'

const zPartnerState = z.enum(['offered', 'deployed', 'removed'])

const shown = z.object({
  partner: zPartner,
  name: z.string(),
  app: zBytes,
  expiresAt: zTime,
  state: zPartnerState,
})
const byPartner = { requestId: z.string(), partner: zPartner }

export const partnerOperations = {
  partnerRecords: operation(
    'for the audit: applications of partners that are in SIMs, a page at a time, each with whether the SIM has a living order',
    z.object({ after: z.string(), limit: z.number().int().min(1).max(1000) }),
    z.object({
      partners: z.array(
        z.object({
          record: z.string(),
          partner: zPartner,
          carrier: z.string(),
          iccid: z.string(),
          ordered: z.boolean(),
        }),
      ),
    }),
  ),
  partnersOf: operation(
    'for the phone: services that have an application in its SIM, by the id of its order',
    z.object({ orderId: z.string() }),
    z.object({ partners: z.array(z.object({ requestId: z.string(), partner: zPartner, name: z.string() })) }),
  ),
  offerPartner: operation(
    'a service asks for its application in a SIM; the holder, on the phone, decides',
    z.object({ partner: zPartner, name: z.string().min(1).max(60), app: zBytes }),
    z.object({ requestId: z.string(), expiresAt: zTime }),
  ),
  showPartner: operation('what the holder must see before the PIN', z.object({ requestId: z.string() }), shown),
  approvePartner: operation(
    'signed by the key in the SIM: the carrier of this very SIM deploys the application of the partner',
    z.object({ requestId: z.string(), certificate: zBytes, signature: zBytes }),
    shown,
  ),
  partnerKeys: operation(
    'the first keys of its domain, for the service, once it was approved; which SIM it is is not told',
    z.object(byPartner),
    z.object({
      firstKeyVersion: z.number().int(),
      firstKeys: z.object({ enc: zBytes, mac: zBytes, dek: zBytes }),
    }),
  ),
  beginPartner: operation(
    'a channel to the domain of this partner',
    z.object(byPartner),
    z.object({ conversationId: z.string() }),
  ),
  sendPartner: operation(
    'C-APDUs of the service, carried on unopened',
    z.object({ ...byPartner, conversationId: z.string(), commands: z.array(zBytes).min(1).max(64) }),
    z.object({ responses: z.array(zBytes) }),
  ),
  endPartner: operation('the channel is closed', z.object({ ...byPartner, conversationId: z.string() }), zNothing),
  removePartner: operation(
    'application, domain and rules of the partner leave the SIM, on the word of the service or of the phone; safe to repeat',
    z.object({ requestId: z.string() }),
    zNothing,
  ),
}
