// What a person signs to see the own page of a verification platform, or to take something back there: the 利用者証明用 key,
// after the PIN. Bound to the platform and to the one thing wanted. Ours: docs/profile.md#own-page.

import { type Bytes, utf8 } from '../../base/bytes.ts'

export interface OwnStatement {
  /** The name of the platform in the register of parties. */
  readonly platform: string
  /** `show`, or what is taken back. */
  readonly wanted: 'show' | `withdraw ${string}`
  /** 16 random bytes, hex: a statement counts once. */
  readonly nonce: string
  readonly at: Date
}

export const ownStatement = ({ platform, wanted, nonce, at }: OwnStatement): Bytes =>
  utf8(['kazasu own page 1', platform, wanted, nonce, at.toISOString()].join('\n'))
