// What a phone signs to log in: every line is something the person saw or the verifier chose. Ours: docs/profile.md#login.
// The first line keeps a login signature from ever being taken for another statement.

import { type Bytes, hex, utf8 } from '../../base/bytes.ts'

export interface LoginStatement {
  readonly loginId: string
  readonly clientId: string
  readonly origin: string
  readonly code: string
  readonly nonce: Bytes
}

/** The bytes that are hashed with SHA-256 and signed with the 利用者証明用 key (RSASSA-PKCS1-v1_5). */
export const loginMessage = ({ loginId, clientId, origin, code, nonce }: LoginStatement): Bytes =>
  utf8(['kazasu login 1', loginId, clientId, origin, code, hex(nonce)].join('\n'))
