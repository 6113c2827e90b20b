// The transmission protocols that an answer to reset offers. ISO 7816-3:2006 §8.2. Nothing else of it is understood.

import type { Bytes } from '../base/bytes.ts'

/** T values in the order of the interface bytes; T=0 when none is named. */
export function transmissionProtocols(atr: Bytes): number[] {
  const found: number[] = []
  let at = 1
  let present = (atr[at] ?? 0) >> 4
  while ((present & 0x08) !== 0) {
    at += [1, 2, 4, 8].filter((bit) => (present & bit) !== 0).length
    const td = atr[at] ?? 0
    found.push(td & 0x0f)
    present = td >> 4
  }
  return found.length > 0 ? found : [0]
}
