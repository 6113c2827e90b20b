// Opening an SCP03 channel from outside the card, and running any dialogue inside it.
// GPC-D v1.1.1 §7.1.1 (INITIALIZE UPDATE), §7.1.2 (EXTERNAL AUTHENTICATE).

import { type Bytes, fromUint } from '../../base/bytes.ts'
import { equalSecret } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import { command } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW } from '../../codec/sw.ts'
import { ask, CardRefused, type Dialogue } from '../iso7816/dialogue.ts'
import {
  cardChallenge,
  cardCryptogram,
  hostCryptogram,
  type MacLength,
  type Scp03Keys,
  sessionKeys,
} from './scp03-keys.ts'
import { LEVEL, Scp03Session, SecureMessagingError, type SecurityLevel } from './scp03-session.ts'

/** An open channel: give it to `secured`. */
export interface SecureChannel {
  readonly session: Scp03Session
  /** The static DEK of the key set, for PUT KEY and DGI 8113. */
  readonly dek: Bytes
  readonly keyVersion: number
  /** Present when the card's challenges are pseudo-random (i & 10). */
  readonly sequenceCounter?: number
}

/** What INITIALIZE UPDATE answers. GPC-D v1.1.1 Table 7-3. */
export interface CardHello {
  readonly diversificationData: Bytes
  readonly keyVersion: number
  readonly i: number
  readonly cardChallenge: Bytes
  readonly cardCryptogram: Bytes
  readonly sequenceCounter?: Bytes
}

export interface OpenScp03 {
  /** The static keys, or how they follow from the card's key diversification data. */
  readonly keys: Scp03Keys | ((hello: CardHello) => Scp03Keys)
  readonly entropy: Entropy
  /** AID that is selected. When given, a pseudo-random card challenge is checked against it. */
  readonly aid?: Bytes
  /** 0 for the card's default key set. */
  readonly keyVersion?: number
  readonly level?: SecurityLevel
  readonly macLength?: MacLength
}

/** Any bytes to the fields of the answer, or a `CodecError`. */
export function decodeCardHello(answer: Bytes, macLength: MacLength): CardHello {
  const i = answer[12] ?? 0
  const counted = (i & 0x10) !== 0
  const end = 13 + 2 * macLength
  if (answer.length !== end + (counted ? 3 : 0)) throw new CodecError('scp03/length', 'INITIALIZE UPDATE answer')
  if (answer[11] !== 3) throw new CodecError('scp03/protocol', 'the card does not speak SCP03', 11)
  return {
    diversificationData: answer.slice(0, 10),
    keyVersion: answer[10]!,
    i,
    cardChallenge: answer.slice(13, 13 + macLength),
    cardCryptogram: answer.slice(13 + macLength, end),
    ...(counted && { sequenceCounter: answer.slice(end) }),
  }
}

/** Authenticates both sides; the security domain must be selected already. Default level: all (33), S8. */
export function* openScp03(options: OpenScp03): Dialogue<SecureChannel> {
  const { entropy, aid, keyVersion = 0, level = LEVEL.all, macLength = 8 } = options
  const hostChallenge = entropy(macLength)
  const begin = command(0x80, 0x50, keyVersion, 0x00, hostChallenge, 256)
  const hello = decodeCardHello(yield* ask(begin, 'INITIALIZE UPDATE'), macLength)
  const keys = typeof options.keys === 'function' ? options.keys(hello) : options.keys
  const derived = sessionKeys(keys, hostChallenge, hello.cardChallenge)
  const proof = cardCryptogram(derived, hostChallenge, hello.cardChallenge)
  if (!equalSecret(proof, hello.cardCryptogram)) throw new SecureMessagingError('card cryptogram is wrong')
  if (aid && hello.sequenceCounter) {
    const expected = cardChallenge(keys, hello.sequenceCounter, aid, macLength)
    if (!equalSecret(expected, hello.cardChallenge)) throw new SecureMessagingError('card challenge is wrong')
  }
  const session = new Scp03Session(derived, macLength)
  const answer = hostCryptogram(derived, hostChallenge, hello.cardChallenge)
  yield* ask(session.addMac(command(0x80, 0x82, level, 0x00, answer)), 'EXTERNAL AUTHENTICATE')
  session.start(level)
  const counter = hello.sequenceCounter && { sequenceCounter: fromUint(hello.sequenceCounter) }
  return { session, dek: keys.dek, keyVersion: hello.keyVersion, ...counter }
}

/** Runs a dialogue inside a channel. Commands too long for one APDU go as a GlobalPlatform chain. */
export function* secured<T>(channel: SecureChannel, inner: Dialogue<T>): Dialogue<T> {
  let step = inner.next()
  while (!step.done) {
    const { data, ...rest } = channel.session.wrap(step.value)
    let at = 0
    // GPC v2.3.1 §11.1.5.1: protection comes before segmentation, intermediate answers are bare.
    for (; data.length - at > 255; at += 255) {
      const part = command(rest.cla, rest.ins, rest.p1 | 0x80, rest.p2, data.slice(at, at + 255))
      const { sw } = yield part
      if (sw !== SW.OK.sw) throw new CardRefused(sw, 'command chain')
    }
    const answer = yield { ...rest, data: at === 0 ? data : data.slice(at) }
    step = inner.next(channel.session.unwrapResponse(answer))
  }
  return step.value
}
