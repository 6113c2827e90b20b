// The class byte: logical channel, command chaining, secure messaging. ISO 7816-4:2020 §5.4.1, GPC v2.3.1 §11.1.4.
// Channels 0 to 3 are written in the first form, 4 to 19 in the further one, which has one bit for secure messaging.

export const CHANNELS_MAX = 20

const FURTHER = 0x40
const FIRST_CHANNELS = 4
/** Kept in both forms: ISO or GlobalPlatform (b8), command chaining (b5). */
const KEPT = 0x90
const FIRST_SECURED = 0x0c
const FURTHER_SECURED = 0x20
/** Secure messaging of GlobalPlatform in the first form. */
export const SECURED = 0x04

export interface ClassByte {
  /** The class in the first form on the basic channel: what an application sees, and what a C-MAC is made over. */
  readonly cla: number
  readonly channel: number
}

/** Undefined for a class that no standard of ours knows: 001x xxxx, 101x xxxx, FF. */
export function readClass(cla: number): ClassByte | undefined {
  if (cla === 0xff || (cla & 0x60) === 0x20) return undefined
  if ((cla & FURTHER) === 0) return { cla: cla & ~0x03, channel: cla & 0x03 }
  const secured = (cla & FURTHER_SECURED) !== 0 ? SECURED : 0
  return { cla: (cla & KEPT) | secured, channel: FIRST_CHANNELS + (cla & 0x0f) }
}

/** A class of the first form, written for this channel. */
export function writeClass({ cla, channel }: ClassByte): number {
  if (channel < FIRST_CHANNELS) return cla | channel
  const secured = (cla & FIRST_SECURED) !== 0 ? FURTHER_SECURED : 0
  return (cla & KEPT) | FURTHER | secured | (channel - FIRST_CHANNELS)
}
