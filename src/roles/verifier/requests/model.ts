// Records of what is to be signed, and how long they are kept.

import type { Bytes } from '../../../base/bytes.ts'
import type { Verifier } from '../contract.ts'

type Asked = Parameters<Verifier['askSignature']>[0]
export type SignatureState = Awaited<ReturnType<Verifier['signatureRequest']>>['state']
export type RecordedState = Exclude<SignatureState, 'expired'>
export type Report = Awaited<ReturnType<Verifier['report']>>['report']

/** One answer ends a request. */
const SIGNATURE_LIFE = {
  waiting: { sign: 'signed', decline: 'declined', expire: 'expired' },
  signed: {},
  declined: {},
  expired: {},
} as const satisfies Record<SignatureState, Partial<Record<'sign' | 'decline' | 'expire', SignatureState>>>

/** Long enough to read a contract and fetch the card. */
const SIGNATURE_SECONDS = 30 * 60

/** From the asking. The service has its document by then, and so has the signer. */
export const DOCUMENT_KEPT_MS = 24 * 3_600_000

/** How far the signer's clock may be from ours. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000

/** Of one document. */
export const MAX_DOCUMENT = 8 << 20

export interface SignatureRecord extends Omit<Asked, 'document' | 'title'> {
  readonly requestId: string
  readonly clientName: string
  readonly code: string
  readonly askedAt: Date
  /** As recorded; a waiting one past its time counts as expired (`stateOf`). */
  readonly recorded: RecordedState
  /** The document, and once it is signed the signed one. */
  readonly sealed: Bytes
  readonly sealedTitle: Bytes
  readonly reportId: string | null
}

export interface SignatureEnd {
  readonly state: RecordedState
  readonly sealed?: Bytes
  readonly reportId?: string
  /** Who signed, where the platform knows the person, and by which certificate. */
  readonly by?: { readonly personId: string; readonly serial: bigint }
}

export const endOf = ({ askedAt }: Pick<SignatureRecord, 'askedAt'>): Date =>
  new Date(askedAt.getTime() + SIGNATURE_SECONDS * 1000)

export const stateOf = (record: SignatureRecord, now: Date): SignatureState =>
  record.recorded === 'waiting' && now >= endOf(record) ? SIGNATURE_LIFE.waiting.expire : record.recorded
