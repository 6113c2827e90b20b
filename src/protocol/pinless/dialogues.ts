// The terminal's part of PIN-less authentication, in two dialogues: between them the terminal's key signs, which may
// happen elsewhere (HSM, SIM, IC card). Ours: docs/profile.md#pinless.

import { type Bytes, fromUint, NO_BYTES } from '../../base/bytes.ts'
import { keyFacts, type PublicKey, verify, verifyPss } from '../../base/crypto.ts'
import { command, EXTENDED_LE } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW } from '../../codec/sw.ts'
import { ask, CardRefused, type Dialogue } from '../iso7816/dialogue.ts'
import { select } from '../jpki-ap/dialogues.ts'
import { CHALLENGE_LENGTH, cardMessage, decodePinlessAnswer, PINLESS, type PinlessAnswer } from './message.ts'
import { decodeRevoked } from './revoked-terminals.ts'

/** What a terminal shows to a card. */
export interface TerminalCredentials {
  /** CVC of the terminal, by the CA of this generation. */
  readonly certificate: Bytes
  /** CVC of that CA, by the root whose key the card has. */
  readonly caCertificate: Bytes
  /** The signed list of revoked terminals, for cards whose list is older. */
  readonly revoked?: Bytes
}

const setPublicKey = (p1: number, data: Bytes) => command(0x80, 0xa2, p1, PINLESS.terminalKey, data)

/**
 * Selects the JPKI application, gives the card the terminal's certificates and returns the card's challenge.
 * The CA's certificate is sent only to a card that has not met it, the list only to one whose list is older.
 * Sign `terminalMessage(challenge, terminalKeyId)` and go on with `finishPinless`.
 */
export function* beginPinless(terminal: TerminalCredentials): Dialogue<Bytes> {
  yield* select()
  const known = yield* presentTerminal(terminal)
  if (terminal.revoked && decodeRevoked(terminal.revoked).number > known) {
    yield* ask(setPublicKey(PINLESS.revoked, terminal.revoked), 'SET REVOKED TERMINALS')
    yield* presentTerminal(terminal)
  }
  const challenge = yield* ask(command(0x00, 0x84, 0x00, 0x00, NO_BYTES, CHALLENGE_LENGTH), 'GET CHALLENGE')
  if (challenge.length !== CHALLENGE_LENGTH) throw new CodecError('pinless/challenge')
  return challenge
}

/** The number of the list that the card has. */
function* presentTerminal({ certificate, caCertificate }: TerminalCredentials): Dialogue<number> {
  const present = { ...setPublicKey(PINLESS.certificate, certificate), le: 256 }
  try {
    return fromUint(yield* ask(present, 'SET PUBLIC IC KEY'))
  } catch (error) {
    if (!(error instanceof CardRefused) || error.sw !== SW.REFERENCE_NOT_FOUND.sw) throw error
  }
  yield* ask(setPublicKey(PINLESS.certificate, caCertificate), 'SET PUBLIC IC KEY')
  return fromUint(yield* ask(present, 'SET PUBLIC IC KEY'))
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
export function verifyPinless(key: PublicKey, transcript: PinlessTranscript, signature: Bytes): boolean {
  const { terminalChallenge, cardChallenge, terminalKeyId } = transcript
  const message = cardMessage(terminalChallenge, cardChallenge, terminalKeyId)
  const { curve } = keyFacts(key)
  if (curve === undefined) return verifyPss(key, message, signature)
  return verify(curve === 'secp384r1' ? 'ECDSA-P384-SHA384' : 'ECDSA-P256-SHA256', key, message, signature)
}
