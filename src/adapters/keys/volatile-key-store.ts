// Keys that end with the process; for tests and for demos that leave nothing behind.

import type { Bytes } from '../../base/bytes.ts'
import type { Entropy, KeyStore } from '../../base/ports.ts'
import { wrappedKeyStore } from './key-store.ts'

/** Key pairs come from the machine, other secrets from `entropy`. */
export function volatileKeyStore(entropy: Entropy): KeyStore {
  const kept = new Map<string, Bytes>()
  const wrapping = entropy(32)
  const keep = (name: string, sealed: Bytes) => {
    kept.set(name, sealed)
    return sealed
  }
  return wrappedKeyStore({ find: (name) => kept.get(name), keep }, () => wrapping, entropy)
}
