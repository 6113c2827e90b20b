// The operating system's random bytes.

import { randomBytes } from 'node:crypto'
import type { Entropy } from '../base/ports.ts'

export const systemEntropy: Entropy = (length) => new Uint8Array(randomBytes(length))
