// Keys as wrapped files in a folder, the wrapping key in a file beside them (mode 0600): guards a copied database or
// backup of single files, not against someone who reads the whole folder as this user. An HSM takes its place later.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bytes } from '../../base/bytes.ts'
import type { Entropy, KeyStore } from '../../base/ports.ts'
import { createFile } from '../atomic-file.ts'
import { systemEntropy } from '../random.ts'
import { wrappedKeyStore } from './key-store.ts'

/** Several processes may share the folder: whoever makes a key first, all get that one. */
export function fileKeyStore(folder: string, entropy: Entropy = systemEntropy): KeyStore {
  const keep = (file: string, content: Bytes): Bytes => {
    createFile(join(folder, file), content, 0o600)
    return read(join(folder, file)) ?? content
  }
  const wrapping = (): Bytes => read(join(folder, 'wrapping-key')) ?? keep('wrapping-key', entropy(32))
  const fileOf = (name: string) => `${encodeURIComponent(name)}.key`
  const shelf = {
    find: (name: string) => read(join(folder, fileOf(name))),
    keep: (name: string, sealed: Bytes) => keep(fileOf(name), sealed),
  }
  return wrappedKeyStore(shelf, wrapping, entropy)
}

function read(path: string): Bytes | undefined {
  try {
    return Uint8Array.from(readFileSync(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
