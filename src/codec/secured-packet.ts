// Secured packets as they lie in a short message: headers of command and response, security parameters.
// ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.115 §4. Nothing is enciphered or checked here (protocol/ota/scp80).

import { type Bytes, bytes, concat, fromUint, u16 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

const COUNTER = ['none', 'unchecked', 'higher', 'next'] as const
const CHECK = ['none', 'rc', 'cc', 'ds'] as const
const ANSWER = ['never', 'always', 'onError'] as const

/** Redundancy check, cryptographic checksum, digital signature. */
export type Check = (typeof CHECK)[number]

/** Security parameter indicator. ETSI TS 102 225 §5.1.1. */
export interface Spi {
  /** What the receiver asks of the counter: nothing, nothing though it is there, to be higher, to be one higher. */
  readonly counter: (typeof COUNTER)[number]
  readonly ciphered: boolean
  readonly check: Check
  readonly answer: (typeof ANSWER)[number]
  readonly answerCheck: Check
  readonly answerCiphered: boolean
  readonly answerBySubmit: boolean
}

export const encodeSpi = (spi: Spi): Bytes =>
  bytes(
    (COUNTER.indexOf(spi.counter) << 3) | (spi.ciphered ? 0x04 : 0) | CHECK.indexOf(spi.check),
    (spi.answerBySubmit ? 0x20 : 0) |
      (spi.answerCiphered ? 0x10 : 0) |
      (CHECK.indexOf(spi.answerCheck) << 2) |
      ANSWER.indexOf(spi.answer),
  )

/** Two bytes; reserved bits are ignored, a reserved kind of answer is a `CodecError`. */
export function decodeSpi([command = 0, answer = 0]: Bytes): Spi {
  const kind = ANSWER[answer & 0x03]
  if (!kind) throw new CodecError('packet/spi', 'reserved kind of answer')
  return {
    counter: COUNTER[(command >> 3) & 0x03]!,
    ciphered: (command & 0x04) !== 0,
    check: CHECK[command & 0x03]!,
    answer: kind,
    answerCheck: CHECK[(answer >> 2) & 0x03]!,
    answerCiphered: (answer & 0x10) !== 0,
    answerBySubmit: (answer & 0x20) !== 0,
  }
}

export interface CommandPacket {
  readonly spi: Spi
  /** Key set in the high nibble, algorithm in the low one. */
  readonly kic: number
  readonly kid: number
  /** Toolkit application reference, three bytes. */
  readonly tar: Bytes
  /** Length of RC, CC or DS. */
  readonly checkLength: number
  /** From CNTR to the end, enciphered or not. */
  readonly body: Bytes
}

const COMMAND_HEADER = 13
const COUNTER_FIELD = 6

/** CPL to TAR: what comes before the body and is never enciphered. */
export function commandHead({ spi, kic, kid, tar, checkLength, body }: CommandPacket): Bytes {
  const header = concat(encodeSpi(spi), bytes(kic, kid), tar)
  return concat(u16(1 + header.length + body.length), bytes(COMMAND_HEADER + checkLength), header)
}

export const encodeCommandPacket = (packet: CommandPacket): Bytes => concat(commandHead(packet), packet.body)

export interface ReceivedCommand extends CommandPacket {
  /** CPL to TAR as it came, reserved bits included: that is what a checksum covers. */
  readonly head: Bytes
}

/** Any bytes to a command packet, or a `CodecError`. */
export function decodeCommandPacket(from: Bytes): ReceivedCommand {
  const checkLength = (from[2] ?? 0) - COMMAND_HEADER
  const body = from.slice(10)
  if (from.length < 10 || checkLength < 0) throw new CodecError('packet/header', 'header is too short')
  if (fromUint(from.subarray(0, 2)) !== from.length - 2) throw new CodecError('packet/length', 'CPL is wrong')
  if (body.length < COUNTER_FIELD + checkLength) throw new CodecError('packet/short', 'packet is cut')
  const [kic, kid] = [from[5]!, from[6]!]
  return {
    spi: decodeSpi(from.subarray(3, 5)),
    kic,
    kid,
    tar: from.slice(7, 10),
    checkLength,
    body,
    head: from.slice(0, 10),
  }
}

export interface ResponsePacket {
  readonly tar: Bytes
  readonly checkLength: number
  /** From CNTR to the end, enciphered or not. */
  readonly body: Bytes
}

const RESPONSE_HEADER = 10

export const responseHead = ({ tar, checkLength, body }: ResponsePacket): Bytes =>
  concat(u16(1 + tar.length + body.length), bytes(RESPONSE_HEADER + checkLength), tar)

export const encodeResponsePacket = (packet: ResponsePacket): Bytes => concat(responseHead(packet), packet.body)

/** Any bytes to a response packet, or a `CodecError`. */
export function decodeResponsePacket(from: Bytes): ResponsePacket {
  const checkLength = (from[2] ?? 0) - RESPONSE_HEADER
  const body = from.slice(6)
  if (from.length < 6 || checkLength < 0) throw new CodecError('packet/header', 'header is too short')
  if (fromUint(from.subarray(0, 2)) !== from.length - 2) throw new CodecError('packet/length', 'RPL is wrong')
  if (body.length < COUNTER_FIELD + 1 + checkLength) throw new CodecError('packet/short', 'packet is cut')
  return { tar: from.slice(3, 6), checkLength, body }
}

/** Response status codes. ETSI TS 102 225 §5.2, Table 5. */
export const PACKET_STATUS = {
  ok: 0x00,
  checkFailed: 0x01,
  counterLow: 0x02,
  counterHigh: 0x03,
  counterBlocked: 0x04,
  ciphering: 0x05,
  unidentifiedSecurity: 0x06,
  memory: 0x07,
  moreTime: 0x08,
  tarUnknown: 0x09,
  insufficientSecurity: 0x0a,
  answerBySubmit: 0x0b,
} as const
