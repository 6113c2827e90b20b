// Card application toolkit: proactive commands, terminal responses and envelopes of COMPREHENSION-TLV objects.
// ETSI TS 102 223 §6, §7, §8; ETSI TS 101 220 §7. Only what a bearer needs: no menus, no calls.

import { type Bytes, bytes, concat, NO_BYTES } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { decodeTlvs, encodeLength, readLength, tlv } from './tlv.ts'

/** `tag` is without the bit that asks for comprehension. */
export interface CatObject {
  readonly tag: number
  readonly value: Bytes
}

/** ETSI TS 102 223 §9.3. */
export const CAT = {
  commandDetails: 0x01,
  deviceIdentities: 0x02,
  result: 0x03,
  alphaIdentifier: 0x05,
  address: 0x06,
  smsTpdu: 0x0b,
  eventList: 0x19,
  timerIdentifier: 0x24,
  timerValue: 0x25,
  bearer: 0x35,
  channelData: 0x36,
  channelDataLength: 0x37,
  channelStatus: 0x38,
  bufferSize: 0x39,
  transport: 0x3c,
  otherAddress: 0x3e,
  networkAccessName: 0x47,
} as const

/** ETSI TS 102 223 §9.4. */
export const PROACTIVE = {
  setUpEventList: 0x05,
  sendShortMessage: 0x13,
  timerManagement: 0x27,
  openChannel: 0x40,
  closeChannel: 0x41,
  receiveData: 0x42,
  sendData: 0x43,
  getChannelStatus: 0x44,
} as const

/** ETSI TS 102 223 §8.7. */
export const DEVICE = { uicc: 0x81, terminal: 0x82, network: 0x83, channel: 0x20 } as const
export const EVENT = { dataAvailable: 0x09, channelStatus: 0x0a } as const
/** General results. ETSI TS 102 223 §8.12. */
export const RESULT = { ok: 0x00, terminalBusy: 0x20, beyondCapability: 0x30, bearerProtocol: 0x3a } as const

/** What stands around the objects. ETSI TS 101 220 §7.2. */
export const TEMPLATE = { proactive: 0xd0, smsPpDownload: 0xd1, eventDownload: 0xd6, timerExpiration: 0xd7 } as const
const COMPREHENSION = 0x80

/** One object, comprehension required. */
const catObject = (tag: number, ...values: readonly Bytes[]): Bytes => {
  const value = concat(...values)
  return concat(bytes(COMPREHENSION | tag), encodeLength(value.length), value)
}

export const encodeCatObjects = (objects: readonly CatObject[]): Bytes =>
  concat(...objects.map(({ tag, value }) => catObject(tag, value)))

/** Any bytes to objects, or a `CodecError`. Tags of three bytes are not understood. ETSI TS 101 220 §7.1.1.1. */
export function decodeCatObjects(from: Bytes): CatObject[] {
  const found: CatObject[] = []
  for (let at = 0; at < from.length; ) {
    const tag = from[at]! & ~COMPREHENSION
    if (tag === 0x00 || tag === 0x7f) throw new CodecError('cat/tag', 'tag is not understood', at)
    const [length, start] = readLength(from, at + 1)
    if (start + length > from.length) throw new CodecError('cat/short', 'value is cut', at)
    found.push({ tag, value: from.slice(start, start + length) })
    at = start + length
  }
  return found
}

export const findCat = (objects: readonly CatObject[], tag: number): Bytes | undefined =>
  objects.find((object) => object.tag === tag)?.value

export function needCat(objects: readonly CatObject[], tag: number): Bytes {
  const value = findCat(objects, tag)
  if (!value) throw new CodecError('cat/missing', `object ${tag.toString(16)} is missing`)
  return value
}

export interface CommandDetails {
  readonly number: number
  readonly type: number
  readonly qualifier: number
}

export interface ProactiveCommand extends CommandDetails {
  /** Destination, one of `DEVICE` or a channel. */
  readonly to: number
  readonly objects: readonly CatObject[]
}

const details = ({ number, type, qualifier }: CommandDetails): Bytes =>
  catObject(CAT.commandDetails, bytes(number, type, qualifier))

function decodeDetails(objects: readonly CatObject[]): CommandDetails {
  const [number, type, qualifier] = needCat(objects, CAT.commandDetails)
  if (number === undefined || type === undefined || qualifier === undefined) {
    throw new CodecError('cat/details', 'command details are cut')
  }
  return { number, type, qualifier }
}

const devices = (from: number, to: number): Bytes => catObject(CAT.deviceIdentities, bytes(from, to))

export const encodeProactive = (c: ProactiveCommand): Bytes =>
  tlv(TEMPLATE.proactive, details(c), devices(DEVICE.uicc, c.to), encodeCatObjects(c.objects))

/** Any bytes to a proactive command, or a `CodecError`. */
export function decodeProactive(from: Bytes): ProactiveCommand {
  const { tag, objects } = decodeEnvelope(from)
  if (tag !== TEMPLATE.proactive) throw new CodecError('cat/template', 'not a proactive command')
  const to = needCat(objects, CAT.deviceIdentities)[1]
  if (to === undefined) throw new CodecError('cat/devices', 'device identities are cut')
  return { ...decodeDetails(objects), to, objects: objects.slice(2) }
}

export interface TerminalResponse extends CommandDetails {
  readonly result: number
  /** What the general result is followed by. */
  readonly information: Bytes
  readonly objects: readonly CatObject[]
}

export const encodeTerminalResponse = (r: TerminalResponse): Bytes =>
  concat(
    details(r),
    devices(DEVICE.terminal, DEVICE.uicc),
    catObject(CAT.result, bytes(r.result), r.information),
    encodeCatObjects(r.objects),
  )

/** Any bytes to a terminal response, or a `CodecError`. */
export function decodeTerminalResponse(from: Bytes): TerminalResponse {
  const objects = decodeCatObjects(from)
  const [result, ...information] = needCat(objects, CAT.result)
  if (result === undefined) throw new CodecError('cat/result', 'result is empty')
  return { ...decodeDetails(objects), result, information: Uint8Array.from(information), objects }
}

export interface Envelope {
  readonly tag: number
  readonly objects: readonly CatObject[]
}

/** Any bytes to an envelope, or a `CodecError`. */
export function decodeEnvelope(from: Bytes): Envelope {
  const [template, ...more] = decodeTlvs(from)
  if (!template || more.length > 0) throw new CodecError('cat/template', 'not one template')
  return { tag: template.tag, objects: decodeCatObjects(template.value) }
}

/** A short message for the card. `address` is that of the service centre, type and swapped digits. */
export const smsPpDownload = (tpdu: Bytes, address: Bytes = NO_BYTES): Bytes =>
  tlv(
    TEMPLATE.smsPpDownload,
    devices(DEVICE.network, DEVICE.uicc),
    address.length > 0 ? catObject(CAT.address, address) : NO_BYTES,
    catObject(CAT.smsTpdu, tpdu),
  )

export const eventDownload = (event: number, objects: readonly CatObject[]): Bytes =>
  tlv(
    TEMPLATE.eventDownload,
    catObject(CAT.eventList, bytes(event)),
    devices(DEVICE.terminal, DEVICE.uicc),
    encodeCatObjects(objects),
  )

/** `value` is hour, minute and second in swapped BCD. */
export const timerExpiration = (timer: number, value: Bytes): Bytes =>
  tlv(
    TEMPLATE.timerExpiration,
    devices(DEVICE.terminal, DEVICE.uicc),
    catObject(CAT.timerIdentifier, bytes(timer)),
    catObject(CAT.timerValue, value),
  )
