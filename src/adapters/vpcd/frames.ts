// Frames of the vpcd protocol: two bytes of length, big-endian, then so many bytes. Observed: vsmartcard vpcd 3.3.
// One byte of content is a control code, more is a C-APDU.

import { type Bytes, concat, fromUint, NO_BYTES, u16 } from '../../base/bytes.ts'

export const CONTROL = { OFF: 0, ON: 1, RESET: 2, ATR: 4 } as const

export function encodeFrame(content: Bytes): Bytes {
  if (content.length > 0xffff) throw new RangeError('longer than a vpcd frame')
  return concat(u16(content.length), content)
}

export interface Frame {
  readonly content: Bytes
  /** Milliseconds that the content came later than its length; 0 when they came together. */
  readonly gap: number
}

/** Gives the frames that each piece of the stream completes; pieces may end anywhere. */
export function frameReader(now: () => number): (piece: Bytes) => Frame[] {
  let held: Bytes = NO_BYTES
  let lengthCame: number | undefined
  return (piece) => {
    held = concat(held, piece)
    const frames: Frame[] = []
    while (held.length >= 2) {
      const end = 2 + fromUint(held.subarray(0, 2))
      if (held.length < end) {
        lengthCame ??= now()
        break
      }
      frames.push({ content: held.slice(2, end), gap: lengthCame === undefined ? 0 : now() - lengthCame })
      held = held.slice(end)
      lengthCame = undefined
    }
    return frames
  }
}
