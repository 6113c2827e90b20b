// AES under a key that is set up once: for sessions, where setting a cipher up costs more than the blocks.
// NIST SP 800-38A (CBC), SP 800-38B (CMAC). One cipher object goes on for ever in CBC; the block before is XORed away.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Bytes } from './bytes.ts'

const BLOCK = 16
const ZERO: Bytes = new Uint8Array(BLOCK)

type Cipher = ReturnType<typeof createCipheriv>

export class Aes {
  readonly #key: Bytes
  #encryptor: Cipher | undefined
  #decryptor: ReturnType<typeof createDecipheriv> | undefined
  /** The ciphertext blocks that the cipher objects chain from. */
  #encrypted: Bytes = ZERO
  #decrypted: Bytes = ZERO
  #subkeys: readonly [whole: Bytes, padded: Bytes] | undefined

  /** 16, 24 or 32 bytes. */
  constructor(key: Bytes) {
    this.#key = key
  }

  /** CBC over whole blocks, which are used up. */
  #chain(blocks: Bytes): Bytes {
    this.#encryptor ??= createCipheriv(`aes-${this.#key.length * 8}-cbc`, this.#key, ZERO).setAutoPadding(false)
    xor(blocks, this.#encrypted)
    const done = this.#encryptor.update(blocks)
    this.#encrypted = done.subarray(-BLOCK)
    return done
  }

  /** CBC, whole blocks only, no padding. */
  encrypt(blocks: Bytes, iv: Bytes = ZERO): Bytes {
    if (blocks.length === 0) return blocks
    const input = blocks.slice()
    xor(input, iv)
    return plain(this.#chain(input))
  }

  /** Opposite of `encrypt`. Throws `RangeError` when the input is not whole blocks. */
  decrypt(blocks: Bytes, iv: Bytes = ZERO): Bytes {
    if (blocks.length % BLOCK !== 0) throw new RangeError('not whole AES blocks')
    if (blocks.length === 0) return blocks
    this.#decryptor ??= createDecipheriv(`aes-${this.#key.length * 8}-cbc`, this.#key, ZERO).setAutoPadding(false)
    const done = plain(this.#decryptor.update(blocks))
    xor(done, this.#decrypted)
    xor(done, iv)
    this.#decrypted = blocks.slice(-BLOCK)
    return done
  }

  /** CBC with the encryption of `nonce` as its IV, in one go. NIST SP 800-38A App. C. */
  encryptAfter(nonce: Bytes, blocks: Bytes): Bytes {
    const input = new Uint8Array(BLOCK + blocks.length)
    input.set(nonce)
    input.set(blocks, BLOCK)
    return plain(this.#chain(input)).subarray(BLOCK)
  }

  /** Opposite of `encryptAfter`. Throws `RangeError` when the input is not whole blocks. */
  decryptAfter(nonce: Bytes, blocks: Bytes): Bytes {
    return this.decrypt(blocks, this.encrypt(nonce))
  }

  /** 16 bytes. RFC 4493. */
  cmac(...parts: readonly Bytes[]): Bytes {
    const [whole, padded] = (this.#subkeys ??= this.#makeSubkeys())
    let length = 0
    for (const part of parts) length += part.length
    const complete = length > 0 && length % BLOCK === 0
    const message = new Uint8Array(complete ? length : length + BLOCK - (length % BLOCK))
    let at = 0
    for (const part of parts) {
      message.set(part, at)
      at += part.length
    }
    if (!complete) message[length] = 0x80
    xor(message, complete ? whole : padded, message.length - BLOCK)
    return plain(this.#chain(message)).slice(-BLOCK)
  }

  #makeSubkeys(): [whole: Bytes, padded: Bytes] {
    const whole = doubled(this.encrypt(ZERO))
    return [whole, doubled(whole)]
  }
}

const plain = (value: Uint8Array): Bytes => new Uint8Array(value.buffer, value.byteOffset, value.byteLength)

function xor(into: Bytes, block: Bytes, at = 0): void {
  for (let i = 0; i < BLOCK; i++) into[at + i]! ^= block[i]!
}

/** Times x in GF(2^128). */
function doubled(block: Bytes): Bytes {
  const out = block.map((byte, i) => ((byte << 1) | ((block[i + 1] ?? 0) >> 7)) & 0xff)
  if ((block[0]! & 0x80) !== 0) out[BLOCK - 1]! ^= 0x87
  return out
}
