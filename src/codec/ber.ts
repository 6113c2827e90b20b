// BER written as DER reads it: indefinite lengths made definite, lengths minimal, octet strings in one piece. Order and values
// stay. RFC 5652 §2: SignedData may come so, and does from programs that write it as a stream. ITU-T X.690 §8.1.3, §8.7.3.

import { type Bytes, concat, concatAll } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { CONSTRUCTED } from './der-tag.ts'

const MAX_DEPTH = 32
const INDEFINITE = 0x80
const SEGMENTED = der.TAG.OCTET_STRING | CONSTRUCTED

/** The same octets where nothing needs to be done, or where it is no BER: whoever reads them says what is wrong. */
export function definite(input: Bytes): Bytes {
  try {
    const { whole, end } = element(input, 0, input.length, 0)
    return end === input.length ? whole : input
  } catch (error) {
    if (error instanceof CodecError) return input
    throw error
  }
}

interface Element {
  readonly tag: number
  readonly contents: Bytes
  /** In DER; a part of the input where it was so already. */
  readonly whole: Bytes
  readonly isChanged: boolean
  readonly end: number
}

function element(input: Bytes, start: number, limit: number, depth: number): Element {
  const tag = input[start]!
  if (start + 2 > limit || depth > MAX_DEPTH || (tag & 0x1f) === 0x1f) throw bad(start)
  const { from, to } = extent(input, start + 1, limit)
  const isOpen = to === undefined
  if ((tag & CONSTRUCTED) === 0) {
    if (isOpen) throw bad(start)
    return made(tag, input.subarray(from, to), input.subarray(start, to), to)
  }
  const { children, at, end } = childrenOf(input, from, to ?? limit, { isOpen, depth })
  if (tag === SEGMENTED) {
    if (children.some((one) => one.tag !== der.TAG.OCTET_STRING)) throw bad(start)
    return made(der.TAG.OCTET_STRING, concatAll(children.map((one) => one.contents)), undefined, end)
  }
  const isSame = !isOpen && !children.some(({ isChanged }) => isChanged)
  const contents = isSame ? input.subarray(from, at) : concatAll(children.map((one) => one.whole))
  return made(tag, contents, isSame ? input.subarray(start, end) : undefined, end)
}

/** `present` when nothing but its length may have to be written anew. */
function made(tag: number, contents: Bytes, present: Bytes | undefined, end: number): Element {
  const header = der.elementParts(tag, [contents])[0]!
  if (present?.length === header.length + contents.length)
    return { tag, contents, whole: present, isChanged: false, end }
  return { tag, contents, whole: concat(header, contents), isChanged: true, end }
}

/** Where the contents begin and end; no end when end-of-contents octets tell it. */
function extent(input: Bytes, at: number, limit: number): { readonly from: number; readonly to?: number } {
  const first = input[at]!
  if (first === INDEFINITE) return { from: at + 1 }
  const count = first < 0x80 ? 0 : first & 0x7f
  if (count > 8 || at + 1 + count > limit) throw bad(at)
  let length = count === 0 ? first : 0
  for (let i = 1; i <= count; i++) length = length * 256 + input[at + i]!
  const from = at + 1 + count
  if (length > limit - from) throw bad(at)
  return { from, to: from + length }
}

function childrenOf(
  input: Bytes,
  from: number,
  limit: number,
  how: { readonly isOpen: boolean; readonly depth: number },
) {
  const children: Element[] = []
  let at = from
  while (at < limit) {
    if (how.isOpen && input[at] === 0 && input[at + 1] === 0) return { children, at, end: at + 2 }
    const child = element(input, at, limit, how.depth + 1)
    children.push(child)
    at = child.end
  }
  if (how.isOpen) throw bad(at)
  return { children, at, end: at }
}

const bad = (at: number): CodecError => new CodecError('length', 'no BER', at)
