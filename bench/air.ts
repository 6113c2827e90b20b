// What APDUs take on the air of ISO 14443 type B, and in a real chip: a model, not a measurement.
// No retransmissions, no waiting time extensions, no CID, no NAD; frames of 256 bytes both ways.

import type { Bytes } from '../src/base/bytes.ts'

export interface Exchange {
  readonly command: Bytes
  readonly response: Bytes
}

const CARRIER_HZ = 13_560_000
/** Carrier cycles of one elementary time unit, by kbit/s. */
const ETU_CYCLES = { 106: 128, 212: 64, 424: 32, 847: 16 } as const
export type BitRate = keyof typeof ETU_CYCLES

/** A character has a start bit, eight data bits and a stop bit; no extra guard time. */
const ETU_PER_BYTE = 10
/** Start of frame (10 low, 2 high) and end of frame (10 low). */
const ETU_PER_FRAME = 22
/** Block: PCB before, CRC_B behind. */
const BLOCK_OVERHEAD = 3
/** 256 bytes of frame without the overhead. */
const INFORMATION = 256 - BLOCK_OVERHEAD
/** Card: guard time and synchronisation, 64 and 80 subcarrier cycles of 16 carrier cycles. Reader: 14 etu at 106 kbit/s. */
const TURNAROUND_CYCLES = 64 * 16 + 80 * 16 + 14 * 128

/** ISO 14443-3 REQB, ATTRIB and what a reader waits around them. An assumption, on the slow side. */
const ACTIVATION_MS = 15
/**
 * RSA-2048 in a dual-interface chip under field power, with CRT. An assumption: chips of the My Number Card's generation
 * are said to take 200 to 600 ms for a private operation and 10 to 30 ms for a public one; ours is not a chip.
 */
export const CHIP = { privateMs: 450, publicMs: 25, commandMs: 3 } as const

interface Frames {
  readonly frames: number
  readonly bytes: number
}

/** I-blocks of one APDU; all but the last are acknowledged by an R-block. */
function framesOf(apdu: Bytes): Frames {
  const blocks = Math.max(1, Math.ceil(apdu.length / INFORMATION))
  const acknowledgements = blocks - 1
  return {
    frames: blocks + acknowledgements,
    bytes: apdu.length + (blocks + acknowledgements) * BLOCK_OVERHEAD,
  }
}

/** Milliseconds on the air. */
export function airMs(exchanges: readonly Exchange[], rate: BitRate): number {
  const all = exchanges.flatMap(({ command, response }) => [framesOf(command), framesOf(response)])
  const etus = all.reduce((sum, { frames, bytes }) => sum + frames * ETU_PER_FRAME + bytes * ETU_PER_BYTE, 0)
  const frames = all.reduce((sum, each) => sum + each.frames, 0)
  const cycles = etus * ETU_CYCLES[rate] + (frames * TURNAROUND_CYCLES) / 2
  return (cycles / CARRIER_HZ) * 1000
}

export interface ChipWork {
  readonly privateOperations: number
  readonly publicOperations: number
}

/** Milliseconds in the chip, activation of the card included. */
export const chipMs = (apdus: number, { privateOperations, publicOperations }: ChipWork): number =>
  ACTIVATION_MS + apdus * CHIP.commandMs + privateOperations * CHIP.privateMs + publicOperations * CHIP.publicMs
