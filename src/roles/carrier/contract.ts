// MNO and MVNO: lines, SIM stock and the MNO-TSM. Functions bear the names of the GlobalPlatform messaging
// specification (GPC-M). Seed 4 (3) 別紙1, 別紙2.

import { z } from 'zod'
import { contract, type Implementation, operation, zBytes, zNothing, zTime } from '../../base/contract.ts'
import { ALGORITHMS } from '../../protocol/personalisation/index.ts'
import { zBasicRequest, zBasicResponse, zPartner } from '../../protocol/tsm-messaging/contract.ts'
import { zReach } from '../phone/contract.ts'
import { zSimRenewalReason, zSubscriptionReason } from '../sp-tsm/contract.ts'
import { deskOperations } from './desk/contract.ts'

const zIccid = z.string().regex(/^[0-9]{19,20}$/)
const zMsisdn = z.string().regex(/^[0-9]{10,15}$/)

/** Why a line, SIM and phone cannot have the service. */
export const zIneligible = z.enum([
  'unknown-line',
  'line-suspended',
  'sim-not-of-line',
  'sim-not-certified',
  'device-not-supported',
  'device-locked',
  'no-bearer',
  'offline',
  'not-the-subscriber',
  'mail-not-the-subscribers',
])

export type Ineligible = z.output<typeof zIneligible>

/** Who loads: the carrier; the service provider with a token for each command; the service provider alone. GPC v2.3.1 §9.1.3. */
const zManagementMode = z.enum(['SIMPLE', 'DELEGATED', 'AUTHORIZED'])
export type ManagementMode = z.output<typeof zManagementMode>

/** With a mail address where approval is wished there: the carrier must know it as the subscriber's. */
const zSubscriber = z.object({ name: z.string(), birthDate: z.iso.date(), mailAddress: z.email().optional() })

const zSubscription = z.object({
  msisdn: zMsisdn,
  iccid: zIccid,
  simModel: z.string(),
  deviceModel: z.string(),
  /** To whom the line belongs; asked for equality only. */
  subscriber: zSubscriber,
})

export type Subscription = z.output<typeof zSubscription>

/** How the carrier reaches a SIM: TSM proxy, RAM over HTTP, secured packets in messages. */
const zBearer = z.enum(['proxy', 'https', 'sms'])
export type Bearer = z.output<typeof zBearer>

export const zLineStatus = z.enum(['active', 'restricted', 'suspended'])
export type LineStatus = z.output<typeof zLineStatus>

/** What the carrier's TSM knows of the service in a SIM. */
export const zServiceState = z.enum(['none', 'deploying', 'deployed', 'suspended'])
export type ServiceState = z.output<typeof zServiceState>

const service = { ...zBasicRequest.shape, serviceInstance: z.string(), iccid: zIccid }
const requestingEntity = zBasicRequest.shape.requestingEntity
const msisdn = zMsisdn
const because = { msisdn, reason: zSubscriptionReason }

/** What happens at the carrier's counter and in its network. The SP-TSM is told of it when the SIM holds the service. */
const ofLines = {
  subscribe: operation('open a line with a SIM of the stock; the same again is no error', zSubscription, zNothing),
  stockSim: operation(
    'enter a SIM of the stock, for a line here or at an MVNO on this network; the same again is no error',
    z.object({ iccid: zIccid, simModel: z.string(), requestingEntity: requestingEntity.optional() }),
    zNothing,
  ),
  suspendLine: operation('no calls and no data until it is resumed', z.object(because), zNothing),
  restrictLine: operation('no calls but to the carrier', z.object(because), zNothing),
  resumeLine: operation('the line is in use again', z.object(because), zNothing),
  terminateLine: operation('the line is closed for good', z.object(because), zNothing),
  renewSim: operation(
    'another SIM of the stock for the line, and what became of the one that it had',
    z.object({ msisdn, iccid: zIccid, simModel: z.string(), reason: zSimRenewalReason }),
    zNothing,
  ),
  changeDevice: operation('the SIM was seen in another phone', z.object({ msisdn, deviceModel: z.string() }), zNothing),
  changeMsisdn: operation('another number for the line', z.object({ msisdn, newMsisdn: zMsisdn }), zNothing),
  transferLine: operation(
    'the line is made over to another person (名義変更)',
    z.object({ msisdn, subscriber: zSubscriber }),
    zNothing,
  ),
  changeSimStatus: operation(
    'the SIM itself is locked, unlocked or destroyed',
    z.object({ iccid: zIccid, status: z.enum(['LOCKED', 'ACTIVE', 'TERMINATED']) }),
    zNothing,
  ),
  reservePortOut: operation(
    'MNP予約番号: with it another carrier takes the number over, until it expires',
    z.object({ msisdn }),
    z.object({ reservation: z.string(), expiresAt: zTime }),
  ),
  portOut: operation(
    'another carrier takes the number over: the line here is closed; the same again is no error',
    z.object({ msisdn, reservation: z.string(), requestingEntity }),
    zNothing,
  ),
  portIn: operation(
    'open a line for a number that another carrier gives up',
    z.object({ ...zSubscription.shape, reservation: z.string(), from: requestingEntity }),
    zNothing,
  ),
  inventory: operation(
    'for operators: the SIMs of the stock by ICCID, a page at a time, and what the TSM knows of the service in each',
    z.object({ after: z.string(), limit: z.number().int().min(1).max(1000) }),
    z.object({
      sims: z.array(
        z.object({
          iccid: zIccid,
          status: z.enum(['LOCKED', 'ACTIVE', 'TERMINATED']),
          serviceState: zServiceState,
          serviceInstance: z.string().nullable(),
        }),
      ),
    }),
  ),
  line: operation(
    'for operators: a line as it is',
    z.object({ msisdn }),
    z.object({ status: zLineStatus, iccid: zIccid, deviceModel: z.string(), serviceState: zServiceState }),
  ),
}

const ofMessaging = {
  checkGlobalEligibility: operation(
    'CheckGlobalEligibility: can this line, SIM and phone have the service, and is the applicant its subscriber?',
    z.object({ msisdn, iccid: zIccid, deviceModel: z.string(), applicant: zSubscriber }),
    z.object({ eligible: z.boolean(), reasons: z.array(zIneligible).readonly(), bearer: zBearer.nullable() }),
  ),
  checkMobileSubscriptionEligibility: operation(
    'CheckMobileSubscriptionEligibility: the line alone, by the number of its SIM',
    z.object({ iccid: zIccid }),
    z.object({ eligible: z.boolean(), reasons: z.array(zIneligible) }),
  ),
  reach: operation(
    'for an MVNO on this network: the phone that this SIM is in and the networks that it has just now; null when it does not answer',
    z.object({ requestingEntity, iccid: zIccid }),
    z.object({ reach: zReach.nullable() }),
  ),
  getDeviceCapabilityProfileId: operation(
    'GetDeviceCapabilityProfileId: the model of the phone that this SIM was last seen in',
    z.object({ iccid: zIccid }),
    z.object({ profileId: z.string() }),
  ),
  getSECapabilityProfileId: operation(
    'GetSECapabilityProfileId: the model of this SIM',
    z.object({ iccid: zIccid }),
    z.object({ profileId: z.string(), jpkiCertified: z.boolean() }),
  ),
  getServiceState: operation(
    'GetServiceState: what the TSM knows of the service in this SIM',
    z.object({ iccid: zIccid }),
    z.object({ state: zServiceState, serviceInstance: z.string().nullable() }),
  ),
  getApplicationOrELFStatus: operation(
    'GetApplicationOrELFStatus: applications and load files of the SIM, as its registry lists them (GPC v2.3.1 §11.4)',
    z.object({ requestingEntity, iccid: zIccid }),
    z.object({
      entries: z.array(z.object({ aid: zBytes, lifeCycle: z.number().int(), version: z.string().nullable() })),
    }),
  ),
  deployService: operation(
    'DeployService: security domain of the service provider, its first keys and, unless the provider loads, the JPKI applet into the SIM',
    z.object({
      ...service,
      /** SHA-256 of the certificate of the provider's app: the rules in the SIM let it reach the applet. */
      uiApp: zBytes,
    }),
    zBasicResponse(
      z.object({
        mode: zManagementMode,
        /** Most bytes of a LOAD that this SIM takes, for whoever loads. */
        loadBlockMax: z.number().int(),
        securityDomainAid: zBytes,
        appletAid: zBytes,
        firstKeyVersion: z.number().int(),
        firstKeys: z.object({ enc: zBytes, mac: zBytes, dek: zBytes }),
        /** Kinds of key pairs that the chip makes itself; for others the authority makes one. */
        keyGeneration: z.array(z.enum(ALGORITHMS)),
      }),
    ),
  ),
  generateDMToken: operation(
    'GenerateDMToken: INSTALL and DELETE of the certified applet, as C-APDUs, come back with a token',
    z.object({ ...service, commands: z.array(zBytes).min(1).max(8) }),
    zBasicResponse(z.object({ commands: z.array(zBytes) })),
  ),
  verifyDMReceipt: operation(
    'VerifyDMReceipt: confirmations of the SIM, in order, for these commands; the service counts as deployed after that',
    z.object({
      ...service,
      receipts: z
        .array(z.object({ command: zBytes, receipt: zBytes }))
        .min(1)
        .max(8),
    }),
    zBasicResponse(z.object({ valid: z.boolean() })),
  ),
  suspendOrResumeService: operation(
    'SuspendOrResumeService: lock the applet in the SIM, or unlock it',
    z.object({ ...service, suspend: z.boolean() }),
    zBasicResponse(z.object({ state: zServiceState })),
  ),
  upgradeService: operation(
    'UpgradeService: a later version of the applet over the one in the SIM, which keeps all that it holds; the version that is there again is no error',
    z.object({
      ...service,
      /** CAP of the JPKI package. */
      loadFile: zBytes,
    }),
    zBasicResponse(z.object({ version: z.string() })),
  ),
  terminateService: operation(
    'TerminateService: applet, its load file and the security domain leave the SIM; a warning when nothing of it was there',
    z.object({
      ...service,
      /** Of an MVNO, about its SIM: struck off. One that cannot be reached is given up. */
      retired: z.literal(true).optional(),
    }),
    zBasicResponse(zNothing),
  ),
  deployPartner: operation(
    'a partner of J-LIS: security domain, load file and application of its own, and the rule for its app; safe to repeat',
    z.object({ requestingEntity, iccid: zIccid, partner: zPartner, app: zBytes }),
    z.object({
      securityDomainAid: zBytes,
      firstKeyVersion: z.number().int(),
      firstKeys: z.object({ enc: zBytes, mac: zBytes, dek: zBytes }),
    }),
  ),
  removePartner: operation(
    'rules, application, load file and domain of this partner leave the SIM; safe to repeat. One that no line has any more need not be reached',
    z.object({ requestingEntity, iccid: zIccid, partner: zPartner, retired: z.literal(true).optional() }),
    zNothing,
  ),
  beginConversation: operation(
    'BeginConversation: a channel to an application in the SIM',
    z.object({ requestingEntity, iccid: zIccid, aid: zBytes }),
    z.object({ conversationId: z.string() }),
  ),
  sendScript: operation(
    'SendScript: C-APDUs in order; stops after the first that is refused. The same call again is answered, not sent again',
    z.object({
      functionCallIdentifier: zBasicRequest.shape.functionCallIdentifier,
      conversationId: z.string(),
      commands: z.array(zBytes).min(1).max(64),
    }),
    z.object({ responses: z.array(zBytes) }),
  ),
  endConversation: operation('EndConversation', z.object({ conversationId: z.string() }), zNothing),
  exchangeServiceData: operation(
    'ExchangeServiceData: C-APDUs for an application in the SIM in one call, for who needs no answer before the next',
    z.object({ ...service, aid: zBytes, commands: z.array(zBytes).min(1).max(64) }),
    zBasicResponse(z.object({ responses: z.array(zBytes) })),
  ),
}

const ofDesk = deskOperations(zLineStatus, zServiceState, zIneligible)

export const carrierContract = contract({ role: 'carrier', operations: { ...ofLines, ...ofMessaging, ...ofDesk } })
export type Carrier = Implementation<typeof carrierContract>
/** What happens to lines and SIMs. */
export type Lines = Pick<Carrier, keyof typeof ofLines>
