// The machine's time.

import type { Clock } from '../base/ports.ts'

export const systemClock: Clock = () => new Date()
