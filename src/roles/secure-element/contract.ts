// SIM and secure element: C-APDU in, R-APDU out; nobody calls anything else. Also how a card is made and woken, which
// `my-number-card` shares. Seed 4 (1).

import type { Bytes } from '../../base/bytes.ts'
import type { KeyKind, KeyPair } from '../../base/crypto.ts'
import type { Entropy, Link, Memory } from '../../base/ports.ts'

export { CardMute } from './card.ts'
export { createCard } from './create.ts'
export { type ApplicationImage, type CardImage, manufactureCard } from './manufacture.ts'
export { SIM_MODELS, type SimModel } from './models.ts'

export interface SecureElement {
  readonly atr: Bytes
  /** One C-APDU to its R-APDU. Throws `CardMute` when the memory failed: the card has lost power. */
  process(command: Bytes): Bytes
  /** Power off and on: volatile state is gone, what was committed is there. */
  reset(): void
  link(): Link
}

export interface CardParts {
  readonly memory: Memory
  readonly entropy: Entropy
  /** Makes key pairs on the card; that of base/crypto if absent. */
  readonly keyPairs?: (kind: KeyKind) => KeyPair
}
