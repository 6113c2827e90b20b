// MNO and MVNO: lines, SIM stock and the MNO-TSM. Operations bear the names of the GlobalPlatform messaging
// specification. Seed 4 (3) 別紙1, 別紙2.

import { z } from 'zod'
import { contract, type Implementation, operation, zBytes, zNothing } from '../../base/contract.ts'
import { ALGORITHMS } from '../../protocol/personalisation/index.ts'

export const zIccid = z.string().regex(/^[0-9]{19,20}$/)
export const zMsisdn = z.string().regex(/^[0-9]{10,15}$/)

/** Why a line, SIM and phone cannot have the service. */
export const zIneligible = z.enum([
  'unknown-line',
  'line-suspended',
  'sim-not-of-line',
  'sim-not-certified',
  'device-not-supported',
  'not-the-subscriber',
])

export type Ineligible = z.output<typeof zIneligible>

export const zSubscription = z.object({
  msisdn: zMsisdn,
  iccid: zIccid,
  simModel: z.string(),
  deviceModel: z.string(),
  /** To whom the line belongs; asked for equality only. */
  subscriber: z.object({ name: z.string(), birthDate: z.iso.date() }),
})

export type Subscription = z.output<typeof zSubscription>

export const carrierContract = contract({
  role: 'carrier',
  operations: {
    subscribe: operation('open a line with a SIM of the stock; the same again is no error', zSubscription, zNothing),
    stockSim: operation(
      'enter a SIM of the stock, for a line here or at an MVNO on this network; the same again is no error',
      z.object({ iccid: zIccid, simModel: z.string() }),
      zNothing,
    ),
    checkEligibility: operation(
      'CheckGlobalEligibility: can this line, SIM and phone have the service, and is the applicant its subscriber?',
      z.object({
        msisdn: zMsisdn,
        iccid: zIccid,
        deviceModel: z.string(),
        applicant: z.object({ name: z.string(), birthDate: z.iso.date() }),
      }),
      z.object({ eligible: z.boolean(), reasons: z.array(zIneligible) }),
    ),
    deployService: operation(
      'DeployService: security domain of the service provider and JPKI applet into the SIM, and the first keys of that domain; safe to repeat',
      z.object({
        serviceInstance: z.string(),
        iccid: zIccid,
        /** SHA-256 of the certificate of the provider's app: the rules in the SIM let it reach the applet. */
        uiApp: zBytes,
      }),
      z.object({
        securityDomainAid: zBytes,
        appletAid: zBytes,
        firstKeyVersion: z.number().int(),
        firstKeys: z.object({ enc: zBytes, mac: zBytes, dek: zBytes }),
        /** Kinds of key pairs that the chip makes itself; for others the authority makes one. */
        keyGeneration: z.array(z.enum(ALGORITHMS)),
      }),
    ),
    terminateService: operation(
      'TerminateService: applet, its load file and the security domain leave the SIM; safe to repeat',
      z.object({ serviceInstance: z.string(), iccid: zIccid }),
      zNothing,
    ),
    beginConversation: operation(
      'BeginConversation: a channel to an application in the SIM, through the TSM proxy of the phone',
      z.object({ iccid: zIccid, aid: zBytes }),
      z.object({ conversationId: z.string() }),
    ),
    sendScript: operation(
      'SendScript: C-APDUs in order; stops after the first that is refused',
      z.object({ conversationId: z.string(), commands: z.array(zBytes).min(1).max(64) }),
      z.object({ responses: z.array(zBytes) }),
    ),
    endConversation: operation('EndConversation', z.object({ conversationId: z.string() }), zNothing),
  },
})
export type Carrier = Implementation<typeof carrierContract>
