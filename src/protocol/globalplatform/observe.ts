// Looks over the shoulder of a secure channel: with the static keys, what passes protected is seen in the clear.
// For traces of our own sessions and of recordings. It changes nothing and never throws.

import { type Bytes, concat } from '../../base/bytes.ts'
import { equalSecret } from '../../base/crypto.ts'
import type { Command, Response } from '../../codec/apdu.ts'
import { readClass, SECURED } from '../../codec/class-byte.ts'
import { CodecError } from '../../codec/codec-error.ts'
import type { KeySet } from './key-set.ts'
import { decodeScp02Hello } from './scp02.ts'
import { Scp02Session, scp02CardCryptogram, scp02SessionKeys } from './scp02-session.ts'
import { decodeCardHello } from './scp03.ts'
import { cardCryptogram, sessionKeys } from './scp03-keys.ts'
import { Scp03Session } from './scp03-session.ts'
import { isLevel, SecureMessagingError, type SecureSession } from './secure-session.ts'

export interface Observed {
  /** As the dialogue meant it: without protection, and whole when it came as a chain. */
  readonly command: Command
  readonly response: Response
  /** `opened` and `closed` were protected; the latter could not be opened. */
  readonly protection: 'none' | 'opened' | 'closed'
}

/** The static keys for a card, by what it says at INITIALIZE UPDATE; undefined when they are not known. */
export type KeysOf = (hello: { readonly diversificationData: Bytes; readonly keyVersion: number }) => KeySet | undefined

interface Watched {
  session?: SecureSession
  active: boolean
  chain: Bytes[]
}

const INITIALIZE_UPDATE = 0x50
const EXTERNAL_AUTHENTICATE = 0x82
const SELECT = 0xa4
/** DELETE, INSTALL, PUT KEY. GPC v2.3.1 §11.1.5.1. */
const CHAINED: readonly number[] = [0xe4, 0xe6, 0xd8]

/** Shown each pair in order, it gives back what was meant; undefined while a chain of commands is not complete. */
export function channelObserver(keysOf: KeysOf): (command: Command, response: Response) => Observed | undefined {
  const channels = new Map<number, Watched>()
  return (command, response) => {
    const { cla, channel } = readClass(command.cla) ?? { cla: command.cla, channel: 0 }
    const watched = channels.get(channel) ?? { active: false, chain: [] }
    channels.set(channel, watched)
    const plain: Observed = { command, response, protection: 'none' }
    if (command.ins === SELECT && response.sw === 0x9000) channels.delete(channel)
    if (command.ins === INITIALIZE_UPDATE) channels.set(channel, begun(command, response, keysOf))
    if ((cla & SECURED) === 0) return plain
    if (command.ins === EXTERNAL_AUTHENTICATE) return authenticated(watched, command, response)
    return opened(watched, command, response)
  }
}

function begun({ data }: Command, response: Response, keysOf: KeysOf): Watched {
  const session = response.sw === 0x9000 ? quietly(() => sessionOf(data, response.data, keysOf)) : undefined
  return { ...(session && { session }), active: false, chain: [] }
}

function sessionOf(host: Bytes, answer: Bytes, keysOf: KeysOf): SecureSession | undefined {
  if (answer[11] === 2) {
    const hello = decodeScp02Hello(answer)
    const keys = keysOf(hello)
    const derived = keys && scp02SessionKeys(keys, hello.sequenceCounter)
    const proof = derived && scp02CardCryptogram(derived, host, hello.sequenceCounter, hello.cardChallenge)
    return proof && equalSecret(proof, hello.cardCryptogram) ? new Scp02Session(derived, true) : undefined
  }
  const macLength = host.length === 16 ? 16 : 8
  const hello = decodeCardHello(answer, macLength)
  const keys = keysOf(hello)
  const derived = keys && sessionKeys(keys, host, hello.cardChallenge)
  const proof = derived && cardCryptogram(derived, host, hello.cardChallenge)
  return proof && equalSecret(proof, hello.cardCryptogram) ? new Scp03Session(derived, macLength) : undefined
}

function authenticated(watched: Watched, command: Command, response: Response): Observed {
  const plain = quietly(() => watched.session?.takeMac(command))
  if (plain && response.sw === 0x9000 && isLevel(command.p1)) {
    watched.session?.start(command.p1)
    watched.active = true
  }
  return { command: plain ?? command, response, protection: plain ? 'opened' : 'closed' }
}

function opened(watched: Watched, command: Command, response: Response): Observed | undefined {
  const { session, active, chain } = watched
  if (!session || !active) return { command, response, protection: 'closed' }
  if (CHAINED.includes(command.ins) && (command.p1 & 0x80) !== 0) {
    chain.push(command.data)
    return undefined
  }
  const whole = { ...command, data: chain.length > 0 ? concat(...chain, command.data) : command.data }
  watched.chain = []
  const asked = quietly(() => session.unwrap(whole))
  const answered = asked && quietly(() => session.unwrapResponse(response))
  if (!asked || !answered) {
    watched.active = false
    return { command, response, protection: 'closed' }
  }
  return { command: asked, response: answered, protection: 'opened' }
}

/** What cannot be understood is not opened; anything else is a bug. */
function quietly<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof CodecError || error instanceof SecureMessagingError || error instanceof RangeError)
      return undefined
    throw error
  }
}
