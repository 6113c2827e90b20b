// What a phone signs to approve what a service asked for over another channel (call centre, IVR): every line is something the
// person saw, and the number is the one that the person chose. Ours: docs/profile.md#decoupled-approval.

import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import { type LoginStatement, releasedBy } from './login-message.ts'

export interface ApprovalStatement extends Pick<LoginStatement, 'by'> {
  readonly requestId: string
  readonly clientId: string
  /** Why, in the words of the service; one line. */
  readonly procedure: string
  readonly channel: string
  readonly caller: string
  /** Two digits that somebody spoke, and the person chose out of several. */
  readonly code: string
  readonly nonce: Bytes
}

/** The bytes that are hashed with SHA-256 and signed with the 利用者証明用 key (RSASSA-PKCS1-v1_5). */
export const approvalMessage = ({
  requestId,
  clientId,
  procedure,
  channel,
  caller,
  code,
  nonce,
  by,
}: ApprovalStatement): Bytes =>
  utf8(
    ['kazasu approval 1', requestId, clientId, procedure, channel, caller, code, hex(nonce), ...releasedBy(by)].join(
      '\n',
    ),
  )
