// `kazasu gp apdu | script`: C-APDUs as they are written, in the clear or inside the secure channel.

import { type Bytes, fromLatin1 } from '../../../base/bytes.ts'
import { decodeCommand, encodeResponse, type Response } from '../../../codec/apdu.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { explain } from '../../../codec/sw.ts'
import { type Dialogue, type Exchange, parseTranscript } from '../../../protocol/iso7816/index.ts'
import { exact, matches } from '../../../protocol/iso7816/transcript.ts'
import { fileBytes, type GpOptions, hexBytes } from './options.ts'
import { no } from './refusals.ts'
import { type CardAtHand, say, sayJson, upper, withCard } from './with-card.ts'

export interface ApduOptions extends GpOptions {
  readonly secure?: boolean
}

export const apdu = (texts: readonly string[], options: ApduOptions): Promise<number> => {
  const commands = texts.map((text) => readable(hexBytes(text, 'C-APDU')))
  return withCard(options, async (card) => {
    const answers: Response[] = []
    for (const command of commands) answers.push(await send(card, command, options.secure))
    if (options.json) sayJson(answers.map(({ data, sw }) => ({ data, sw: sw.toString(16).padStart(4, '0') })))
    else say(...answers.map(({ data, sw }) => `${upper(data)}${data.length > 0 ? ' ' : ''}${explain(sw)}`))
    return answers.every(({ sw }) => sw === 0x9000) ? 0 : 1
  })
}

/** A script is a transcript: its commands are sent, its answers, where it has them, must come. */
export const script = (path: string, options: ApduOptions): Promise<number> => {
  const exchanges = read(path)
  return withCard(options, async (card) => {
    for (const exchange of exchanges) await step(card, exchange, options)
    if (options.json) sayJson({ commands: exchanges.length })
    else say(`${exchanges.length} commands, all answered as the script says`)
    return 0
  })
}

function read(path: string): Exchange[] {
  try {
    return parseTranscript(fromLatin1(fileBytes(path)))
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw no['bad-file']({ file: path, reason: cause.message }, cause)
  }
}

async function step(card: CardAtHand, { line, command, response }: Exchange, options: ApduOptions): Promise<void> {
  const asked = exact(command)
  if (!asked) throw no['bad-file']({ line, reason: 'a command that is sent has no wild bytes' })
  const answer = await send(card, readable(asked), options.secure)
  if (response !== undefined && !matches(response, encodeResponse(answer))) {
    throw no['unexpected-answer']({ line, wanted: response.toUpperCase(), came: explain(answer.sw) })
  }
}

function readable(command: Bytes): Bytes {
  try {
    decodeCommand(command)
    return command
  } catch (cause) {
    if (cause instanceof CodecError) throw no['bad-hex']({ what: 'C-APDU', reason: cause.message }, cause)
    throw cause
  }
}

function* said(command: Bytes): Dialogue<Response> {
  return yield decodeCommand(command)
}

const send = (card: CardAtHand, command: Bytes, secure: boolean | undefined): Promise<Response> =>
  secure ? card.secure(() => said(command)) : card.run(said(command))
