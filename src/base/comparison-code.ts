// The number that two screens show, so that a person sees that they belong together.

import { fromUint } from './bytes.ts'
import type { Entropy } from './ports.ts'

/** Two digits. */
export const comparisonCode = (entropy: Entropy): string => String(fromUint(entropy(4)) % 100).padStart(2, '0')
