// Redundancy checks of secured packets: CRC-16 and CRC-32, most significant byte first. ETSI TS 102 225 §5.1.3.2.
// They find errors of transmission and nobody's fraud.

import { type Bytes, u16, u32 } from '../../base/bytes.ts'

function reflected(polynomial: number, start: number, data: Bytes): number {
  let register = start
  for (const byte of data) {
    register ^= byte
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ ((register & 1) === 1 ? polynomial : 0)
  }
  return register
}

/** ISO/IEC 13239: x^16 + x^12 + x^5 + 1. */
export const crc16 = (data: Bytes): Bytes => u16(~reflected(0x8408, 0xffff, data) & 0xffff)

/** ISO/IEC 13239: the CRC-32 of Ethernet. */
export const crc32 = (data: Bytes): Bytes => u32(~reflected(0xedb88320, 0xffffffff, data) >>> 0)

/** By the low nibble of KID. ETSI TS 102 225 §5.1.3.1. */
export const REDUNDANCY_CHECKS: Readonly<Record<number, { readonly length: number; of(data: Bytes): Bytes }>> = {
  1: { length: 2, of: crc16 },
  5: { length: 4, of: crc32 },
}
