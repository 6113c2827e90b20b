// Who may have which certificate stopped for which reason, who may end a stop, and in which words each may ask.
// JPKI CPS §4.9; what it does not say is ours: docs/profile.md#revocation.

import type { Requester, RevocationReason } from '../contract.ts'
import type { Place } from '../model.ts'

/** What a holder may say: lost or stolen, not used any more, replaced. */
const OF_HOLDER = ['keyCompromise', 'cessationOfOperation', 'superseded'] as const satisfies RevocationReason[]
/** The counter also ends what was never handed over, and what has wrong contents. */
const OF_COUNTER = ['unspecified', 'affiliationChanged', ...OF_HOLDER, 'certificateHold'] as const
const ALL = { 'card-auth': OF_COUNTER, 'card-sign': OF_COUNTER, 'phone-auth': OF_COUNTER } as const

type Rights = Readonly<Record<Place, readonly RevocationReason[]>>

export const MAY_REVOKE = {
  holder: {
    'card-auth': OF_HOLDER,
    'card-sign': OF_HOLDER,
    'phone-auth': [...OF_HOLDER, 'certificateHold'],
  },
  /** Day and night, by telephone: whoever calls is hardly known, so nothing that is final. */
  'hot-line': {
    'card-auth': ['certificateHold'],
    'card-sign': ['certificateHold'],
    'phone-auth': ['certificateHold'],
  },
  counter: ALL,
  'sp-tsm': {
    'card-auth': [],
    'card-sign': [],
    'phone-auth': ['unspecified', ...OF_HOLDER, 'certificateHold'],
  },
  operator: ALL,
} as const satisfies Record<Requester, Rights>

/** A stop of a card is never released (JPKI CPS §4.9.9); that of a phone is, when it was found again. */
export const MAY_RESUME = {
  'card-auth': [],
  'card-sign': [],
  'phone-auth': ['holder', 'counter', 'sp-tsm', 'operator'],
} as const satisfies Record<Place, readonly Requester[]>
