// The PIN-less dialogue with what lies on a reader, counted. A card that refuses or leaves ends in words, not in an
// error: whoever stands at the gate needs to hear why.

import type { Bytes } from '../../base/bytes.ts'
import type { Clock, Entropy, Link, Session, Signer } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { CardRefused, run } from '../../protocol/iso7816/index.ts'
import {
  beginPinless,
  CHALLENGE_LENGTH,
  finishPinless,
  type TerminalCredentials,
  terminalMessage,
} from '../../protocol/pinless/index.ts'
import type { Encounter } from './model.ts'

export interface TerminalIdentity extends TerminalCredentials {
  readonly signer: Signer
  readonly keyId: Bytes
}

/** C-APDUs and R-APDUs as they are; the framing of ISO 14443-4 is not counted. */
export interface Effort {
  readonly apdus: number
  readonly bytesOnAir: number
  readonly milliseconds: number
}

interface Deps {
  readonly readers: (name: string) => Promise<Session>
  readonly clock: Clock
  readonly entropy: Entropy
}

/** Connects, runs the dialogue, lets the card go. `challenge`: what the card answers; 16 bytes of chance when not given. */
export async function meet(
  deps: Deps,
  reader: string,
  terminal: TerminalIdentity,
  challenge = deps.entropy(CHALLENGE_LENGTH),
): Promise<Encounter & Effort> {
  const start = deps.clock().getTime()
  const count = { apdus: 0, bytesOnAir: 0 }
  const encounter = await encounterOn(deps, { reader, terminal, challenge }, count)
  return { ...encounter, ...count, milliseconds: deps.clock().getTime() - start }
}

interface Meeting {
  readonly reader: string
  readonly terminal: TerminalIdentity
  readonly challenge: Bytes
}

async function encounterOn(deps: Deps, { reader, terminal, challenge }: Meeting, count: Count): Promise<Encounter> {
  let session: Session
  try {
    session = await deps.readers(reader)
  } catch {
    return { terminalAccepted: false, trouble: 'there is no card on the reader' }
  }
  try {
    return await dialogue(counted(session, count), terminal, challenge)
  } finally {
    // A card that has left cannot be let go.
    await session.end().catch(() => undefined)
  }
}

async function dialogue(link: Link, { signer, keyId, ...credentials }: TerminalIdentity, challenge: Bytes) {
  let authenticated = false
  try {
    const cardChallenge = await run(link, beginPinless(credentials))
    const signature = await signer.sign(terminalMessage(cardChallenge, keyId))
    const answer = await run(link, finishPinless(signature, challenge), ({ ins }, { sw }) => {
      authenticated ||= ins === 0x82 && sw === 0x9000
    })
    const transcript = { terminalChallenge: challenge, cardChallenge, terminalKeyId: keyId }
    return { terminalAccepted: true, transcript, answer }
  } catch (error) {
    return { terminalAccepted: authenticated, trouble: troubleOf(error) }
  }
}

function troubleOf(error: unknown): string {
  if (error instanceof CardRefused) return `the card refused ${error.message}`
  if (error instanceof CodecError) return 'the card answered what no such card answers'
  return 'the card left the field'
}

type Count = { apdus: number; bytesOnAir: number }

const counted = (link: Link, count: Count): Link => ({
  transmit: async (command) => {
    count.apdus++
    count.bytesOnAir += command.length
    const response = await link.transmit(command)
    count.bytesOnAir += response.length
    return response
  },
})
