// In what the JPKI application of a phone and that of the plastic card differ. Observed: myna-card, myna.

import type { KeyKind } from '../../../protocol/jpki-ap/files.ts'

export interface JpkiProfile {
  readonly keys: readonly KeyKind[]
  /** EF 000A is free on the plastic card and behind the PIN on a phone. */
  readonly authCertificateNeedsPin: boolean
  /** Takes personalisation from its security domain, and tells its state without a PIN (GET DATA DF01). */
  readonly personalisable: boolean
}

export const JPKI_PROFILES = {
  phone: { keys: ['auth'], authCertificateNeedsPin: true, personalisable: true },
  card: { keys: ['auth', 'sign'], authCertificateNeedsPin: false, personalisable: false },
} as const satisfies Record<string, JpkiProfile>
