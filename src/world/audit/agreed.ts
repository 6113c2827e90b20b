// What the parties hold when they agree, by the state of the order: the one table that docs/life-cycle.md shows and the audit
// compares with. Where a step is under way, what was before it and what comes after it.

import type { OrderState } from '../../roles/sp-tsm/contract.ts'

export type CertificateStatus = 'none' | 'valid' | 'onHold' | 'revoked' | 'expired'
type ServiceState = 'none' | 'deploying' | 'deployed' | 'suspended'

export interface Agreed {
  /** The register of certificates, of the certificate that the order names. */
  readonly certificate: readonly CertificateStatus[]
  /** The carrier's record for this order. */
  readonly service: readonly ServiceState[]
  /** The SIM: nothing of J-LIS, an applet that can be selected, or either. */
  readonly sim: 'empty' | 'applet' | 'either'
  /** What the applet says of itself; absent where nobody can be asked. */
  readonly pin?: readonly ('none' | 'transport' | 'own')[]
  readonly life?: 'active' | 'suspended'
}

const UP = ['deployed'] as const satisfies ServiceState[]
const ANY: readonly ServiceState[] = ['none', 'deploying', 'deployed']
const NOTHING = { certificate: ['none'], service: ['none'], sim: 'empty' } as const satisfies Agreed
const WAITS = { certificate: ['none'], service: UP, sim: 'applet' } as const satisfies Agreed
const IN_USE = { certificate: ['valid'], service: UP, sim: 'applet' } as const satisfies Agreed
const OVER: readonly CertificateStatus[] = ['none', 'revoked', 'expired']

export const AGREED = {
  applied: NOTHING,
  accepted: NOTHING,
  deploying: { certificate: ['none'], service: ANY, sim: 'either' },
  deployed: { ...WAITS, sim: 'either' },
  keyed: { ...WAITS, sim: 'either' },
  loaded: WAITS,
  keyPairMade: WAITS,
  issued: IN_USE,
  written: { ...IN_USE, pin: ['transport', 'own'], life: 'active' },
  active: { ...IN_USE, pin: ['own'], life: 'active' },
  holding: { ...IN_USE, certificate: ['valid', 'onHold'] },
  held: { ...IN_USE, certificate: ['onHold'] },
  suspended: { ...IN_USE, certificate: ['onHold'], life: 'suspended' },
  resuming: { ...IN_USE, certificate: ['valid', 'onHold'] },
  awake: { ...IN_USE, certificate: ['onHold', 'valid'] },
  renewing: IN_USE,
  nextKeyPairMade: IN_USE,
  nextIssued: { ...IN_USE, certificate: ['valid', 'onHold'] },
  nextWritten: IN_USE,
  renewalFailed: IN_USE,
  nextRevoked: IN_USE,
  resetting: IN_USE,
  upgrading: IN_USE,
  undoing: { certificate: ['none', 'valid', 'onHold', 'revoked', 'expired'], service: ANY, sim: 'either' },
  certificateRevoked: { certificate: OVER, service: ANY, sim: 'either' },
  undone: { certificate: OVER, service: ['none'], sim: 'empty' },
} as const satisfies Record<OrderState, Agreed>

/** Where the authority may have issued what the order does not know of yet: an answer is on its way, or was lost. */
export const ISSUING: readonly OrderState[] = ['keyPairMade', 'nextKeyPairMade', 'holding', 'renewalFailed', 'undoing']

/** Disagreements, with stable codes. */
export const FINDINGS = {
  'certificate-status': 'the register has another status for the certificate than the state of its order says',
  'certificate-of-nobody': 'a certificate of a phone is valid or on hold, and no living order names it',
  'certificates-beside': 'two certificates of phones are valid for one card, and neither gives way',
  'certificate-listed': 'the revocation list has a certificate that is valid',
  'certificate-not-listed': 'the revocation list in force has not a certificate that is on hold or revoked',
  'service-missing': 'the carrier has no record of the service of a living order',
  'service-of-nobody': 'the carrier has a record of a service, and no living order is for that SIM',
  'service-state': 'the carrier has another state of the service than the state of its order says',
  'sim-empty': 'the SIM has no domain or applet, and the order says it has',
  'sim-not-empty': 'the SIM has a domain or an applet, and no living order is for it',
  'sim-locked': 'the applet is locked in the registry of the SIM, and nobody has asked for that',
  'sim-key': 'the SIM has another key pair than the order',
  'sim-certificate': 'the SIM has another certificate than the order, or none',
  'sim-pin': 'the PIN is in another state than the order says',
  'partner-of-nobody': 'an application of a partner is in a SIM, and no living order is for that SIM',
  'sim-life': 'the applet is suspended or active, and the order says otherwise',
} as const
export type FindingCode = keyof typeof FINDINGS
