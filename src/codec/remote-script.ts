// Scripts of C-APDUs and their answers: compact, and expanded with definite or indefinite length.
// ETSI TS 102 226 §5.1, §5.2. Immediate and error actions and script chaining are recognised, not understood.

import { type Bytes, bytes, concat, fromUint, NO_BYTES, u16 } from '../base/bytes.ts'
import { type Command, command, decodeCommand, decodeResponse, encodeResponse, type Response } from './apdu.ts'
import { CodecError } from './codec-error.ts'
import { decodeTlvs, findTlv, readLength, readTlv, type Tlv, tlv } from './tlv.ts'

export type ScriptFormat = 'compact' | 'definite' | 'indefinite'

const TAG = { definite: 0xaa, indefinite: 0xae, command: 0x22, chaining: 0x83 } as const
const ANSWER_TAG = { definite: 0xab, indefinite: 0xaf, count: 0x80, response: 0x23, chaining: 0x83, bad: 0x90 } as const

/** Why a script ends before its end. ETSI TS 102 226 §5.2.2. */
const BAD_FORMAT = { unknownTag: 0x01, wrongLength: 0x02, noLength: 0x03 } as const
const CHAINING_NOT_SUPPORTED = 0x02

export interface Script {
  readonly format: ScriptFormat
  readonly commands: readonly Command[]
  /** What ended the script behind these commands, as it is answered; absent when it is whole. */
  readonly end?: Tlv
}

/** Definite: AA; indefinite: AE 80 … 00 00. Each item is an encoded C-APDU. */
export function encodeScript(commands: readonly Bytes[], format: ScriptFormat = 'definite'): Bytes {
  if (format === 'compact') return concat(...commands)
  const items = concat(...commands.map((each) => tlv(TAG.command, each)))
  return format === 'definite' ? tlv(TAG.definite, items) : concat(bytes(TAG.indefinite, 0x80), items, bytes(0, 0))
}

/** Any bytes to a script, or a `CodecError` when it is not even the beginning of one. */
export function decodeScript(data: Bytes): Script {
  if (data[0] === TAG.definite) return definite(data)
  if (data[0] === TAG.indefinite) return indefinite(data)
  return { format: 'compact', commands: decodeCompact(data) }
}

const bad = (reason: number): Tlv => ({ tag: ANSWER_TAG.bad, value: bytes(reason) })

function definite(data: Bytes): Script {
  const [object, end] = readTlv(data, 0)
  if (end !== data.length) throw new CodecError('script/long', 'bytes after the script', end)
  return { format: 'definite', ...items(object.value, 0, object.value.length) }
}

function indefinite(data: Bytes): Script {
  if (data[1] !== 0x80) return { format: 'indefinite', commands: [], end: bad(BAD_FORMAT.wrongLength) }
  const closed = data.length >= 4 && data.at(-1) === 0 && data.at(-2) === 0
  if (!closed) return { format: 'indefinite', commands: [], end: bad(BAD_FORMAT.noLength) }
  return { format: 'indefinite', ...items(data, 2, data.length - 2) }
}

/** The commands as far as they are well-formed. */
function items(from: Bytes, start: number, end: number): Pick<Script, 'commands' | 'end'> {
  const commands: Command[] = []
  for (let at = start; at < end; ) {
    const tag = from[at]!
    if (tag === TAG.chaining)
      return { commands, end: { tag: ANSWER_TAG.chaining, value: bytes(CHAINING_NOT_SUPPORTED) } }
    if (tag !== TAG.command) return { commands, end: bad(BAD_FORMAT.unknownTag) }
    const found = item(from.subarray(0, end), at)
    if (!found) return { commands, end: bad(BAD_FORMAT.wrongLength) }
    commands.push(found.command)
    at = found.next
  }
  return { commands }
}

function item(from: Bytes, at: number): { command: Command; next: number } | undefined {
  try {
    const [length, start] = readLength(from, at + 1)
    if (start + length > from.length) return undefined
    return { command: decodeCommand(from.slice(start, start + length)), next: start + length }
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}

/** Instructions whose P3 is Le: GET RESPONSE, READ BINARY, READ RECORD, GET DATA. ETSI TS 102 226 §5.1.1. */
const OUTGOING = new Set([0xc0, 0xb0, 0xb2, 0xca])

/** Concatenated commands; a byte after the last one is its Le. */
function decodeCompact(data: Bytes): Command[] {
  const commands: Command[] = []
  for (let at = 0; at < data.length; ) {
    const [cla, ins, p1, p2, p3] = data.subarray(at, at + 5)
    if (p3 === undefined) throw new CodecError('script/short', 'command is cut', at)
    const lc = OUTGOING.has(ins!) ? 0 : p3
    const next = at + 5 + lc
    if (next > data.length) throw new CodecError('script/short', 'command is cut', at)
    const last = next === data.length - 1 && lc > 0 ? data[next]! || 256 : undefined
    const le = OUTGOING.has(ins!) ? p3 || 256 : last
    commands.push(command(cla!, ins!, p1!, p2!, data.slice(at + 5, next), le))
    at = last === undefined ? next : data.length
  }
  if (commands.length === 0) throw new CodecError('script/empty', 'no command')
  return commands
}

export interface ScriptAnswer {
  /** Compact: only the last one is known. */
  readonly responses: readonly Response[]
  readonly executed: number
  readonly end?: Tlv
}

export function encodeScriptAnswer(format: ScriptFormat, { responses, executed, end }: ScriptAnswer): Bytes {
  const last = responses.at(-1)
  if (format === 'compact') return concat(bytes(executed & 0xff), u16(last?.sw ?? 0x6f00), last?.data ?? NO_BYTES)
  const ending = end ? tlv(end.tag, end.value) : NO_BYTES
  const parts = concat(...responses.map((each) => tlv(ANSWER_TAG.response, encodeResponse(each))), ending)
  if (format === 'indefinite') return concat(bytes(ANSWER_TAG.indefinite, 0x80), parts, bytes(0, 0))
  return tlv(ANSWER_TAG.definite, tlv(ANSWER_TAG.count, countBytes(executed)), parts)
}

/** BER INTEGER without a sign. */
const countBytes = (count: number): Bytes => (count < 0x80 ? bytes(count) : u16(count))

/** Any bytes to an answer, or a `CodecError`. */
export function decodeScriptAnswer(data: Bytes): ScriptAnswer {
  if (data[0] === ANSWER_TAG.definite) {
    const [object, end] = readTlv(data, 0)
    if (end !== data.length) throw new CodecError('script/long', 'bytes after the answer', end)
    return answerOf(decodeTlvs(object.value))
  }
  if (data[0] === ANSWER_TAG.indefinite) {
    const closed = data.length >= 4 && data[1] === 0x80 && data.at(-1) === 0 && data.at(-2) === 0
    if (!closed) throw new CodecError('script/length', 'no end of contents')
    return answerOf(decodeTlvs(data.slice(2, -2)))
  }
  if (data.length < 3) throw new CodecError('script/short', 'answer is cut')
  const response = { sw: fromUint(data.subarray(1, 3)), data: data.slice(3) }
  return { executed: data[0]!, responses: [response] }
}

function answerOf(objects: readonly Tlv[]): ScriptAnswer {
  const responses = objects.filter(({ tag }) => tag === ANSWER_TAG.response).map(({ value }) => decodeResponse(value))
  const end = objects.find(({ tag }) => tag !== ANSWER_TAG.response && tag !== ANSWER_TAG.count)
  const count = findTlv(objects, ANSWER_TAG.count)
  if (count && count.length > 4) throw new CodecError('script/count', 'count is too long')
  return { responses, executed: count ? fromUint(count) : responses.length, ...(end && { end }) }
}
