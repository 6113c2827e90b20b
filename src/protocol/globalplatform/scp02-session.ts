// Keys, cryptograms and secure messaging of SCP02, explicit initiation, C-MAC on the modified APDU; for card and off-card.
// GPC v2.3.1 App. E. No BEGIN and END R-MAC SESSION: docs/divergences.md#globalplatform.

import { type Bytes, bytes, concat, u16 } from '../../base/bytes.ts'
import { equalSecret } from '../../base/crypto.ts'
import { desCbcDecrypt, desCbcEncrypt, desEcb, retailMac } from '../../base/des.ts'
import type { Command, Response } from '../../codec/apdu.ts'
import type { KeySet } from './key-set.ts'
import {
  C_DEC,
  C_MAC,
  carriesMac,
  encodeLc,
  macHeader,
  pad,
  R_MAC,
  SecureMessagingError,
  type SecureSession,
  type SecurityLevel,
  unpad,
  withMac,
} from './secure-session.ts'

const MAC = 8

/** Session keys, 16 bytes each. */
export interface Scp02Keys {
  readonly enc: Bytes
  readonly mac: Bytes
  readonly rmac: Bytes
  readonly dek: Bytes
}

const derive = (key: Bytes, constant: number, counter: Bytes): Bytes =>
  desCbcEncrypt(key, concat(u16(constant), counter, new Uint8Array(12)))

/** From the static keys and the sequence counter (2 bytes). GPC v2.3.1 §E.4.1. */
export const scp02SessionKeys = ({ enc, mac, dek }: KeySet, counter: Bytes): Scp02Keys => ({
  enc: derive(enc, 0x0182, counter),
  mac: derive(mac, 0x0101, counter),
  rmac: derive(mac, 0x0102, counter),
  dek: derive(dek, 0x0181, counter),
})

const fullMac = (key: Bytes, data: Bytes): Bytes => desCbcEncrypt(key, pad(data, 8)).slice(-MAC)

/** GPC v2.3.1 §E.4.2.1; the challenge of the card has 6 bytes. */
export const scp02CardCryptogram = ({ enc }: Scp02Keys, host: Bytes, counter: Bytes, card: Bytes): Bytes =>
  fullMac(enc, concat(host, counter, card))

/** GPC v2.3.1 §E.4.2.2. */
export const scp02HostCryptogram = ({ enc }: Scp02Keys, host: Bytes, counter: Bytes, card: Bytes): Bytes =>
  fullMac(enc, concat(counter, card, host))

/** The well-known pseudo-random challenge, i bit 7. GPC v2.3.1 §E.4.2.3. */
export const scp02CardChallenge = ({ mac }: Scp02Keys, aid: Bytes): Bytes => retailMac(mac, pad(aid, 8)).slice(0, 6)

export class Scp02Session implements SecureSession {
  readonly #keys: Scp02Keys
  readonly #encryptsIcv: boolean
  #level = 0
  #icv: Bytes = new Uint8Array(MAC)
  #rmacIcv: Bytes = new Uint8Array(MAC)
  #first = true
  /** The last command in the clear, which its R-MAC covers. */
  #command: Bytes = new Uint8Array(0)

  /** `encryptsIcv`: i bit 5. GPC v2.3.1 §E.3.4. */
  constructor(keys: Scp02Keys, encryptsIcv: boolean) {
    this.#keys = keys
    this.#encryptsIcv = encryptsIcv
  }

  get level(): number {
    return this.#level
  }

  get capacity(): number {
    if ((this.#level & C_MAC) === 0) return 255
    return (this.#level & C_DEC) === 0 ? 255 - MAC : 255 - MAC - 8
  }

  /** The C-MAC of EXTERNAL AUTHENTICATE is where both chains begin. GPC v2.3.1 §E.3.2. */
  start(level: SecurityLevel): void {
    this.#level = level
    this.#rmacIcv = this.#icv
  }

  beginRmac(): boolean {
    return false
  }

  endRmac(): boolean {
    return false
  }

  #mac(c: Command, data: Bytes): Bytes {
    const icv = this.#first || !this.#encryptsIcv ? this.#icv : desEcb(this.#keys.mac.subarray(0, 8), this.#icv)
    return retailMac(this.#keys.mac, pad(concat(macHeader(c, data.length + MAC), data), 8), icv)
  }

  addMac(c: Command): Command {
    this.#icv = this.#mac(c, c.data)
    this.#first = false
    return withMac(c, concat(c.data, this.#icv))
  }

  takeMac(c: Command): Command {
    const end = c.data.length - MAC
    if ((c.cla & 0x04) === 0 || end < 0) throw new SecureMessagingError('C-MAC is missing')
    return this.#checked({ ...c, cla: c.cla & ~0x04, data: c.data.slice(0, end) }, c.data.slice(end))
  }

  #checked(plain: Command, given: Bytes): Command {
    const mac = this.#mac(plain, plain.data)
    if (!equalSecret(mac, given)) throw new SecureMessagingError('C-MAC is wrong')
    this.#icv = mac
    this.#first = false
    return plain
  }

  /** The MAC is over the clear data, then the data is encrypted. GPC v2.3.1 §E.4.4, §E.4.6. */
  wrap(c: Command): Command {
    this.#remember(c)
    if ((this.#level & C_MAC) === 0) return c
    const macked = this.addMac(c)
    if ((this.#level & C_DEC) === 0 || c.data.length === 0) return macked
    return { ...macked, data: concat(desCbcEncrypt(this.#keys.enc, pad(c.data, 8)), this.#icv) }
  }

  unwrap(c: Command): Command {
    const plain = this.#opened(c)
    this.#remember(plain)
    return plain
  }

  #opened(c: Command): Command {
    if ((this.#level & C_MAC) === 0) return c
    const end = c.data.length - MAC
    if ((this.#level & C_DEC) === 0 || end <= 0) return this.takeMac(c)
    if ((c.cla & 0x04) === 0 || end % 8 !== 0) throw new SecureMessagingError('not whole blocks')
    const data = unpad(desCbcDecrypt(this.#keys.enc, c.data.slice(0, end)), 8)
    return this.#checked({ ...c, cla: c.cla & ~0x04, data }, c.data.slice(end))
  }

  #remember({ cla, ins, p1, p2, data }: Command): void {
    if ((this.#level & R_MAC) === 0) return
    const channelless = cla & 0x40 ? cla & 0xc0 : cla & 0xf0
    this.#command = concat(bytes(channelless, ins, p1, p2), encodeLc(data.length), data)
  }

  /** Also an error moves the chain on. GPC v2.3.1 §E.4.5. */
  #responseMac(body: Bytes, sw: number): Bytes {
    const answer = concat(bytes(body.length & 0xff), body, u16(sw))
    this.#rmacIcv = retailMac(this.#keys.rmac, pad(concat(this.#command, answer), 8), this.#rmacIcv)
    return this.#rmacIcv
  }

  wrapResponse({ data, sw }: Response): Response {
    if ((this.#level & R_MAC) === 0) return { data, sw }
    const mac = this.#responseMac(data, sw)
    return carriesMac(sw) ? { data: concat(data, mac), sw } : { data, sw }
  }

  unwrapResponse({ data, sw }: Response): Response {
    if ((this.#level & R_MAC) === 0) return { data, sw }
    const end = carriesMac(sw) ? data.length - MAC : data.length
    if (end < 0) throw new SecureMessagingError('R-MAC is missing')
    const body = data.slice(0, end)
    const mac = this.#responseMac(body, sw)
    if (carriesMac(sw) && !equalSecret(mac, data.slice(end))) throw new SecureMessagingError('R-MAC is wrong')
    return { data: body, sw }
  }
}
