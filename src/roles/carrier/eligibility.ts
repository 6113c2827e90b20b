// Whether a line, SIM and phone can have the service at this moment, and by which bearer: one function, and what carriers
// know of phones and SIMs as data. Every cell of line × SIM × phone × network comes from here. Seed 4 (1), (3)⑥.

import type { Phone } from '../phone/contract.ts'
import type { Bearer, Ineligible, LineStatus } from './contract.ts'
import type { SimModel } from './model.ts'

/** What a phone of this model can do for a SIM. Seed 4 (1)②. */
export interface DeviceModel {
  /** ISO 14443 type B and card emulation from the SIM. */
  readonly nfc: boolean
  /** Lets a TSM proxy reach the SIM. */
  readonly openMobileApi: boolean
  /** Opens connections for the SIM (bearer independent protocol). */
  readonly bip: boolean
  /** The carrier that it is locked to. */
  readonly lockedTo: string | null
}
export type DeviceModels = Readonly<Record<string, DeviceModel>>

/** Invented, within what phones differ in: docs/profile.md#phone-models. */
export const DEVICES = {
  'kazasu-phone-1': { nfc: true, openMobileApi: true, bip: true, lockedTo: null },
  'sim-free-phone-1': { nfc: true, openMobileApi: true, bip: false, lockedTo: null },
  'unlocked-phone-1': { nfc: true, openMobileApi: false, bip: true, lockedTo: null },
  'minato-phone-1': { nfc: true, openMobileApi: true, bip: true, lockedTo: 'minato' },
  'plain-phone-1': { nfc: true, openMobileApi: false, bip: false, lockedTo: null },
  'old-phone-1': { nfc: false, openMobileApi: false, bip: false, lockedTo: null },
} as const satisfies DeviceModels

/** Networks that there are just now, and the phone that was seen in them. */
export type Reach = Awaited<ReturnType<Phone['connections']>>

/** What is no phone has a connection and no messages. */
export const AT_A_DESK: Reach = { mobileData: false, wifi: true, shortMessages: false, deviceModel: 'reader' }

/** Content is loaded and personalised over a connection; one command that changes a state goes in a message as well. */
export type Use = 'content' | 'state'

const online = ({ mobileData, wifi }: Reach): boolean => mobileData || wifi

/** What each bearer asks of the phone and of the networks. A session over HTTP begins with a message. */
const NEEDS: Record<Bearer, { phone: (d: DeviceModel) => boolean; now: (r: Reach) => boolean; uses: readonly Use[] }> =
  {
    proxy: { phone: ({ openMobileApi }) => openMobileApi, now: online, uses: ['content', 'state'] },
    https: { phone: ({ bip }) => bip, now: (r) => online(r) && r.shortMessages, uses: ['content', 'state'] },
    sms: { phone: () => true, now: ({ shortMessages }) => shortMessages, uses: ['state'] },
  }

/** Those that SIM and phone have in common for this use, the SIM's preferred first. */
const commonBearers = ({ bearers }: Pick<SimModel, 'bearers'>, device: DeviceModel, use: Use): Bearer[] =>
  bearers.filter((bearer) => NEEDS[bearer].uses.includes(use) && NEEDS[bearer].phone(device))

export function chooseBearer(
  model: Pick<SimModel, 'bearers'>,
  device: DeviceModel,
  reach: Reach,
  use: Use,
): Bearer | undefined {
  return commonBearers(model, device, use).find((bearer) => NEEDS[bearer].now(reach))
}

export interface Facts {
  /** The carrier whose network it is: an MVNO's host. */
  readonly network: string
  readonly lineStatus: LineStatus | undefined
  readonly simOfLine: boolean
  readonly model: SimModel | undefined
  readonly device: DeviceModel | undefined
  /** Undefined when the phone does not answer. */
  readonly reach: Reach | undefined
  readonly sameSubscriber: boolean
  /** The mail address for the approval, if one is wished, is the subscriber's. */
  readonly knowsMail: boolean
}

export interface Eligibility {
  readonly eligible: boolean
  /** Every one against, in the order of the contract. */
  readonly reasons: readonly Ineligible[]
  /** By which the applet would go at this moment. */
  readonly bearer: Bearer | null
}

/** None against means eligible. Nothing more is said of an unknown line. */
export function eligibility(facts: Facts): Eligibility {
  const { network, lineStatus, model, device, reach } = facts
  if (lineStatus === undefined) return { eligible: false, reasons: ['unknown-line'], bearer: null }
  const locked = device !== undefined && device.lockedTo !== null && device.lockedTo !== network
  const certified = model?.jpkiCertified ?? false
  const common = model && device ? commonBearers(model, device, 'content') : []
  const bearer = (model && device && reach && chooseBearer(model, device, reach, 'content')) ?? null
  const usable = certified && device?.nfc === true
  const against: Record<Exclude<Ineligible, 'unknown-line'>, boolean> = {
    'line-suspended': lineStatus !== 'active',
    'sim-not-of-line': !facts.simOfLine,
    'sim-not-certified': !certified,
    'device-not-supported': !device?.nfc,
    'device-locked': locked,
    'no-bearer': usable && common.length === 0,
    offline: usable && common.length > 0 && bearer === null,
    'not-the-subscriber': !facts.sameSubscriber,
    'mail-not-the-subscribers': !facts.knowsMail,
  }
  const reasons = (Object.keys(against) as (keyof typeof against)[]).filter((reason) => against[reason])
  return { eligible: reasons.length === 0, reasons, bearer: reasons.length === 0 ? bearer : null }
}
