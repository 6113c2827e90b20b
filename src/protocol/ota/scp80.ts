// SCP80: protects command and response packets, and opens them. ETSI TS 102 225 §5; 3GPP TS 31.115 §4.
// AES and triple DES, CBC with a zero IV; CMAC and CBC-MAC. No single DES, no digital signatures.

import { type Bytes, bytes, concat, fromHex, fromUint, NO_BYTES } from '../../base/bytes.ts'
import { aesCbcDecrypt, aesCbcEncrypt, cmac, equalSecret } from '../../base/crypto.ts'
import { desCbcDecrypt, desCbcEncrypt } from '../../base/des.ts'
import { CodecError } from '../../codec/codec-error.ts'
import {
  type Check,
  commandHead,
  decodeResponsePacket,
  encodeCommandPacket,
  encodeResponsePacket,
  PACKET_STATUS,
  type ReceivedCommand,
  responseHead,
  type Spi,
} from '../../codec/secured-packet.ts'
import { REDUNDANCY_CHECKS } from './checksums.ts'

export interface PacketKey {
  readonly algorithm: 'aes' | 'des3'
  /** AES: 16, 24 or 32 bytes; triple DES: 16 or 24. */
  readonly value: Bytes
}

/** One key set of a security domain for SCP80: version 01 to 0F, KIc and KID. */
export interface PacketKeys {
  readonly version: number
  readonly kic: PacketKey
  readonly kid: PacketKey
}

/** Why a packet is not taken, as a response status code. */
export class PacketRefused extends Error {
  override readonly name = 'PacketRefused'
  readonly status: number

  constructor(status: number) {
    super(`packet refused with status ${status}`)
    this.status = status
  }
}

const COUNTER = 5
const PCNTR = 1
const CC = 8
/** What the checksum of a response covers before the packet; that of a command covers nothing. Observed: onomondo-uicc. */
const RESPONSE_HEADER = fromHex('027100')

/** Low nibble of KIc and KID. ETSI TS 102 225 §5.1.2, §5.1.3. */
const nibble = ({ algorithm, value }: PacketKey): number =>
  algorithm === 'aes' ? 0x2 : value.length === 24 ? 0x9 : 0x5

const block = (key: PacketKey): number => (key.algorithm === 'aes' ? 16 : 8)
const padding = (length: number, size: number): Bytes => new Uint8Array((size - (length % size)) % size)

/** First eight bytes of the CMAC, or the last block of the CBC. */
function cryptographicChecksum(key: PacketKey, data: Bytes): Bytes {
  if (key.algorithm === 'aes') return cmac(key.value, data).slice(0, CC)
  return desCbcEncrypt(key.value, concat(data, padding(data.length, CC))).slice(-CC)
}

const encipher = ({ algorithm, value }: PacketKey, blocks: Bytes): Bytes =>
  algorithm === 'aes' ? aesCbcEncrypt(value, blocks) : desCbcEncrypt(value, blocks)

function decipher(key: PacketKey, blocks: Bytes): Bytes {
  if (blocks.length % block(key) !== 0) throw new PacketRefused(PACKET_STATUS.ciphering)
  return key.algorithm === 'aes' ? aesCbcDecrypt(key.value, blocks) : desCbcDecrypt(key.value, blocks)
}

interface Checker {
  readonly length: number
  of(data: Bytes): Bytes
}

/** Undefined for what there is none of here. `kid` names the redundancy check. */
function checker(check: Check, kid: number, key: PacketKey): Checker | undefined {
  if (check === 'none') return { length: 0, of: () => NO_BYTES }
  if (check === 'rc') return REDUNDANCY_CHECKS[kid & 0x0f]
  return check === 'cc' ? { length: CC, of: (data) => cryptographicChecksum(key, data) } : undefined
}

export interface CommandContent {
  readonly tar: Bytes
  readonly spi: Spi
  /** Five bytes in the packet. */
  readonly counter: number
  readonly data: Bytes
  /** Low nibble of KID for a redundancy check: 1 for CRC-16, 5 for CRC-32. */
  readonly redundancy?: 1 | 5
}

const counterBytes = (counter: number): Bytes => fromHex(counter.toString(16).padStart(2 * COUNTER, '0'))

/** A command packet, CPL first. Throws `RangeError` for a check that there is not. */
export function protectCommand({ tar, spi, counter, data, redundancy = 5 }: CommandContent, keys: PacketKeys): Bytes {
  const set = keys.version << 4
  const kic = set | nibble(keys.kic)
  const kid = set | (spi.check === 'rc' ? redundancy : nibble(keys.kid))
  const check = checker(spi.check, kid, keys.kid)
  if (!check) throw new RangeError('digital signatures are not made here')
  const length = COUNTER + PCNTR + check.length + data.length
  const pad = spi.ciphered ? padding(length, block(keys.kic)) : NO_BYTES
  const front = concat(counterBytes(counter), bytes(pad.length))
  const packet = { spi, kic, kid, tar, checkLength: check.length }
  const head = commandHead({ ...packet, body: new Uint8Array(length + pad.length) })
  const body = concat(front, check.of(concat(head, front, data, pad)), data, pad)
  return encodeCommandPacket({ ...packet, body: spi.ciphered ? encipher(keys.kic, body) : body })
}

/** The algorithm that the packet names is that of the key; nibble 0 leaves it to the key. The answer must be possible too. */
function checkAlgorithms({ spi, kic, kid }: ReceivedCommand, keys: PacketKeys): void {
  const fits = (field: number, key: PacketKey) => (field & 0x0f) === 0 || (field & 0x0f) === nibble(key)
  const wrong =
    (spi.ciphered && !fits(kic, keys.kic)) ||
    (spi.check === 'cc' && !fits(kid, keys.kid)) ||
    (spi.answer !== 'never' && !checker(spi.answerCheck, kid, keys.kid))
  if (wrong) throw new PacketRefused(PACKET_STATUS.unidentifiedSecurity)
}

/** Counter and data of a command packet. Throws `PacketRefused`; whether the counter is fresh is not judged here. */
export function openCommand(packet: ReceivedCommand, keys: PacketKeys): { counter: number; data: Bytes } {
  checkAlgorithms(packet, keys)
  const check = checker(packet.spi.check, packet.kid, keys.kid)
  if (!check || check.length !== packet.checkLength) throw new PacketRefused(PACKET_STATUS.unidentifiedSecurity)
  const body = packet.spi.ciphered ? decipher(keys.kic, packet.body) : packet.body
  const { front, sum, rest } = split(body, COUNTER + PCNTR, check.length)
  if (!equalSecret(check.of(concat(packet.head, front, rest)), sum)) {
    throw new PacketRefused(PACKET_STATUS.checkFailed)
  }
  const pad = front.at(-1)!
  if (pad > rest.length) throw new PacketRefused(PACKET_STATUS.ciphering)
  return { counter: fromUint(front.subarray(0, COUNTER)), data: rest.slice(0, rest.length - pad) }
}

function split(body: Bytes, frontLength: number, checkLength: number) {
  const end = frontLength + checkLength
  return { front: body.slice(0, frontLength), sum: body.slice(frontLength, end), rest: body.slice(end) }
}

export interface ResponseContent {
  readonly tar: Bytes
  /** That of the command. */
  readonly counter: number
  readonly status: number
  readonly data: Bytes
}

/** A response packet under the security that the command asked for. `kid` is the command's. */
export function protectResponse(content: ResponseContent, spi: Spi, kid: number, keys: PacketKeys): Bytes {
  const check = checker(spi.answerCheck, kid, keys.kid)
  if (!check) throw new RangeError('no such check: openCommand has refused it')
  const length = COUNTER + PCNTR + 1 + check.length + content.data.length
  const pad = spi.answerCiphered ? padding(length, block(keys.kic)) : NO_BYTES
  const front = concat(counterBytes(content.counter), bytes(pad.length, content.status))
  const packet = { tar: content.tar, checkLength: check.length }
  const head = responseHead({ ...packet, body: new Uint8Array(length + pad.length) })
  const sum = check.of(concat(RESPONSE_HEADER, head, front, content.data, pad))
  const body = concat(front, sum, content.data, pad)
  return encodeResponsePacket({ ...packet, body: spi.answerCiphered ? encipher(keys.kic, body) : body })
}

/** A response packet in the clear: for whoever is not known. */
export const plainResponse = ({ tar, counter, status, data }: ResponseContent): Bytes =>
  encodeResponsePacket({ tar, checkLength: 0, body: concat(counterBytes(counter), bytes(0, status), data) })

export interface OpenedResponse extends ResponseContent {
  /** False when it came without the security that was asked for: a hint at most, and never success. */
  readonly protected: boolean
}

/** A response packet, RPL first, to a command with this SPI. Throws `CodecError` when it is not what it claims to be. */
export function openResponse(from: Bytes, spi: Spi, kid: number, keys: PacketKeys): OpenedResponse {
  const packet = decodeResponsePacket(from)
  const check = checker(spi.answerCheck, kid, keys.kid)
  if (!check) throw new CodecError('scp80/check', 'no such check')
  const bare = packet.checkLength === 0 && check.length > 0
  if (!bare && packet.checkLength !== check.length) throw new CodecError('scp80/check', 'another check than asked for')
  const body = spi.answerCiphered && !bare ? responseBody(keys.kic, packet.body) : packet.body
  const { front, sum, rest } = split(body, COUNTER + PCNTR + 1, packet.checkLength)
  const covered = concat(RESPONSE_HEADER, responseHead(packet), front, rest)
  if (!bare && !equalSecret(check.of(covered), sum)) throw new CodecError('scp80/check', 'check is wrong')
  const [pad, status] = [front[COUNTER]!, front[COUNTER + 1]!]
  if (pad > rest.length || (bare && status === PACKET_STATUS.ok)) {
    throw new CodecError('scp80/response', 'padding is too long, or success without proof')
  }
  const data = rest.slice(0, rest.length - pad)
  return { tar: packet.tar, counter: fromUint(front.subarray(0, COUNTER)), status, data, protected: !bare }
}

function responseBody(key: PacketKey, blocks: Bytes): Bytes {
  try {
    return decipher(key, blocks)
  } catch (error) {
    if (error instanceof PacketRefused) throw new CodecError('scp80/ciphering', 'not whole blocks')
    throw error
  }
}
