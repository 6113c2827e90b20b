// SMS by SMPP 3.4: bind as transmitter, submit, unbind, over TLS where the address says so. Text is UCS-2 in message_payload,
// so that the message centre cuts it into as many parts as it needs.

import { createHash } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Gateway, NeverDelivered } from './gateway.ts'

/** SMPP 3.4 §5.1.2.1. */
const COMMAND = { submitSm: 0x04, bindTransmitter: 0x02, unbind: 0x06, enquireLink: 0x15 } as const
const RESPONSE = 0x80000000
/** SMPP 3.4 §5.1.3: wrong source or destination address, length, or what the message itself is. The rest may pass. */
const FOR_GOOD: readonly number[] = [0x01, 0x0a, 0x0b, 0x33, 0x43, 0x48, 0x49, 0x50, 0x51]
/** SMPP 3.4 §5.2.19. */
const UCS2 = 0x08
/** SMPP 3.4 §5.3.2: optional parameters. */
const TAG = { userMessageReference: 0x0204, messagePayload: 0x0424 } as const
const INTERNATIONAL = [1, 1] as const
const ALPHANUMERIC = [5, 0] as const
/** SMPP 3.4 §7.1.1.2: from now on, ten minutes; the code in it is no older. */
const TEN_MINUTES = '000000001000000R'
const TIMEOUT_MS = 20_000

export interface SmppSettings {
  /** smpps://system-id:password@host:port, or smpp:// on a private line. */
  readonly url: string
  /** Who sends: a number, or up to 11 letters. */
  readonly from: string
}

const cString = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1')

function tlv(tag: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(tag)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value])
}

/** One PDU. SMPP 3.4 §3.2. */
function pdu(command: number, sequence: number, body: Uint8Array, status = 0): Buffer {
  const head = Buffer.alloc(16)
  for (const [i, value] of [16 + body.length, command, status, sequence].entries()) head.writeUInt32BE(value, i * 4)
  return Buffer.concat([head, body])
}

/** SMPP 3.4 §4.1.1. */
const bindBody = (systemId: string, password: string): Buffer =>
  Buffer.concat([cString(systemId), cString(password), cString(''), Buffer.of(0x34, 0, 0), cString('')])

/** SMPP 3.4 §4.4.1. */
function submitBody(id: string, from: string, to: string, text: string): Buffer {
  const reference = createHash('sha256').update(id).digest().subarray(0, 2)
  return Buffer.concat([
    cString(''),
    Buffer.of(...(/^[0-9]+$/.test(from) ? INTERNATIONAL : ALPHANUMERIC)),
    cString(from),
    Buffer.of(...INTERNATIONAL),
    cString(to),
    Buffer.of(0, 0, 0),
    cString(''),
    cString(TEN_MINUTES),
    Buffer.of(0, 0, UCS2, 0, 0),
    tlv(TAG.userMessageReference, reference),
    tlv(TAG.messagePayload, Buffer.from(text, 'utf16le').swap16()),
  ])
}

interface Answer {
  readonly command: number
  readonly status: number
  readonly sequence: number
}

/** The headers of what comes, as whole PDUs. */
async function* answers(socket: Socket): AsyncGenerator<Answer> {
  let kept: Buffer = Buffer.alloc(0)
  for await (const chunk of socket) {
    kept = Buffer.concat([kept, chunk])
    while (kept.length >= 16 && kept.length >= kept.readUInt32BE(0)) {
      const length = Math.max(16, kept.readUInt32BE(0))
      yield { command: kept.readUInt32BE(4), status: kept.readUInt32BE(8), sequence: kept.readUInt32BE(12) }
      kept = kept.subarray(length)
    }
  }
}

export function smppGateway({ url, from }: SmppSettings): Gateway {
  const { protocol, hostname: host, port, username, password } = new URL(url)
  const [systemId, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
  return {
    give: async ({ id, to, text }) => {
      const at = { host, port: Number(port || 2775) }
      const socket = protocol === 'smpps:' ? connectTls({ ...at, servername: host }) : connectTcp(at)
      socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('the message centre does not answer')))
      const incoming = answers(socket)
      const ask = async (command: number, sequence: number, body: Uint8Array) => {
        socket.write(pdu(command, sequence, body))
        for (;;) {
          const { value, done } = await incoming.next()
          if (done || !value) throw new Error('the message centre hung up')
          if (value.command === COMMAND.enquireLink)
            socket.write(pdu(COMMAND.enquireLink + RESPONSE, value.sequence, Buffer.alloc(0)))
          else if (value.command === command + RESPONSE && value.sequence === sequence) return value.status
          else if (value.command >= RESPONSE) return value.status || 0xff
        }
      }
      try {
        const bound = await ask(COMMAND.bindTransmitter, 1, bindBody(systemId, secret))
        if (bound !== 0) throw new Error(`not bound: ${bound}`)
        const status = await ask(COMMAND.submitSm, 2, submitBody(id, from, to, text))
        if (FOR_GOOD.includes(status)) throw new NeverDelivered(`smpp ${status.toString(16).padStart(8, '0')}`)
        if (status !== 0) throw new Error(`not taken: ${status}`)
        socket.write(pdu(COMMAND.unbind, 3, Buffer.alloc(0)))
      } finally {
        socket.end()
        socket.destroySoon()
      }
    },
  }
}
