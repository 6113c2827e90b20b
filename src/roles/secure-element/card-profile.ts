// What a card can do and how it behaves, as its maker set it: one record of its memory. Who asks, asks for a feature.
// ISO 7816-4:2020 §5.4.1 (channels), GPC v2.3.1 §11.9 (length of commands), GPC-D v1.1.1 §6.2.6 (counting).

import { type Bytes, bytes, concat, fromUint, u32 } from '../../base/bytes.ts'
import type { KeyKind } from '../../base/crypto.ts'
import { CHANNELS_MAX } from '../../codec/class-byte.ts'
import { decodeTlvs, findTlv, needTlv, tlv } from '../../codec/tlv.ts'
import { DEFAULT_SCP03_I, isScp02i, isScp03i, type ScpParameters } from '../../protocol/globalplatform/scp-parameter.ts'

export interface CardProfile {
  readonly scp: ScpParameters
  /** Logical channels with the basic one, 1 to 20. */
  readonly channels: number
  /** Key pairs that the chip makes. */
  readonly keyGeneration: readonly KeyKind[]
  /** Longest data field of a command; the FCI tells it (9F65). */
  readonly commandMax: number
  /** Most bytes of a load file that one LOAD takes. */
  readonly loadBlockMax: number
  /** False on cards that leave commands without data out of the SCP03 counter. Observed: GlobalPlatformPro. */
  readonly countsEmptyCommands: boolean
  readonly memory: MemorySize
  /** True when only domains with a privilege for it manage content. Observed: gpshell's script for DAP needs false. */
  readonly strict: boolean
}

/** Bytes. */
export interface MemorySize {
  readonly nonVolatile: number
  readonly volatile: number
}

export const DEFAULT_PROFILE: CardProfile = {
  scp: { scp03: DEFAULT_SCP03_I },
  channels: 1,
  keyGeneration: ['RSA-2048', 'P-256', 'P-384'],
  commandMax: 255,
  loadBlockMax: 255,
  countsEmptyCommands: true,
  memory: { nonVolatile: 0x80000, volatile: 0x4000 },
  strict: false,
}

const KINDS: readonly KeyKind[] = ['RSA-2048', 'P-256', 'P-384']
const TAG = {
  scp02: 0x80,
  scp03: 0x81,
  channels: 0x82,
  keyKinds: 0x83,
  lengths: 0x84,
  counting: 0x85,
  memory: 0x86,
  strict: 0x87,
} as const

/** Throws `RangeError` for a card that there cannot be. */
export function encodeProfile(profile: CardProfile): Bytes {
  const { scp02, scp03 } = profile.scp
  if (scp02 !== undefined && !isScp02i(scp02)) throw new RangeError('no such SCP02 parameter')
  if (scp03 !== undefined && !isScp03i(scp03)) throw new RangeError('no such SCP03 parameter')
  const { channels, commandMax, loadBlockMax } = profile
  if (channels < 1 || channels > CHANNELS_MAX) throw new RangeError('a card has 1 to 20 channels')
  if (commandMax > 255 || loadBlockMax > 255) throw new RangeError('short commands carry 255 bytes')
  return concat(
    scp02 === undefined ? bytes() : tlv(TAG.scp02, bytes(scp02)),
    scp03 === undefined ? bytes() : tlv(TAG.scp03, bytes(scp03)),
    tlv(TAG.channels, bytes(channels)),
    tlv(TAG.keyKinds, bytes(...profile.keyGeneration.map((kind) => KINDS.indexOf(kind)))),
    tlv(TAG.lengths, bytes(commandMax, loadBlockMax)),
    tlv(TAG.counting, bytes(profile.countsEmptyCommands ? 1 : 0)),
    tlv(TAG.memory, u32(profile.memory.nonVolatile), u32(profile.memory.volatile)),
    tlv(TAG.strict, bytes(profile.strict ? 1 : 0)),
  )
}

export function decodeProfile(record: Bytes): CardProfile {
  const objects = decodeTlvs(record)
  const [scp02, scp03] = [findTlv(objects, TAG.scp02)?.[0], findTlv(objects, TAG.scp03)?.[0]]
  const [commandMax, loadBlockMax] = needTlv(objects, TAG.lengths)
  const memory = needTlv(objects, TAG.memory)
  return {
    scp: { ...(scp02 !== undefined && { scp02 }), ...(scp03 !== undefined && { scp03 }) },
    channels: needTlv(objects, TAG.channels)[0]!,
    keyGeneration: [...needTlv(objects, TAG.keyKinds)].map((index) => KINDS[index]!),
    commandMax: commandMax!,
    loadBlockMax: loadBlockMax!,
    countsEmptyCommands: needTlv(objects, TAG.counting)[0] === 1,
    memory: { nonVolatile: fromUint(memory.slice(0, 4)), volatile: fromUint(memory.slice(4)) },
    strict: needTlv(objects, TAG.strict)[0] === 1,
  }
}
