// What a person signs to see the own page of a verification platform, or to take something back there: the 利用者証明用 key,
// after the PIN. Bound to the platform and to the one thing wanted. Ours: docs/profile.md#own-page.

import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'

export interface OwnStatement {
  /** The name of the platform in the register of parties. */
  readonly platform: string
  /** `show`, what is taken back, or which phone is to be asked. */
  readonly wanted:
    | 'show'
    | `withdraw ${string}`
    | `ask ${string}`
    | `link ${string}`
    | `unlink ${string}`
    | `end mandate ${string}`
    | `end firm ${string}`
  /** 16 random bytes, hex: a statement counts once. */
  readonly nonce: string
  readonly at: Date
}

export const ownStatement = ({ platform, wanted, nonce, at }: OwnStatement): Bytes =>
  utf8(['kazasu own page 1', platform, wanted, nonce, at.toISOString()].join('\n'))

/** That this phone be asked, and by whom only: neither its secret nor the user code is in what is signed. */
export const inboxWish = (token: string, userCode = ''): `ask ${string}` =>
  `ask ${hex(sha256(utf8(token)))} ${hex(sha256(utf8(`${token}\n${userCode}`)))}`
