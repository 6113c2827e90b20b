// A transcript in the place of a card: it answers what was recorded, in order, and nothing else. And the other way: a
// link that writes down what passes, without PINs and keys. Formats: transcript.ts.

import { type Bytes, concat, fromHex, hex, NO_BYTES, u16 } from '../../base/bytes.ts'
import type { Entropy, Link } from '../../base/ports.ts'
import { decodeCommand, decodeResponse, encodeCommand, header } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { describe, describeResponse, hasSecret, nameOf } from './describe.ts'
import { type Exchange, exact, matches, parseTranscript } from './transcript.ts'

/** What was asked is not what was recorded. Says the line and the header of the command, never its data. */
export class NotRecorded extends Error {
  override readonly name = 'NotRecorded'
  readonly line: number

  constructor(line: number, why: string) {
    super(`line ${line} of the recording: ${why}`)
    this.line = line
  }
}

export interface TranscriptCard extends Link {
  /** Exchanges that nobody has asked for yet. */
  left(): number
  /** The host challenges of the recording, so that a secure channel opens again as it did. */
  readonly entropy: Entropy
}

/** ISO 7816-4:2020 §5.6: no precise diagnosis. */
const NO_ANSWER = 0x6f00

/** Le is not compared: T=0 carries it away. A command whose answer was not recorded is answered with 6F00. */
export function transcriptCard(text: string): TranscriptCard {
  const exchanges = parseTranscript(text)
  let at = 0
  return {
    left: () => exchanges.length - at,
    entropy: challengesOf(exchanges),
    transmit: async (command) => {
      const next = exchanges[at]
      if (!next) throw new NotRecorded(exchanges.at(-1)?.line ?? 0, `it ends, but ${shown(command)} follows`)
      if (!matchesCommand(next.command, command)) {
        throw new NotRecorded(next.line, `${shown(command)} is not the command that was recorded`)
      }
      at += 1
      if (next.response === undefined) return u16(NO_ANSWER)
      const answer = exact(next.response)
      if (!answer) throw new NotRecorded(next.answered!, 'the answer was not recorded whole')
      return answer
    },
  }
}

function shown(command: Bytes): string {
  const asked = decodeCommand(command)
  return `${nameOf(asked)} ${hex(header(asked)).toUpperCase()}`
}

function matchesCommand(pattern: string, command: Bytes): boolean {
  const { le: _, ...rest } = decodeCommand(command)
  return [command, encodeCommand(rest), encodeCommand({ ...rest, le: 256 })].some((form) => matches(pattern, form))
}

const INITIALIZE_UPDATE = /^8[0-3]50....(?:08|10)((?:[0-9a-f]{2})+)$/

function challengesOf(exchanges: readonly Exchange[]): Entropy {
  const challenges = exchanges.flatMap(({ command }) => {
    const data = INITIALIZE_UPDATE.exec(command)?.[1]
    return data ? [fromHex(data).slice(0, Number.parseInt(command.slice(8, 10), 16))] : []
  })
  return (length) => {
    const next = challenges.shift()
    if (next?.length !== length) throw new NotRecorded(0, 'a secure channel is opened that it does not have')
    return next
  }
}

export interface Recorder extends Link {
  /** What passed so far, as a transcript that replays. */
  transcript(): string
  /** What was left out of it: "VERIFY 00200080 (4 bytes, masked)". */
  readonly masked: readonly string[]
}

/** Writes down what passes over a link. Data of commands that may hold a PIN or a key are left out as wild bytes. */
export function recorder(link: Link): Recorder {
  const lines: string[] = []
  const masked: string[] = []
  return {
    masked,
    transcript: () => lines.map((line) => `${line}\n`).join(''),
    transmit: async (command) => {
      const asked = readable(command)
      if (asked && hasSecret(asked) && asked.data.length > 0) {
        masked.push(describe(asked))
        const start = command.length - asked.data.length - (asked.le === undefined ? 0 : 1)
        const [before, after] = [command.subarray(0, start), command.subarray(start + asked.data.length)]
        lines.push(`> ${upper(before)} [${asked.data.length}] ${upper(after)}`.trimEnd() + comment(nameOf(asked)))
      } else lines.push(`> ${upper(command)}${comment(asked && nameOf(asked))}`)
      const response = await link.transmit(command)
      const meaning = asked && describeResponse(asked, { ...decodeResponse(response), data: NO_BYTES })
      lines.push(`< ${upper(response)}${comment(meaning)}`)
      return response
    },
  }
}

const upper = (value: Bytes): string => hex(value).toUpperCase()
const comment = (text: string | undefined): string => (text ? `  # ${text}` : '')

function readable(command: Bytes) {
  try {
    return decodeCommand(concat(command))
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
