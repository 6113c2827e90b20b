// Names an APDU for a trace. Contents of VERIFY, CHANGE REFERENCE DATA, PUT KEY and personalisation are masked.
// ISO 7816-4:2020 Table 8; GPC v2.3.1 Table 11-1; ETSI TS 102 221 Table 10.5; JPKI instructions observed: myna-card.

import { type Bytes, hex } from '../../base/bytes.ts'
import { type Command, header, type Response } from '../../codec/apdu.ts'
import { explain } from '../../codec/sw.ts'

interface Instruction {
  readonly name: string
  /** The command data are, or may hold, a secret. */
  readonly secret?: true
  /** The response data are, or may hold, a secret or personal data. */
  readonly secretAnswer?: true
}

const INSTRUCTIONS: Record<number, Instruction> = {
  16: { name: 'TERMINAL PROFILE' },
  18: { name: 'FETCH' },
  20: { name: 'TERMINAL RESPONSE' },
  32: { name: 'VERIFY', secret: true },
  36: { name: 'CHANGE REFERENCE DATA', secret: true },
  42: { name: 'COMPUTE DIGITAL SIGNATURE' },
  80: { name: 'INITIALIZE UPDATE' },
  112: { name: 'MANAGE CHANNEL' },
  120: { name: 'END R-MAC SESSION' },
  122: { name: 'BEGIN R-MAC SESSION' },
  130: { name: 'EXTERNAL AUTHENTICATE' },
  132: { name: 'GET CHALLENGE' },
  136: { name: 'INTERNAL AUTHENTICATE' },
  162: { name: 'SET PUBLIC IC KEY' },
  164: { name: 'SELECT' },
  176: { name: 'READ BINARY', secretAnswer: true },
  192: { name: 'GET RESPONSE', secretAnswer: true },
  194: { name: 'ENVELOPE', secret: true, secretAnswer: true },
  202: { name: 'GET DATA' },
  216: { name: 'PUT KEY', secret: true },
  226: { name: 'STORE DATA', secret: true },
  228: { name: 'DELETE' },
  230: { name: 'INSTALL' },
  232: { name: 'LOAD' },
  240: { name: 'SET STATUS' },
  242: { name: 'GET STATUS' },
}

const INSTALL_PURPOSE: Record<number, string> = {
  2: ' [for load]',
  4: ' [for install]',
  8: ' [for make selectable]',
  12: ' [for install and make selectable]',
  14: ' [for load, install and make selectable]',
  16: ' [for extradition]',
  32: ' [for personalization]',
  64: ' [for registry update]',
}

const SHOWN = 32
const shown = (data: Bytes): string =>
  data.length <= SHOWN ? hex(data) : `${hex(data.subarray(0, SHOWN))}… (${data.length} bytes)`
const masked = (data: Bytes): string => `(${data.length} bytes, masked)`

/** "INSTALL [for load]"; of a command that is not known "command". */
export function nameOf({ ins, p1 }: Command): string {
  const purpose = ins === 0xe6 ? (INSTALL_PURPOSE[p1 & 0x7f] ?? '') : ''
  return `${INSTRUCTIONS[ins]?.name ?? 'command'}${purpose}`
}

/** GPC v2.3.1 Table 11-88: BER-TLV format, not encrypted. */
const isOpenStoreData = ({ ins, p1 }: Command): boolean => ins === 0xe2 && (p1 & 0x78) === 0x10

/** The command data are, or may hold, a PIN or a key; of a command that is not known they may. */
export const hasSecret = (request: Command): boolean =>
  (INSTRUCTIONS[request.ins]?.secret ?? !INSTRUCTIONS[request.ins]) && !isOpenStoreData(request)

/** The response data are, or may hold, something of the holder's own; of a command that is not known they may. */
export const hasSecretAnswer = ({ ins }: Command): boolean =>
  INSTRUCTIONS[ins] ? (INSTRUCTIONS[ins].secretAnswer ?? false) : true

/** "VERIFY 00200080 (4 bytes, masked)". Never shows a PIN or a key. */
export function describe(request: Command): string {
  const data = request.data.length === 0 ? '' : ` ${hasSecret(request) ? masked(request.data) : shown(request.data)}`
  return `${nameOf(request)} ${hex(header(request))}${data}`
}

/** "9000 completed" with the data, or their length when they are the holder's own. */
export function describeResponse(request: Command, { data, sw }: Response): string {
  return `${explain(sw)}${data.length === 0 ? '' : ` ${hasSecretAnswer(request) ? masked(data) : shown(data)}`}`
}
