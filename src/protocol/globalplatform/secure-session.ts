// What the secure messaging of SCP02 and SCP03 has in common: levels, padding, the header under a C-MAC, one interface.
// GPC v2.3.1 §10, App. E; GPC-D v1.1.1 §6.2, §7.1.2. The protocols themselves are in scp02-session and scp03-session.

import { type Bytes, bytes, concat, u16 } from '../../base/bytes.ts'
import type { Command, Response } from '../../codec/apdu.ts'
import { type ClassByte, readClass, SECURED, writeClass } from '../../codec/class-byte.ts'

/** GPC-D v1.1.1 Table 7-5; GPC v2.3.1 Table E-11 has the same but R-ENCRYPTION. */
export const LEVEL = {
  none: 0x00,
  cMac: 0x01,
  cDecCMac: 0x03,
  cMacRMac: 0x11,
  cDecCMacRMac: 0x13,
  all: 0x33,
} as const
export type SecurityLevel = (typeof LEVEL)[keyof typeof LEVEL]

export const isLevel = (value: number): value is SecurityLevel => Object.values(LEVEL).some((level) => level === value)

export const C_MAC = 0x01
export const C_DEC = 0x02
export const R_MAC = 0x10
export const R_ENC = 0x20

/** Secure messaging that does not check out. Says nothing of keys or data. */
export class SecureMessagingError extends Error {
  override readonly name = 'SecureMessagingError'
}

/** The secure messaging of one session, the same code for card and off-card side. */
export interface SecureSession {
  readonly level: number
  /** Most plain data that one short command can carry. */
  readonly capacity: number
  /** From the first command after EXTERNAL AUTHENTICATE on. */
  start(level: SecurityLevel): void
  /** Adds the C-MAC; also for EXTERNAL AUTHENTICATE itself, before the level is set. */
  addMac(c: Command): Command
  /** Checks and takes off the C-MAC. Throws `SecureMessagingError`. */
  takeMac(c: Command): Command
  /** Off-card: protects a command as the level demands. */
  wrap(c: Command): Command
  /** Card: checks and opens a command. Throws `SecureMessagingError`. */
  unwrap(c: Command): Command
  /** Card: protects a response; an error status goes bare. `level` is that of the command. */
  wrapResponse(r: Response, level?: number): Response
  /** Off-card: checks and opens a response. Throws `SecureMessagingError`. */
  unwrapResponse(r: Response, level?: number): Response
  /** BEGIN R-MAC SESSION. False when it cannot be. */
  beginRmac(added: number): boolean
  /** END R-MAC SESSION. False when none was begun. */
  endRmac(): boolean
}

/** ISO 7816-4 padding to whole blocks: 80, then 00. */
export function pad(data: Bytes, block: 8 | 16): Bytes {
  const padded = new Uint8Array(block * (Math.floor(data.length / block) + 1))
  padded.set(data)
  padded[data.length] = 0x80
  return padded
}

/** Opposite of `pad`. Throws `SecureMessagingError`. */
export function unpad(padded: Bytes, block: 8 | 16): Bytes {
  const end = padded.findLastIndex((byte) => byte !== 0)
  if (end < padded.length - block || padded[end] !== 0x80) throw new SecureMessagingError('padding is wrong')
  return padded.slice(0, end)
}

/** The class with secure messaging of GlobalPlatform, and its channel apart. Throws for a class that there is not. */
function securedClass(cla: number): ClassByte {
  const read = readClass(cla)
  if (!read) throw new RangeError('no such class')
  return { ...read, cla: (read.cla & ~0x0c) | SECURED }
}

/** The command with data under a MAC, on its channel. */
export const withMac = (c: Command, data: Bytes): Command => ({ ...c, cla: writeClass(securedClass(c.cla)), data })

/** Lc: one byte, or three for a command longer than 255 bytes that is sent as a chain. GPC v2.3.1 §11.1.5.1. */
export const encodeLc = (length: number): Bytes => (length > 255 ? concat(bytes(0), u16(length)) : bytes(length))

/** The header that a C-MAC covers, without the channel; `length` is that of the data with the MAC. GPC-D v1.1.1 §6.2.4. */
export const macHeader = ({ cla, ins, p1, p2 }: Command, length: number): Bytes =>
  concat(bytes(securedClass(cla).cla, ins, p1, p2), encodeLc(length))

/** Only 9000, 62xx and 63xx carry an R-MAC. GPC-D v1.1.1 §6.2.5. */
export const carriesMac = (sw: number): boolean => sw === 0x9000 || (sw & 0xfe00) === 0x6200
