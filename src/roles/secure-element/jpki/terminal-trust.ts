// Whom the card takes for a terminal: the root in EF 0016, the newest CA below it that the card has met, and the
// newest list of revoked terminals, both kept: a card without network learns from the terminals that it meets.
// Ours: docs/profile.md#terminal-certificates, #terminal-revocation.

import { type Bytes, concat, equal } from '../../../base/bytes.ts'
import { type PublicKey, publicKey, verify } from '../../../base/crypto.ts'
import { type Cvc, decodeCvcKey, encodeCvcKey, KEY_ID_LENGTH, spkiOfModulus } from '../../../codec/cvc.ts'
import { SW } from '../../../codec/sw.ts'
import { FILES } from '../../../protocol/jpki-ap/files.ts'
import { keyIdFields } from '../../../protocol/pinless/key-id.ts'
import { decodeRevoked, decodeRevokedBody } from '../../../protocol/pinless/revoked-terminals.ts'
import { RECORD } from '../jicsap/table.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'

export interface Terminal {
  readonly keyId: Bytes
  readonly key: PublicKey
}

const ROOT = RECORD.key(FILES.terminalCaKey)
const CA = 'terminal-ca'
const REVOKED = 'revoked-terminals'

export class TerminalTrust {
  readonly #records: RecordStore

  constructor(records: RecordStore) {
    this.#records = records
  }

  /** The issuer by security channel: another root ends what was known below the old one. */
  setRoot(keyed: Bytes): void {
    decodeCvcKey(keyed.slice(KEY_ID_LENGTH))
    const before = this.#records.get(ROOT)
    if (before && equal(before, keyed)) return
    this.#records.set(ROOT, keyed)
    for (const name of [CA, REVOKED]) this.#records.delete(name)
  }

  /** A CA's certificate by the root is kept, when it is not older; one by that CA makes the terminal. */
  takeCertificate(cvc: Cvc): Terminal | undefined {
    const [root, ca] = [this.#issuer(ROOT), this.#issuer(CA)]
    if (root && equal(root.keyId, cvc.issuerKeyId)) {
      this.#takeCa(root, ca, cvc)
      return undefined
    }
    if (!ca || !equal(ca.keyId, cvc.issuerKeyId)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    checkSignature(ca.key, cvc.body, cvc.signature)
    const revoked = this.#revoked?.keyIds.some((keyId) => equal(keyId, cvc.subjectKeyId))
    if (revoked || keyIdFields(cvc.subjectKeyId).ca) throw new StatusError(SW.CONDITIONS)
    return { keyId: cvc.subjectKeyId, key: publicKey(spkiOfModulus(cvc.modulus)) }
  }

  #takeCa(root: Terminal, known: Terminal | undefined, { subjectKeyId, modulus, body, signature }: Cvc): void {
    checkSignature(root.key, body, signature)
    const { ca, generation } = keyIdFields(subjectKeyId)
    const floor = known ? keyIdFields(known.keyId).generation : 0
    if (!ca || generation < floor) throw new StatusError(SW.CONDITIONS)
    this.#records.set(CA, concat(subjectKeyId, encodeCvcKey(modulus)))
  }

  /** A list that is not newer changes nothing. */
  takeRevoked(signed: Bytes): void {
    const root = this.#issuer(ROOT)
    const { issuerKeyId, number, body, signature } = decodeRevoked(signed)
    if (!root || !equal(root.keyId, issuerKeyId)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    checkSignature(root.key, body, signature)
    if (number > this.revokedNumber) this.#records.set(REVOKED, body)
  }

  get revokedNumber(): number {
    return this.#revoked?.number ?? 0
  }

  get #revoked() {
    const body = this.#records.get(REVOKED)
    return body && decodeRevokedBody(body)
  }

  #issuer(name: string): Terminal | undefined {
    const keyed = this.#records.get(name)
    if (!keyed) return undefined
    const modulus = decodeCvcKey(keyed.slice(KEY_ID_LENGTH))
    return { keyId: keyed.slice(0, KEY_ID_LENGTH), key: publicKey(spkiOfModulus(modulus)) }
  }
}

function checkSignature(key: PublicKey, message: Bytes, signature: Bytes): void {
  if (!verify('RSA-SHA256', key, message, signature)) throw new StatusError(SW.AUTHENTICATION_FAILED)
}
