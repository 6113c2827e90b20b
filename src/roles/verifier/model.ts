// Records of the verifier, and the life of a login. Ours: docs/profile.md#login.

import type { Bytes } from '../../base/bytes.ts'
import type { FourInfo } from '../../base/contract.ts'
import type { Clock, Entropy, KeyStore, Log } from '../../base/ports.ts'
import { ACR } from '../../protocol/login/acr.ts'
import type { Authority } from '../authority/contract.ts'
import type { Ping } from './approvals/notify.ts'
import type { PlatformParty } from './consents/model.ts'
import type { Login } from './contract.ts'
import type { InFlight, Push } from './events/model.ts'
import type { PortalLogin } from './services/model.ts'
import type { TimeStamps } from './signatures/time-stamps.ts'
import type { VerifierStore } from './store.ts'

export { ACR }

export type LoginState = Login['state']
export type LoginEvent = 'approve' | 'decline' | 'refuse' | 'expire'

/** One answer ends a login; nothing leads out of an ended one. */
export const LOGIN_LIFE = {
  waiting: { approve: 'approved', decline: 'declined', refuse: 'refused', expire: 'expired' },
  approved: {},
  declined: {},
  refused: {},
  expired: {},
} as const satisfies Record<LoginState, Partial<Record<LoginEvent, LoginState>>>

/** Long enough to find the phone and type a PIN. */
export const LOGIN_SECONDS = 120

/** After its end, so that a phone that comes late hears why. */
export const LOGIN_KEPT_MS = 24 * 3_600_000

/**
 * RFC 8176 §2: a hardware-secured key, a PIN, and so more than one factor. Of a finger or a face the platform knows that the phone was
 * content with whoever was there (`user`), not by what (`fpt`, `face`). A touch without a PIN is the key alone.
 */
export function amrOf(acr: string): string[] {
  if (acr === ACR.pinless) return ['hwk']
  return ['hwk', acr === ACR.biometric ? 'user' : 'pin', 'mfa']
}

/** Whether a login by this means is what the service wants. A touch without a PIN counts only where it is named. */
export const allows = ({ acrValues }: { readonly acrValues: readonly string[] }, acr: string): boolean =>
  acrValues.includes(acr) || (acrValues.length === 0 && acr !== ACR.pinless)

export interface LoginRecord
  extends Omit<Login, 'state' | 'scanned' | 'handedOver' | 'delegation' | 'atReader' | 'readers' | 'touch'> {
  /** As recorded; a waiting login past its end counts as expired (`loginState`). */
  readonly recorded: LoginState
  /** Who approved (or whom and how they act for: `actingAccount`), and by what; null until then. */
  readonly personId: string | null
  readonly acr: string | null
  /** Of what was asked, what the person gives; a proof of the age, sealed for J-LIS. */
  readonly given: readonly string[]
  readonly ageProof: Bytes | null
  /** SHA-256 of the word of the phone, or the reader, that read the code from the screen; null until then. */
  readonly claim: string | null
  /** Key identifier (hexadecimal) of the reader that took it; null where none did. */
  readonly readerId: string | null
  /** SHA-256 of the word with which the browser of the phone's own device goes on; null where none is needed. */
  readonly release: string | null
  /** Where J-LIS did not answer: of when the status is that stood in its place. */
  readonly statusAt: Date | null
}

export const loginState = ({ recorded, expiresAt }: LoginRecord, now: Date): LoginState =>
  recorded === 'waiting' && now >= expiresAt ? LOGIN_LIFE.waiting.expire : recorded

export const startOf = ({ expiresAt }: Pick<LoginRecord, 'expiresAt'>): Date =>
  new Date(expiresAt.getTime() - LOGIN_SECONDS * 1000)

/** What names a certificate: the comparison key of its issuer's name, and its serial number. */
export interface CertificateId {
  readonly issuer: string
  readonly serial: bigint
}

/** What the verifier asks J-LIS. */
export type AskedAuthority = Pick<
  Authority,
  'caCertificates' | 'ocsp' | 'link' | 'status' | 'certificate' | 'chain' | 'terminalsInForce'
>

export interface Deps {
  readonly store: VerifierStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly keys: KeyStore
  readonly authority: AskedAuthority
  readonly log: Log
  /** The service that runs it for itself (署名検証者), by its name as a client: nobody else asks it for anything. */
  readonly self?: {
    readonly clientId: string
    readonly name: string
    /** Whether this signer is the customer whom the service knows by this subject. */
    readonly isCustomer?: (subject: string, signer: FourInfo) => Promise<boolean>
  }
  /** Absent where J-LIS has accredited nobody. */
  readonly party?: PlatformParty
  /** Of the OpenID provider, and of security events. */
  readonly issuer?: string
  /** Absent where nothing is pushed. */
  readonly push?: Push
  /** Absent where only the operator registers services. */
  readonly portal?: PortalLogin
  /** Absent where nobody is pinged. */
  readonly ping?: Ping
  /** The CRL whose age the operator's desk shows. */
  readonly statusList?: () => Promise<Bytes>
  /** Ends what runs at services by mandates that count no more; absent where nobody logs in. */
  readonly endActing?: () => Promise<void>
  /** Default: an authority of its own. */
  readonly timeStamps?: TimeStamps
}

/** With what one process of it knows of itself. */
export interface Running extends Deps {
  readonly inFlight: InFlight
}

/** Name and algorithm of the key that signs allow-lists. */
export const ALLOW_LIST_KEY = ['verifier-allow-list', 'ECDSA-P256-SHA256'] as const
