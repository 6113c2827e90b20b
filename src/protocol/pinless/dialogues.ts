// The terminal's part of PIN-less authentication, in two dialogues: between them the terminal's key signs, which may
// happen elsewhere (HSM, SIM, IC card). Ours: docs/profile.md#pinless.

import { type Bytes, NO_BYTES } from '../../base/bytes.ts'
import { type PublicKey, verifyPss } from '../../base/crypto.ts'
import { command, EXTENDED_LE } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { ask, type Dialogue } from '../iso7816/dialogue.ts'
import { select } from '../jpki-ap/dialogues.ts'
import { CHALLENGE_LENGTH, cardMessage, decodePinlessAnswer, PINLESS, type PinlessAnswer } from './message.ts'

/**
 * Selects the JPKI application, gives the card the terminal's certificate (CVC) and returns the card's challenge.
 * Sign `terminalMessage(challenge, terminalKeyId)` and go on with `finishPinless`.
 */
export function* beginPinless(terminalCvc: Bytes): Dialogue<Bytes> {
  yield* select()
  yield* ask(command(0x80, 0xa2, 0x00, PINLESS.terminalKey, terminalCvc), 'SET PUBLIC IC KEY')
  const challenge = yield* ask(command(0x00, 0x84, 0x00, 0x00, NO_BYTES, CHALLENGE_LENGTH), 'GET CHALLENGE')
  if (challenge.length !== CHALLENGE_LENGTH) throw new CodecError('pinless/challenge')
  return challenge
}

/** EXTERNAL AUTHENTICATE with the terminal's signature, then INTERNAL AUTHENTICATE over the terminal's challenge. */
export function* finishPinless(terminalSignature: Bytes, terminalChallenge: Bytes): Dialogue<PinlessAnswer> {
  yield* ask(command(0x00, 0x82, 0x00, PINLESS.terminalKey, terminalSignature), 'EXTERNAL AUTHENTICATE')
  const request = command(0x00, 0x88, 0x00, PINLESS.authKey, terminalChallenge, EXTENDED_LE)
  return decodePinlessAnswer(yield* ask(request, 'INTERNAL AUTHENTICATE'))
}

export interface PinlessTranscript {
  readonly terminalChallenge: Bytes
  readonly cardChallenge: Bytes
  readonly terminalKeyId: Bytes
}

/** Did the holder of this certificate's key sign this very encounter? Never throws. */
export const verifyPinless = (key: PublicKey, transcript: PinlessTranscript, signature: Bytes): boolean =>
  verifyPss(
    key,
    cardMessage(transcript.terminalChallenge, transcript.cardChallenge, transcript.terminalKeyId),
    signature,
  )
