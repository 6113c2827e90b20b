// Short messages between network and SIM: SMS-DELIVER and SMS-SUBMIT with 8-bit data. 3GPP TS 23.040 §9.2.2, §9.2.3.
// Text in the 7-bit alphabet, reports and status messages are not understood.

import { type Bytes, bytes, concat, hex, NO_BYTES } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { OctetReader } from './octet-reader.ts'

/** Type of number and numbering plan with the semi-octets in order; `a` to `e` stand for * # a b c. */
export interface SmsAddress {
  /** 0x91 international, 0x81 unknown. */
  readonly type: number
  readonly digits: string
}

interface Message {
  /** The bits of the first octet that are not message type and header indicator. */
  readonly flags: number
  /** True when the user data begin with a header. */
  readonly header: boolean
  readonly address: SmsAddress
  readonly pid: number
  readonly dcs: number
  /** At most 140 bytes. */
  readonly userData: Bytes
}

export interface SmsDeliver extends Message {
  /** When the service centre got it: seven bytes of swapped BCD. */
  readonly timestamp: Bytes
}

export interface SmsSubmit extends Message {
  readonly reference: number
  /** 0, 1 or 7 bytes, as the flags say. */
  readonly validity: Bytes
}

/** (U)SIM data download, and 8-bit data of class 2: what the terminal hands to the card. 3GPP TS 23.040 §9.2.3.9. */
export const DATA_DOWNLOAD = { pid: 0x7f, dcs: 0xf6 } as const
export const USER_DATA_MAX = 140
const MTI = { deliver: 0x00, submit: 0x01 } as const
const UDHI = 0x40
const FLAGS = 0xbc

const swapped = (digits: string): string => digits.replace(/(.)(.)/g, '$2$1')

/** Swapped semi-octets, an odd one filled up with F. */
export function encodeSemiOctets(digits: string): Bytes {
  if (!/^[0-9a-e]{0,20}$/.test(digits)) throw new RangeError('not semi-octets of an address')
  const even = swapped(digits.length % 2 === 0 ? digits : `${digits}f`)
  return Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Opposite of `encodeSemiOctets`, or a `CodecError`. */
export function decodeSemiOctets(from: Bytes): string {
  const digits = swapped(hex(from)).replace(/f$/, '')
  if (digits.includes('f') || from.length > 10) throw new CodecError('sms/address', 'not semi-octets of an address')
  return digits
}

const encodeAddress = ({ type, digits }: SmsAddress): Bytes =>
  concat(bytes(digits.length, type), encodeSemiOctets(digits))

function decodeAddress(from: OctetReader): SmsAddress {
  const length = from.byte()
  const type = from.byte()
  const digits = decodeSemiOctets(from.take(Math.ceil(length / 2)))
  if (digits.length !== length) throw new CodecError('sms/address', 'length and filler disagree')
  return { type, digits }
}

/** 3GPP TS 23.038 §4: groups 00xx and 1111 may carry octets, 1110 does. */
function carriesOctets(dcs: number): boolean {
  if (dcs >> 4 === 0xf) return (dcs & 0x04) !== 0
  if (dcs >> 6 === 0) return (dcs & 0x0c) === 0x04 || (dcs & 0x0c) === 0x08
  return dcs >> 4 === 0xe
}

const first = ({ flags, header }: Message, mti: number): Bytes => bytes((flags & FLAGS) | (header ? UDHI : 0) | mti)

function tail({ dcs, userData }: Message): Bytes {
  if (userData.length > USER_DATA_MAX || !carriesOctets(dcs)) throw new RangeError('not octets of one message')
  return concat(bytes(userData.length), userData)
}

function decodeTail(from: OctetReader, dcs: number): Bytes {
  if (!carriesOctets(dcs)) throw new CodecError('sms/alphabet', 'not a message of octets')
  const length = from.byte()
  if (length > USER_DATA_MAX || length !== from.left) throw new CodecError('sms/length', 'TP-UDL is wrong')
  return from.take(length)
}

function decodeFirst(from: OctetReader, mti: number): Pick<Message, 'flags' | 'header'> {
  const octet = from.byte()
  if ((octet & 0x03) !== mti) throw new CodecError('sms/type', 'another type of message', 0)
  return { flags: octet & FLAGS, header: (octet & UDHI) !== 0 }
}

/** Throws `RangeError` when it does not fit one message. 3GPP TS 23.040 §9.2.2.1. */
export function encodeDeliver(sms: SmsDeliver): Bytes {
  const head = concat(first(sms, MTI.deliver), encodeAddress(sms.address), bytes(sms.pid, sms.dcs))
  return concat(head, sms.timestamp, tail(sms))
}

/** Any bytes to an SMS-DELIVER, or a `CodecError`. */
export function decodeDeliver(tpdu: Bytes): SmsDeliver {
  const from = new OctetReader('sms', tpdu)
  const start = decodeFirst(from, MTI.deliver)
  const address = decodeAddress(from)
  const [pid, dcs] = [from.byte(), from.byte()]
  return { ...start, address, pid, dcs, timestamp: from.take(7), userData: decodeTail(from, dcs) }
}

/** Length of TP-VP by the format in the flags. 3GPP TS 23.040 §9.2.3.3. */
const validityLength = (flags: number): number => [0, 7, 1, 7][(flags >> 3) & 0x03]!

/** Throws `RangeError` when it does not fit one message. 3GPP TS 23.040 §9.2.2.2. */
export function encodeSubmit(sms: SmsSubmit): Bytes {
  if (sms.validity.length !== validityLength(sms.flags)) throw new RangeError('validity and flags disagree')
  const head = concat(first(sms, MTI.submit), bytes(sms.reference), encodeAddress(sms.address), bytes(sms.pid, sms.dcs))
  return concat(head, sms.validity, tail(sms))
}

/** Any bytes to an SMS-SUBMIT, or a `CodecError`. */
export function decodeSubmit(tpdu: Bytes): SmsSubmit {
  const from = new OctetReader('sms', tpdu)
  const start = decodeFirst(from, MTI.submit)
  const reference = from.byte()
  const address = decodeAddress(from)
  const [pid, dcs] = [from.byte(), from.byte()]
  const validity = start.flags & 0x18 ? from.take(validityLength(start.flags)) : NO_BYTES
  return { ...start, reference, address, pid, dcs, validity, userData: decodeTail(from, dcs) }
}
