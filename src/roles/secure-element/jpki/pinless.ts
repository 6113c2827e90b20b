// The card's part of PIN-less authentication: a terminal proves its certificate, then gets one signature for one
// encounter. Ours: docs/profile.md#pinless. Seed 2 (external and internal authentication), seed 3 (2).

import { type Bytes, equal } from '../../../base/bytes.ts'
import { type PrivateKey, type PublicKey, publicKey, sha256, verify } from '../../../base/crypto.ts'
import type { Entropy } from '../../../base/ports.ts'
import { type Command, type Response, response } from '../../../codec/apdu.ts'
import { decodeCvc, decodeCvcKey, KEY_ID_LENGTH, spkiOfModulus } from '../../../codec/cvc.ts'
import { SW } from '../../../codec/sw.ts'
import { readTlv } from '../../../codec/tlv.ts'
import {
  CHALLENGE_LENGTH,
  cardMessage,
  encodePinlessAnswer,
  PINLESS,
  terminalMessage,
} from '../../../protocol/pinless/message.ts'
import { StatusError } from '../status-error.ts'
import { pss } from './sign.ts'

interface Terminal {
  readonly keyId: Bytes
  readonly key: PublicKey
}

/** What INTERNAL AUTHENTICATE signs with. */
export interface PinlessKey {
  readonly key: PrivateKey
  readonly certificate: Bytes
}

export class Pinless {
  readonly #entropy: Entropy
  #terminal: Terminal | undefined
  #challenge: Bytes | undefined
  #authenticated: { readonly keyId: Bytes; readonly cardChallenge: Bytes } | undefined

  constructor(entropy: Entropy) {
    this.#entropy = entropy
  }

  /** SET PUBLIC IC KEY: the terminal's certificate against the terminal CA's key in EF 0016. */
  setTerminalKey({ p1, p2, data }: Command, caKey: Bytes | undefined): Response {
    this.#forget()
    if (p1 !== 0 || p2 !== PINLESS.terminalKey) throw new StatusError(SW.WRONG_P1P2)
    const cvc = decodeCvc(data)
    if (!caKey || !equal(caKey.slice(0, KEY_ID_LENGTH), cvc.issuerKeyId)) {
      throw new StatusError(SW.REFERENCE_NOT_FOUND)
    }
    const ca = publicKey(spkiOfModulus(decodeCvcKey(caKey.slice(KEY_ID_LENGTH))))
    if (!verify('RSA-SHA256', ca, cvc.body, cvc.signature)) throw new StatusError(SW.AUTHENTICATION_FAILED)
    this.#terminal = { keyId: cvc.subjectKeyId, key: publicKey(spkiOfModulus(cvc.modulus)) }
    return response(SW.OK.sw)
  }

  #forget(): void {
    this.#terminal = undefined
    this.#challenge = undefined
    this.#authenticated = undefined
  }

  getChallenge({ p1, p2, data, le, extended }: Command): Response {
    this.#challenge = undefined
    this.#authenticated = undefined
    if (p1 !== 0 || p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    if (extended) throw new StatusError(SW.CONDITIONS) // observed: myna-card
    if (data.length > 0 || le === undefined) throw new StatusError(SW.WRONG_LENGTH)
    const challenge = this.#entropy(le)
    if (le === CHALLENGE_LENGTH) this.#challenge = challenge
    return response(SW.OK.sw, challenge)
  }

  /** A challenge counts once, also when the answer was wrong. */
  externalAuthenticate({ p1, p2, data }: Command): Response {
    const [terminal, challenge] = [this.#terminal, this.#challenge]
    this.#challenge = undefined
    this.#authenticated = undefined
    if (p1 !== 0 || p2 !== PINLESS.terminalKey) throw new StatusError(SW.WRONG_P1P2)
    if (!terminal || !challenge) throw new StatusError(SW.CONDITIONS)
    if (!verify('RSA-SHA256', terminal.key, terminalMessage(challenge, terminal.keyId), data)) {
      throw new StatusError(SW.AUTHENTICATION_FAILED)
    }
    this.#authenticated = { keyId: terminal.keyId, cardChallenge: challenge }
    return response(SW.OK.sw)
  }

  /** One signature for one external authentication. */
  internalAuthenticate({ p1, p2, data }: Command, holder: () => PinlessKey): Response {
    const granted = this.#authenticated
    this.#authenticated = undefined
    if (p1 !== 0 || p2 !== PINLESS.authKey) throw new StatusError(SW.WRONG_P1P2)
    if (!granted) throw new StatusError(SW.SECURITY_STATUS)
    if (data.length !== CHALLENGE_LENGTH) throw new StatusError(SW.WRONG_LENGTH)
    const { key, certificate } = holder()
    const signed = sha256(cardMessage(data, granted.cardChallenge, granted.keyId))
    return response(SW.OK.sw, encodePinlessAnswer(serialOf(certificate), pss(key, signed, this.#entropy)))
  }
}

/** The serialNumber INTEGER of a certificate, leading zero taken off. RFC 5280 §4.1. */
export function serialOf(certificate: Bytes): Bytes {
  const [outer] = readTlv(certificate, 0)
  const [tbs] = readTlv(outer.value, 0)
  const [first, afterFirst] = readTlv(tbs.value, 0)
  const [serial] = first.tag === 0xa0 ? readTlv(tbs.value, afterFirst) : [first]
  if (serial.tag !== 0x02 || serial.value.length === 0) throw new StatusError(SW.CONDITIONS)
  return serial.value[0] === 0 && serial.value.length > 1 ? serial.value.slice(1) : serial.value
}
