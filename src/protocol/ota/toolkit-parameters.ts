// Install parameters that make an application reachable by secured packets: TAR and minimum security level.
// ETSI TS 102 226 §8.2.1.3.2: EA with 80 (UICC), CA (SIM). Menus, timers and channels are read over.

import { type Bytes, bytes, concat } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeTlvs, findTlv, tlv } from '../../codec/tlv.ts'

export interface ToolkitParameters {
  /** Toolkit application references, three bytes each. */
  readonly tars: readonly Bytes[]
  /** The first byte of the weakest SPI that will do; absent when nothing is asked. */
  readonly minimumSpi?: number
}

/** Targeted applications of the issuer security domain: remote application management, administration over HTTP. */
export const TAR = { ram: bytes(0xb0, 0x00, 0x00), adminAgent: bytes(0xb2, 0x01, 0x00) } as const

const TAG = { uicc: 0xea, toolkit: 0x80, system: 0xef, sim: 0xca } as const
const MINIMUM_SPI = 0x01

/** The parameters EA for INSTALL [for install], beside C9. */
export function encodeToolkitParameters({ tars, minimumSpi }: ToolkitParameters): Bytes {
  const level = minimumSpi === undefined ? bytes(0) : bytes(2, MINIMUM_SPI, minimumSpi)
  const menu = bytes(0xff, 0, 0, 0, 0)
  return tlv(TAG.uicc, tlv(TAG.toolkit, menu, level, bytes(tars.length * 3), concat(...tars), bytes(0)))
}

/** Undefined when the install parameters have none. Throws `CodecError`. */
export function decodeToolkitParameters(installParameters: Bytes): ToolkitParameters | undefined {
  const objects = decodeTlvs(installParameters)
  const uicc = findTlv(objects, TAG.uicc)
  const field = uicc && findTlv(decodeTlvs(uicc), TAG.toolkit)
  if (field) return read(field, 0)
  const system = findTlv(objects, TAG.system)
  const sim = findTlv(objects, TAG.sim) ?? (system && findTlv(decodeTlvs(system), TAG.sim))
  return sim && read(sim, 1 + (sim[0] ?? 0))
}

/** Priority, timers, text length, menu entries of two bytes, channels; then level and references as LV. */
function read(field: Bytes, start: number): ToolkitParameters {
  const entries = field[start + 3]
  if (entries === undefined) throw new CodecError('toolkit/short', 'parameters are cut')
  const [level, afterLevel] = lvAt(field, start + 5 + 2 * entries)
  // Observed: pySim leaves the references out when there are none.
  const [references] = afterLevel === field.length ? [bytes()] : lvAt(field, afterLevel)
  if (references.length % 3 !== 0) throw new CodecError('toolkit/tar', 'references of three bytes')
  const tars = Array.from({ length: references.length / 3 }, (_, i) => references.slice(3 * i, 3 * i + 3))
  const minimumSpi = minimumOf(level)
  return minimumSpi === undefined ? { tars } : { tars, minimumSpi }
}

function lvAt(field: Bytes, at: number): [value: Bytes, next: number] {
  const length = field[at]
  if (length === undefined || at + 1 + length > field.length)
    throw new CodecError('toolkit/short', 'parameters are cut')
  return [field.slice(at + 1, at + 1 + length), at + 1 + length]
}

/** One byte is the SPI itself, two begin with the kind of level. */
function minimumOf(level: Bytes): number | undefined {
  if (level.length === 0) return undefined
  if (level.length === 1) return level[0]
  if (level.length === 2 && level[0] === MINIMUM_SPI) return level[1]
  throw new CodecError('toolkit/level', 'minimum security level is not understood')
}
