// What the holder's key in the SIM signs, after the PIN, so that a partner's application comes into the SIM. Seed 0 蔦田.

import { type Bytes, hex, utf8 } from '../../base/bytes.ts'

export interface PartnerApproval {
  readonly requestId: string
  readonly partner: string
  /** SHA-256 of the certificate of the app that may use it. */
  readonly app: Bytes
}

/** JSON in UTF-8, members in this order. */
export const partnerApprovalMessage = ({ requestId, partner, app }: PartnerApproval): Bytes =>
  utf8(JSON.stringify({ purpose: 'jpki-partner-enrolment', requestId, partner, app: hex(app) }))
