// Opening an SCP02 channel from outside the card. GPC v2.3.1 §E.5.
// For old SIMs: 3DES. New ones have SCP03.

import { type Bytes, fromUint } from '../../base/bytes.ts'
import { equalSecret } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import { command } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { ask, type Dialogue } from '../iso7816/dialogue.ts'
import type { KeySet } from './key-set.ts'
import {
  Scp02Session,
  scp02CardChallenge,
  scp02CardCryptogram,
  scp02HostCryptogram,
  scp02SessionKeys,
} from './scp02-session.ts'
import type { SecureChannel } from './secure-channel.ts'
import { LEVEL, SecureMessagingError, type SecurityLevel } from './secure-session.ts'

const ICV_ENCRYPTION = 0x10

/** What INITIALIZE UPDATE answers. GPC v2.3.1 Table E-8. */
export interface Scp02Hello {
  readonly diversificationData: Bytes
  readonly keyVersion: number
  readonly sequenceCounter: Bytes
  readonly cardChallenge: Bytes
  readonly cardCryptogram: Bytes
}

export interface OpenScp02 {
  /** Static keys of 16 bytes, or how they follow from what the card says of itself. */
  readonly keys: KeySet | ((hello: Scp02Hello) => KeySet)
  readonly entropy: Entropy
  /** AID that is selected. When given, the card challenge is checked to be the well-known one of i = 55. */
  readonly aid?: Bytes
  /** 0 for the card's default key set. */
  readonly keyVersion?: number
  readonly level?: SecurityLevel
  /** The card does not tell it here: GET DATA 0066 does. 15 and 55 differ only in the challenge. */
  readonly i?: number
}

/** Any bytes to the fields of the answer, or a `CodecError`. */
export function decodeScp02Hello(answer: Bytes): Scp02Hello {
  if (answer.length !== 28) throw new CodecError('scp02/length', 'INITIALIZE UPDATE answer')
  if (answer[11] !== 2) throw new CodecError('scp02/protocol', 'the card does not speak SCP02', 11)
  return {
    diversificationData: answer.slice(0, 10),
    keyVersion: answer[10]!,
    sequenceCounter: answer.slice(12, 14),
    cardChallenge: answer.slice(14, 20),
    cardCryptogram: answer.slice(20),
  }
}

/** Authenticates both sides; the security domain must be selected already. Default: C-MAC and C-DECRYPTION, i = 15. */
export function* openScp02(options: OpenScp02): Dialogue<SecureChannel> {
  const { entropy, aid, keyVersion = 0, level = LEVEL.cDecCMac, i = 0x15 } = options
  const host = entropy(8)
  const hello = decodeScp02Hello(yield* ask(command(0x80, 0x50, keyVersion, 0, host, 256), 'INITIALIZE UPDATE'))
  const { sequenceCounter: counter, cardChallenge: card } = hello
  const derived = scp02SessionKeys(typeof options.keys === 'function' ? options.keys(hello) : options.keys, counter)
  if (!equalSecret(scp02CardCryptogram(derived, host, counter, card), hello.cardCryptogram)) {
    throw new SecureMessagingError('card cryptogram is wrong')
  }
  if (aid && !equalSecret(scp02CardChallenge(derived, aid), card)) {
    throw new SecureMessagingError('card challenge is wrong')
  }
  const session = new Scp02Session(derived, (i & ICV_ENCRYPTION) !== 0)
  const answer = scp02HostCryptogram(derived, host, counter, card)
  yield* ask(session.addMac(command(0x80, 0x82, level, 0x00, answer)), 'EXTERNAL AUTHENTICATE')
  session.start(level)
  return { scp: 2, session, dek: derived.dek, keyVersion: hello.keyVersion, sequenceCounter: fromUint(counter) }
}
