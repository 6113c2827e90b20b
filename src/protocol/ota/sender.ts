// The off-card side of SCP80 over short messages: packets with rising counters, repeated until an answer comes.
// ETSI TS 102 225, ETSI TS 102 226; 3GPP TS 31.115. It does no I/O: whoever drives it carries the messages.

import { type Bytes, equal, NO_BYTES } from '../../base/bytes.ts'
import { encodeCommand } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeScriptAnswer, encodeScript, type ScriptAnswer } from '../../codec/remote-script.ts'
import { PACKET_STATUS, type Spi } from '../../codec/secured-packet.ts'
import { DATA_DOWNLOAD, encodeDeliver, type SmsAddress } from '../../codec/sms.ts'
import { decodeUserData, ELEMENT, splitUserData } from '../../codec/sms-parts.ts'
import type { Dialogue } from '../iso7816/dialogue.ts'
import { type OpenedResponse, openResponse, type PacketKeys, protectCommand } from './scp80.ts'

/** Ciphered, cryptographic checksum, counter higher; the answer always, likewise. */
export const FULL_SECURITY: Spi = {
  counter: 'higher',
  ciphered: true,
  check: 'cc',
  answer: 'always',
  answerCheck: 'cc',
  answerCiphered: true,
  answerBySubmit: false,
}

export interface PacketRoute {
  readonly keys: PacketKeys
  readonly tar: Bytes
  readonly spi: Spi
  /** Whom the card sees as the sender, and answers. */
  readonly from: SmsAddress
  /** The counter of the last packet; keep what `counter` says after each. */
  readonly lastCounter: number
}

/** A packet under way: its messages, and how its answer is known. */
export interface Sent {
  readonly counter: number
  /** SMS-DELIVER TPDUs. */
  readonly messages: readonly Bytes[]
}

export class PacketSender {
  readonly #route: PacketRoute
  #counter: number

  constructor(route: PacketRoute) {
    this.#route = route
    this.#counter = route.lastCounter
  }

  get counter(): number {
    return this.#counter
  }

  /** The next packet with this content. Throws `RangeError` when it does not fit 255 messages. */
  pack(data: Bytes, timestamp: Bytes = new Uint8Array(7)): Sent {
    const { tar, spi, keys, from } = this.#route
    this.#counter += 1
    const content = protectCommand({ tar, spi, counter: this.#counter, data }, keys)
    const parts = splitUserData({ elements: [{ id: ELEMENT.command, value: NO_BYTES }], content }, this.#counter)
    const sms = { flags: 0, header: true, address: from, timestamp, ...DATA_DOWNLOAD }
    return { counter: this.#counter, messages: parts.map((userData) => encodeDeliver({ ...sms, userData })) }
  }

  /** What the card said to this packet. Throws `CodecError` for what is not its answer. */
  read({ counter }: Sent, userData: Bytes): OpenedResponse {
    const { tar, spi, keys } = this.#route
    const { elements, content } = decodeUserData(userData)
    if (!elements.some(({ id }) => id === ELEMENT.response)) throw new CodecError('ota/answer', 'no response packet')
    const answer = openResponse(content, spi, keys.version << 4, keys)
    const meant = equal(answer.tar, tar) && (!answer.protected || answer.counter === counter)
    if (!meant) throw new CodecError('ota/answer', 'answer to another packet')
    return answer
  }
}

/** The card took a packet and its answer was lost: what became of it must be asked. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost'
}

/** The card refused a packet, or gave no answer that counts. */
export class PacketFailed extends Error {
  override readonly name = 'PacketFailed'
  readonly status: number | undefined

  constructor(status?: number) {
    super(status === undefined ? 'no answer to the packet' : `packet refused with status ${status}`)
    this.status = status
  }
}

/** Yields TPDUs to carry to the card; is given the user data of its answer, or nothing when none came in time. */
export type Exchange<T> = Generator<readonly Bytes[], T, Bytes | undefined>

const TRIES = 8

/** One packet, the same one again while there is no answer: the card's counter keeps it from being done twice. */
export function* sendPacket(sender: PacketSender, data: Bytes): Exchange<Bytes> {
  const sent = sender.pack(data)
  let hint: number | undefined
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const answer = genuine(sender, sent, yield sent.messages)
    if (answer?.protected && answer.status === PACKET_STATUS.ok) return answer.data
    if (answer?.protected && answer.status === PACKET_STATUS.counterLow && attempt > 0) throw new AnswerLost()
    if (answer?.protected) throw new PacketFailed(answer.status)
    hint = answer?.status ?? hint
  }
  throw new PacketFailed(hint)
}

/** An answer that cannot be opened is none. */
function genuine(sender: PacketSender, sent: Sent, userData: Bytes | undefined): OpenedResponse | undefined {
  if (!userData) return undefined
  try {
    return sender.read(sent, userData)
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}

/** One script in one packet. */
export function* sendScript(sender: PacketSender, commands: readonly Bytes[]): Exchange<ScriptAnswer> {
  return decodeScriptAnswer(yield* sendPacket(sender, encodeScript(commands, 'definite')))
}

/** Any dialogue with a security domain, each command in a packet of its own. */
export function* remotely<T>(sender: PacketSender, dialogue: Dialogue<T>): Exchange<T> {
  let step = dialogue.next()
  while (!step.done) {
    const { responses, end } = yield* sendScript(sender, [encodeCommand(step.value)])
    const [response] = responses
    if (!response || end) throw new CodecError('ota/script', `script was not taken: ${end?.tag ?? 'no answer'}`)
    step = dialogue.next(response)
  }
  return step.value
}
