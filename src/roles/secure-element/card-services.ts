// What the card's parts share: registry, randomness, and the making of applications.

import type { Bytes } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import type { Applet } from './applet.ts'
import type { CardProfile } from './card-profile.ts'
import type { MemoryBudget } from './memory-budget.ts'
import type { Application, Registry } from './registry.ts'

export interface CardServices {
  readonly registry: Registry
  readonly entropy: Entropy
  /** Ten bytes that tell the off-card side which keys this card has. */
  readonly diversificationData: Bytes
  readonly profile: CardProfile
  /** Takes back what this command has written so far. */
  undo(): void
  /** The code behind an application; undefined when the card has none for it. */
  instantiate(app: Application): Applet | undefined
  /** True when the application is selected on any channel. */
  selected(aid: Bytes): boolean
  /** What is used and what is left of it. */
  readonly memory: MemoryBudget
}
