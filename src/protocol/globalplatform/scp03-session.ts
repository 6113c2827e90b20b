// The secure messaging of SCP03 after EXTERNAL AUTHENTICATE, one implementation for card and off-card side.
// GPC-D v1.1.1 §6.2.4 to §6.2.7. Opening a session: scp03.ts (off-card), roles/secure-element (card).

import { Aes } from '../../base/aes.ts'
import { type Bytes, concat, u16, u32 } from '../../base/bytes.ts'
import { equalSecret } from '../../base/crypto.ts'
import type { Command, Response } from '../../codec/apdu.ts'
import type { MacLength, SessionKeys } from './scp03-keys.ts'
import {
  C_DEC,
  C_MAC,
  carriesMac,
  LEVEL,
  macHeader,
  pad,
  R_ENC,
  R_MAC,
  SecureMessagingError,
  type SecureSession,
  type SecurityLevel,
  unpad,
  withMac,
} from './secure-session.ts'

export class Scp03Session implements SecureSession {
  readonly #enc: Aes
  readonly #mac: Aes
  readonly #rmac: Aes
  readonly #macLength: MacLength
  readonly #countsEmpty: boolean
  #level: number = LEVEL.none
  #agreed: number = LEVEL.none
  #chaining: Bytes = new Uint8Array(16)
  #counter = 0

  /** `countsEmpty`: false with cards that leave commands without data out of the counter. Observed: GlobalPlatformPro. */
  constructor(keys: SessionKeys, macLength: MacLength, countsEmpty = true) {
    this.#enc = new Aes(keys.enc)
    this.#mac = new Aes(keys.mac)
    this.#rmac = new Aes(keys.rmac)
    this.#macLength = macLength
    this.#countsEmpty = countsEmpty
  }

  get level(): number {
    return this.#level
  }

  /** From the first command after EXTERNAL AUTHENTICATE on. */
  start(level: SecurityLevel): void {
    this.#level = level
    this.#agreed = level
  }

  /**
   * BEGIN R-MAC SESSION: 10 adds R-MAC, 30 R-MAC and R-ENCRYPTION. False when the level has it already or lacks the
   * protection of commands that it builds on. GPC-D v1.1.1 §7.1.3.
   */
  beginRmac(added: number): boolean {
    const needed = added === 0x30 ? C_MAC | C_DEC : C_MAC
    if ((this.#level & added) === added || (this.#level & needed) !== needed) return false
    this.#level |= added
    return true
  }

  /** END R-MAC SESSION: back to the level of EXTERNAL AUTHENTICATE. False when none was begun. GPC-D v1.1.1 §7.1.4. */
  endRmac(): boolean {
    const begun = this.#level !== this.#agreed
    this.#level = this.#agreed
    return begun
  }

  /** Adds the C-MAC; also for EXTERNAL AUTHENTICATE itself, before the level is set. */
  addMac(c: Command): Command {
    return withMac(c, concat(c.data, this.#nextMac(c, c.data)))
  }

  /** Checks and takes off the C-MAC. Throws `SecureMessagingError`. */
  takeMac(c: Command): Command {
    const end = c.data.length - this.#macLength
    if ((c.cla & 0x04) === 0 || end < 0) throw new SecureMessagingError('C-MAC is missing')
    const data = c.data.slice(0, end)
    if (!equalSecret(this.#nextMac(c, data), c.data.slice(end))) throw new SecureMessagingError('C-MAC is wrong')
    return { ...c, cla: c.cla & ~0x04, data }
  }

  /** The full 16 bytes become the next chaining value, whatever the command's outcome. GPC-D v1.1.1 §6.2.4. */
  #nextMac(c: Command, data: Bytes): Bytes {
    this.#chaining = this.#mac.cmac(this.#chaining, macHeader(c, data.length + this.#macLength), data)
    return this.#chaining.slice(0, this.#macLength)
  }

  /** Whose encryption is the IV: the counter; bit 8 of its first byte is set for responses. GPC-D v1.1.1 §6.2.6, §6.2.7. */
  #block(response: boolean): Bytes {
    const block = new Uint8Array(16)
    block.set(u32(this.#counter), 12)
    if (response) block[0] = 0x80
    return block
  }

  /** GPC-D v1.1.1 §6.2.6: counts every C-APDU, also those without data. */
  #count(empty: boolean): void {
    if (!empty || this.#countsEmpty) this.#counter += 1
  }

  /** Off-card: protects a command as the level demands. */
  wrap(c: Command): Command {
    this.#count(c.data.length === 0)
    if ((this.#level & C_MAC) === 0) return c
    const encrypts = (this.#level & C_DEC) !== 0 && c.data.length > 0
    const data = encrypts ? this.#enc.encryptAfter(this.#block(false), pad(c.data, 16)) : c.data
    return this.addMac({ ...c, data })
  }

  /** Card: checks and opens a command. Throws `SecureMessagingError`. */
  unwrap(c: Command): Command {
    if ((this.#level & C_MAC) === 0) return c
    const plain = this.takeMac(c)
    this.#count(plain.data.length === 0)
    if ((this.#level & C_DEC) === 0 || plain.data.length === 0) return plain
    if (plain.data.length % 16 !== 0) throw new SecureMessagingError('not whole blocks')
    return { ...plain, data: unpad(this.#enc.decryptAfter(this.#block(false), plain.data), 16) }
  }

  /** Card: protects a response; an error status goes bare. `level` is that of the command. GPC-D v1.1.1 §6.2.5. */
  wrapResponse({ data, sw }: Response, level: number = this.#level): Response {
    if ((level & R_MAC) === 0 || !carriesMac(sw)) return { data, sw }
    const encrypts = (level & R_ENC) !== 0 && data.length > 0
    const body = encrypts ? this.#enc.encryptAfter(this.#block(true), pad(data, 16)) : data
    return { data: concat(body, this.#responseMac(body, sw)), sw }
  }

  /** Off-card: checks and opens a response. Throws `SecureMessagingError`. */
  unwrapResponse({ data, sw }: Response, level: number = this.#level): Response {
    if ((level & R_MAC) === 0 || !carriesMac(sw)) return { data, sw }
    const end = data.length - this.#macLength
    if (end < 0) throw new SecureMessagingError('R-MAC is missing')
    const body = data.slice(0, end)
    if (!equalSecret(this.#responseMac(body, sw), data.slice(end))) throw new SecureMessagingError('R-MAC is wrong')
    if ((level & R_ENC) === 0 || body.length === 0) return { data: body, sw }
    if (body.length % 16 !== 0) throw new SecureMessagingError('not whole blocks')
    return { data: unpad(this.#enc.decryptAfter(this.#block(true), body), 16), sw }
  }

  #responseMac(body: Bytes, sw: number): Bytes {
    return this.#rmac.cmac(this.#chaining, body, u16(sw)).slice(0, this.#macLength)
  }

  /** Most plain data that one short command can carry in this session. */
  get capacity(): number {
    if ((this.#level & C_MAC) === 0) return 255
    const room = 255 - this.#macLength
    return (this.#level & C_DEC) === 0 ? room : Math.floor(room / 16) * 16 - 1
  }
}
