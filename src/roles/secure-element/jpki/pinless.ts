// The card's part of PIN-less authentication: a terminal proves itself, then gets one signature for one encounter.
// Ours: docs/profile.md#pinless. Seed 2 (external and internal authentication), seed 3 (2).

import { type Bytes, u32 } from '../../../base/bytes.ts'
import { type PrivateKey, verify } from '../../../base/crypto.ts'
import type { Entropy } from '../../../base/ports.ts'
import { type Command, type Response, response } from '../../../codec/apdu.ts'
import { decodeCvc } from '../../../codec/cvc.ts'
import { SW } from '../../../codec/sw.ts'
import { readTlv } from '../../../codec/tlv.ts'
import {
  CHALLENGE_LENGTH,
  cardMessage,
  encodePinlessAnswer,
  PINLESS,
  terminalMessage,
} from '../../../protocol/pinless/message.ts'
import { challenge } from '../jicsap/file-commands.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'
import { signStatement } from './sign.ts'
import { type Terminal, TerminalTrust } from './terminal-trust.ts'

/** What INTERNAL AUTHENTICATE signs with. */
export interface PinlessKey {
  readonly key: PrivateKey
  readonly certificate: Bytes
}

export class Pinless {
  readonly #trust: TerminalTrust
  readonly #entropy: Entropy
  #terminal: Terminal | undefined
  #challenge: Bytes | undefined
  #authenticated: { readonly keyId: Bytes; readonly cardChallenge: Bytes } | undefined

  constructor(records: RecordStore, entropy: Entropy) {
    this.#trust = new TerminalTrust(records)
    this.#entropy = entropy
  }

  /** SET PUBLIC IC KEY: a CVC below EF 0016, or the list of revoked terminals. Answers the number of the card's list. */
  setPublicKey({ p1, p2, data, le }: Command): Response {
    this.#forget()
    if (p2 !== PINLESS.terminalKey) throw new StatusError(SW.WRONG_P1P2)
    if (p1 === PINLESS.certificate) this.#terminal = this.#trust.takeCertificate(decodeCvc(data))
    else if (p1 === PINLESS.revoked) this.#trust.takeRevoked(data)
    else throw new StatusError(SW.WRONG_P1P2)
    return response(SW.OK.sw, u32(this.#trust.revokedNumber).slice(0, le === undefined ? 0 : 4))
  }

  #forget(): void {
    this.#terminal = undefined
    this.#challenge = undefined
    this.#authenticated = undefined
  }

  getChallenge(c: Command): Response {
    this.#challenge = undefined
    this.#authenticated = undefined
    const made = challenge(this.#entropy, c)
    if (made.length === CHALLENGE_LENGTH) this.#challenge = made
    return response(SW.OK.sw, made)
  }

  /** A challenge counts once, also when the answer was wrong. */
  externalAuthenticate({ p1, p2, data }: Command): Response {
    const [terminal, cardChallenge] = [this.#terminal, this.#challenge]
    this.#challenge = undefined
    this.#authenticated = undefined
    if (p1 !== 0 || p2 !== PINLESS.terminalKey) throw new StatusError(SW.WRONG_P1P2)
    if (!terminal || !cardChallenge) throw new StatusError(SW.CONDITIONS)
    if (!verify('RSA-SHA256', terminal.key, terminalMessage(cardChallenge, terminal.keyId), data)) {
      throw new StatusError(SW.AUTHENTICATION_FAILED)
    }
    this.#authenticated = { keyId: terminal.keyId, cardChallenge }
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
    const signature = signStatement(key, cardMessage(data, granted.cardChallenge, granted.keyId), this.#entropy)
    return response(SW.OK.sw, encodePinlessAnswer(serialOf(certificate), signature))
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
