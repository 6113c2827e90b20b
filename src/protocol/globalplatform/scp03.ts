// Opening an SCP03 channel from outside the card.
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
import { Scp03Session } from './scp03-session.ts'
import type { SecureChannel } from './secure-channel.ts'
import { LEVEL, SecureMessagingError, type SecurityLevel } from './secure-session.ts'

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
  /** False for cards that leave commands without data out of the counter. */
  readonly countsEmptyCommands?: boolean
  /** S8 or S16; when absent S8 is tried, and S16 with a card that refuses its length (6700). */
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

interface Greeting {
  readonly hostChallenge: Bytes
  readonly hello: CardHello
  readonly macLength: MacLength
}

/** Observed: cards of the one length answer a challenge of the other with 6700. */
function* greet(options: OpenScp03, macLength: MacLength = options.macLength ?? 8): Dialogue<Greeting> {
  const hostChallenge = options.entropy(macLength)
  const { data, sw } = yield command(0x80, 0x50, options.keyVersion ?? 0, 0x00, hostChallenge, 256)
  const tryS16 = sw === SW.WRONG_LENGTH.sw && options.macLength === undefined && macLength === 8
  if (tryS16) return yield* greet(options, 16)
  if (sw !== SW.OK.sw) throw new CardRefused(sw, 'INITIALIZE UPDATE')
  return { hostChallenge, hello: decodeCardHello(data, macLength), macLength }
}

/** Authenticates both sides; the security domain must be selected already. Default level: all (33). */
export function* openScp03(options: OpenScp03): Dialogue<SecureChannel> {
  const { aid, level = LEVEL.all } = options
  const { hostChallenge, hello, macLength } = yield* greet(options)
  const keys = typeof options.keys === 'function' ? options.keys(hello) : options.keys
  const derived = sessionKeys(keys, hostChallenge, hello.cardChallenge)
  const proof = cardCryptogram(derived, hostChallenge, hello.cardChallenge)
  if (!equalSecret(proof, hello.cardCryptogram)) throw new SecureMessagingError('card cryptogram is wrong')
  if (aid && hello.sequenceCounter) {
    const expected = cardChallenge(keys, hello.sequenceCounter, aid, macLength)
    if (!equalSecret(expected, hello.cardChallenge)) throw new SecureMessagingError('card challenge is wrong')
  }
  const session = new Scp03Session(derived, macLength, options.countsEmptyCommands)
  const answer = hostCryptogram(derived, hostChallenge, hello.cardChallenge)
  yield* ask(session.addMac(command(0x80, 0x82, level, 0x00, answer)), 'EXTERNAL AUTHENTICATE')
  session.start(level)
  const counter = hello.sequenceCounter && { sequenceCounter: fromUint(hello.sequenceCounter) }
  return { scp: 3, session, dek: keys.dek, keyVersion: hello.keyVersion, ...counter }
}
