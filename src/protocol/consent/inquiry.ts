// What a holder signs to see the own consents: the 利用者証明用 key, after the PIN. Ours: docs/profile.md#latest-facts.

import { type Bytes, utf8 } from '../../base/bytes.ts'

export interface ConsentInquiry {
  /** 16 random bytes, hex: an inquiry counts once. */
  readonly nonce: string
  readonly at: Date
}

/** RSASSA-PKCS1-v1_5 or ECDSA is over these lines. */
export const inquiryStatement = ({ nonce, at }: ConsentInquiry): Bytes =>
  utf8(['kazasu consents 1', nonce, at.toISOString()].join('\n'))
