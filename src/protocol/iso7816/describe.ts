// Names an APDU for a trace. Contents of VERIFY, CHANGE REFERENCE DATA, PUT KEY and personalisation are masked.
// ISO 7816-4:2020 Table 8; GPC v2.3.1 Table 11-1; JPKI instructions observed: myna-card.

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
  32: { name: 'VERIFY', secret: true },
  36: { name: 'CHANGE REFERENCE DATA', secret: true },
  42: { name: 'COMPUTE DIGITAL SIGNATURE' },
  80: { name: 'INITIALIZE UPDATE' },
  112: { name: 'MANAGE CHANNEL' },
  130: { name: 'EXTERNAL AUTHENTICATE' },
  132: { name: 'GET CHALLENGE' },
  136: { name: 'INTERNAL AUTHENTICATE' },
  162: { name: 'SET PUBLIC IC KEY' },
  164: { name: 'SELECT' },
  176: { name: 'READ BINARY', secretAnswer: true },
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
  32: ' [for personalization]',
}

const SHOWN = 32
const shown = (data: Bytes): string =>
  data.length <= SHOWN ? hex(data) : `${hex(data.subarray(0, SHOWN))}… (${data.length} bytes)`
const masked = (data: Bytes): string => `(${data.length} bytes, masked)`

/** "VERIFY 00200080 (4 bytes, masked)". Never shows a PIN or a key. */
export function describe(request: Command): string {
  const known = INSTRUCTIONS[request.ins]
  const purpose = request.ins === 0xe6 ? (INSTALL_PURPOSE[request.p1] ?? '') : ''
  const name = `${known?.name ?? 'command'}${purpose}`
  const open = known && !known.secret
  const data = request.data.length === 0 ? '' : ` ${open ? shown(request.data) : masked(request.data)}`
  return `${name} ${hex(header(request))}${data}`
}

/** "9000 completed" with the data, or their length when they are the holder's own. */
export function describeResponse(request: Command, { data, sw }: Response): string {
  const open = !INSTRUCTIONS[request.ins]?.secretAnswer
  return `${explain(sw)}${data.length === 0 ? '' : ` ${open ? shown(data) : masked(data)}`}`
}
