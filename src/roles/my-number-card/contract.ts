// The plastic card: C-APDU in, R-APDU out. The same card and the same JPKI application as the SIM's.

import type { Bytes } from '../../base/bytes.ts'
import type { JpkiKeyImage } from '../secure-element/contract.ts'

export type { SecureElement as MyNumberCard } from '../secure-element/contract.ts'

export interface MyNumberCardImage {
  /** Sixteen digits, EF 0006. */
  readonly tokenSerial: string
  readonly auth: JpkiKeyImage
  /** Absent for a child under fifteen. */
  readonly sign?: JpkiKeyImage
  /** Five digits of the municipality's code. */
  readonly municipality: string
  /** YYYYMMDD. */
  readonly expiry: string
  /** EF 0016: key id (16 bytes) || key in CVC form. */
  readonly terminalCaKey?: Bytes
}
