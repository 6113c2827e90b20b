// The `KeyStore` port over any place that keeps sealed bytes under a name. Keys are made at first use and wrapped with
// AES-256-GCM; the label binds each to its name and purpose. Not here: where the wrapping key comes from.

import { type Bytes, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, localSigner, seal, unseal } from '../../base/crypto.ts'
import type { Entropy, KeyStore, Signer } from '../../base/ports.ts'
import { KIND_OF } from '../../base/signature-algorithms.ts'

/** `keep` returns what is kept under the name in the end: another process may have been first. */
export interface Shelf {
  find(name: string): Bytes | undefined
  keep(name: string, sealed: Bytes): Bytes
}

/** Keys on `shelf`, wrapped under `wrapping` (32 bytes). */
export function wrappedKeyStore(shelf: Shelf, wrapping: () => Bytes, entropy: Entropy): KeyStore {
  const opened = new Map<string, Bytes>()
  const open = (name: string, purpose: string, make: () => Bytes): Bytes => {
    const known = opened.get(`${purpose} ${name}`)
    if (known) return known
    const label = utf8(`kazasu key 1: ${purpose}: ${name}`)
    const sealed = shelf.find(name) ?? shelf.keep(name, seal(wrapping(), make(), label, entropy))
    const key = unsealed(wrapping(), sealed, label, name)
    opened.set(`${purpose} ${name}`, key)
    return key
  }
  return {
    signer: async (name, algorithm): Promise<Signer> =>
      localSigner(
        algorithm,
        open(name, algorithm, () => generateKeyPair(KIND_OF[algorithm]).privateKey),
      ),
    secret: async (name, length) => open(name, `secret of ${length}`, () => entropy(length)).slice(),
  }
}

function unsealed(wrapping: Bytes, sealed: Bytes, label: Bytes, name: string): Bytes {
  try {
    return unseal(wrapping, sealed, label)
  } catch (cause) {
    throw new Error(`key "${name}" does not open: damaged, made for another purpose, or wrapped by another key`, {
      cause,
    })
  }
}
