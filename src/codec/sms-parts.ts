// The user data header, and long messages in parts that may be lost, doubled or out of order.
// 3GPP TS 23.040 §9.2.3.24, §9.2.3.24.1 (8-bit reference), §9.2.3.24.8 (16-bit); 3GPP TS 31.115 §4.

import { type Bytes, bytes, concat, equal, fromUint } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { USER_DATA_MAX } from './sms.ts'

export interface HeaderElement {
  readonly id: number
  readonly value: Bytes
}

export interface UserData {
  readonly elements: readonly HeaderElement[]
  readonly content: Bytes
}

/** Identifiers of information elements: parts of a message, secured command and response packet. */
export const ELEMENT = { parts8: 0x00, parts16: 0x08, command: 0x70, response: 0x71 } as const

/** Throws `RangeError` when the header is longer than its length byte can say. */
export function encodeUserData({ elements, content }: UserData): Bytes {
  const header = concat(...elements.map(({ id, value }) => concat(bytes(id, value.length), value)))
  if (header.length > 255) throw new RangeError('user data header is too long')
  return concat(bytes(header.length), header, content)
}

/** Any bytes to header and content, or a `CodecError`. */
export function decodeUserData(from: Bytes): UserData {
  const end = 1 + (from[0] ?? 0)
  if (from.length === 0 || end > from.length) throw new CodecError('udh/short', 'header is cut', 0)
  const elements: HeaderElement[] = []
  for (let at = 1; at < end; ) {
    const next = at + 2 + (from[at + 1] ?? 0)
    if (at + 1 >= end || next > end) throw new CodecError('udh/length', 'element is cut', at)
    elements.push({ id: from[at]!, value: from.slice(at + 2, next) })
    at = next
  }
  return { elements, content: from.slice(end) }
}

/** User data of one message, or of the parts of a long one; only the first part carries the other elements. */
export function splitUserData({ elements, content }: UserData, reference: number): Bytes[] {
  const whole = encodeUserData({ elements, content })
  if (whole.length <= USER_DATA_MAX) return [whole]
  const more = USER_DATA_MAX - 6
  const least = more - (whole.length - content.length - 1)
  const total = 1 + Math.ceil((content.length - least) / more)
  if (total > 255) throw new RangeError('message has more than 255 parts')
  return Array.from({ length: total }, (_, i) => {
    const part = { id: ELEMENT.parts8, value: bytes(reference & 0xff, total, i + 1) }
    const [from, to] = i === 0 ? [0, least] : [least + (i - 1) * more, least + i * more]
    return encodeUserData({ elements: i === 0 ? [part, ...elements] : [part], content: content.slice(from, to) })
  })
}

interface PartOf {
  readonly key: string
  readonly total: number
  readonly number: number
}

/** An element that makes no sense is ignored as a whole. 3GPP TS 23.040 §9.2.3.24.1. */
function partOf({ elements }: UserData): PartOf | undefined {
  const isPart = ({ id, value }: HeaderElement) =>
    (id === ELEMENT.parts8 && value.length === 3) || (id === ELEMENT.parts16 && value.length === 4)
  const found = elements.find(isPart)
  if (!found) return undefined
  const reference = found.value.slice(0, -2)
  const [total, number] = [...found.value.slice(-2)] as [number, number]
  const sensible = number >= 1 && number <= total
  return sensible ? { key: `${found.id}/${fromUint(reference)}/${total}`, total, number } : undefined
}

/** How much a receiver keeps of what is not complete. */
export interface ReassemblyLimits {
  readonly messages: number
  readonly parts: number
}

/**
 * Collects parts. A part that says something else than before begins its message anew; the oldest message gives way.
 * A part left over from an earlier message with the same reference is not told apart here, but by the packet's checksum.
 */
export class Reassembly {
  readonly #limits: ReassemblyLimits
  readonly #open = new Map<string, Map<number, UserData>>()

  constructor(limits: ReassemblyLimits = { messages: 4, parts: 64 }) {
    this.#limits = limits
  }

  /** The whole message when this was its last missing part. Throws `CodecError` on what is not user data. */
  take(sender: string, userData: Bytes): UserData | undefined {
    const piece = decodeUserData(userData)
    const part = partOf(piece)
    if (!part || part.total === 1) return without(piece)
    if (part.total > this.#limits.parts) throw new CodecError('sms/parts', 'message has too many parts')
    const key = `${sender}/${part.key}`
    const known = this.#open.get(key) ?? new Map<number, UserData>()
    const before = known.get(part.number)
    if (before && !same(before, piece)) known.clear()
    known.set(part.number, piece)
    this.#open.delete(key)
    if (known.size === part.total) return joined(known)
    this.#open.set(key, known)
    const [oldest] = this.#open.keys()
    if (this.#open.size > this.#limits.messages) this.#open.delete(oldest!)
    return undefined
  }
}

const same = (a: UserData, b: UserData): boolean => equal(encodeUserData(a), encodeUserData(b))

const without = ({ elements, content }: UserData): UserData => ({
  elements: elements.filter(({ id }) => id !== ELEMENT.parts8 && id !== ELEMENT.parts16),
  content,
})

function joined(parts: ReadonlyMap<number, UserData>): UserData {
  const ordered = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part)
  return without({
    elements: ordered.flatMap(({ elements }) => elements),
    content: concat(...ordered.map(({ content }) => content)),
  })
}
