// Secure messaging of the text application, the card's side: confidentiality alone, AES-128 in CBC under a key that
// the terminal delivers, an implicit counter, CLA 08. Observed: myna-card, jpki-rs.

import { type Bytes, bytes, concat, fromUint, hex, NO_BYTES, u32 } from '../../../base/bytes.ts'
import {
  aesCbcDecrypt,
  aesCbcEncrypt,
  aesEcb,
  type PrivateKey,
  publicKeyOf,
  rsaOaepDecrypt,
} from '../../../base/crypto.ts'
import { type Command, type Response, response } from '../../../codec/apdu.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { modulusOfSpki } from '../../../codec/cvc.ts'
import { SW } from '../../../codec/sw.ts'
import { decodeTlv, tlv } from '../../../codec/tlv.ts'
import { StatusError } from '../status-error.ts'

const BLOCK = 16
const SEED = 32
const CRYPTOGRAM = 0x86
const EXPECTED_LENGTH = 0x96
const PADDING_INDICATOR = 0x01
/** `CLA` with the header authenticated: this session has no key for that. */
const AUTHENTICATED = 0x0c

/** `A0 22 80 20 <seed>` under RSAES-OAEP; the first half of the seed is the key. */
export function keyFromDelivery(key: PrivateKey, delivered: Bytes): Bytes {
  const modulus = modulusOfSpki(publicKeyOf(key))
  if (delivered.length !== modulus.length) throw new StatusError(SW.WRONG_LENGTH)
  if (hex(delivered) >= hex(modulus)) throw new StatusError(SW.CIPHERTEXT_TOO_LARGE)
  const message = rsaOaepDecrypt(key, delivered)
  if (!message) throw new StatusError(SW.WRONG_DATA)
  const seed = decodeTlv(0x80, decodeTlv(0xa0, message))
  if (seed.length !== SEED) throw new StatusError(SW.WRONG_DATA)
  return seed.slice(0, BLOCK)
}

export class SecureMessaging {
  readonly #key: Bytes
  #counter = 0

  constructor(key: Bytes) {
    this.#key = key
  }

  /** Every command counts, also one that is refused. Throws 6987 or 6988 for what ends the session. */
  answer(c: Command, plain: (command: Command) => Response): Response {
    this.#counter += 1
    if ((c.cla & AUTHENTICATED) === AUTHENTICATED) throw new StatusError(SW.SM_OBJECT_MISSING)
    const { data, sw } = plain(this.#unwrap(c))
    return response(sw, data.length === 0 ? data : this.#cryptogram(data))
  }

  #unwrap({ ins, p1, p2, data }: Command): Command {
    const cla = 0x00
    try {
      if (ins !== 0xb0) return { cla, ins, p1, p2, data: this.#decrypt(decodeTlv(CRYPTOGRAM, data)) }
      const le = expectedLength(decodeTlv(EXPECTED_LENGTH, data))
      return { cla, ins, p1, p2, data: NO_BYTES, ...(le > 0 && { le }) }
    } catch (error) {
      if (error instanceof CodecError) throw new StatusError(SW.SM_OBJECT_WRONG)
      throw error
    }
  }

  /** The counter as a block, encrypted under the session key. */
  #iv(): Bytes {
    return aesEcb(this.#key, concat(new Uint8Array(BLOCK - 4), u32(this.#counter)))
  }

  #decrypt(value: Bytes): Bytes {
    const blocks = value.slice(1)
    if (value[0] !== PADDING_INDICATOR || blocks.length === 0 || blocks.length % BLOCK !== 0) {
      throw new CodecError('sm/cryptogram')
    }
    const padded = aesCbcDecrypt(this.#key, blocks, this.#iv())
    const end = padded.findLastIndex((byte) => byte !== 0)
    if (padded[end] !== 0x80 || padded.length - end > BLOCK) throw new CodecError('sm/padding')
    return padded.slice(0, end)
  }

  #cryptogram(data: Bytes): Bytes {
    const padded = new Uint8Array(BLOCK * (Math.floor(data.length / BLOCK) + 1))
    padded.set(data)
    padded[data.length] = 0x80
    return tlv(CRYPTOGRAM, bytes(PADDING_INDICATOR), aesCbcEncrypt(this.#key, padded, this.#iv()))
  }
}

/** Three bytes, the first of them 00; 0 is the whole file. */
function expectedLength(value: Bytes): number {
  if (value.length !== 3 || value[0] !== 0) throw new CodecError('sm/expected-length')
  return fromUint(value)
}
