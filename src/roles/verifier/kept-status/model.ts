// What a service that allows it may fall back on while J-LIS does not answer. Ours: docs/profile.md#kept-status.

import type { Bytes } from '../../../base/bytes.ts'
import type { CertificateKind } from '../../authority/contract.ts'

/** J-LIS's answers live half an hour. */
export const MOST_MINUTES = 30
/** What is older serves nobody any more. */
export const KEPT_MS = 2 * MOST_MINUTES * 60_000

/** One certificate of one of the two authorities. */
export interface Subject {
  readonly kind: CertificateKind
  readonly serial: bigint
}

/** An answer as it was signed, with the nonce of its question. */
export interface KeptStatus extends Subject {
  readonly response: Bytes
  readonly nonce: Bytes
  /** When J-LIS was asked. */
  readonly askedAt: Date
}
