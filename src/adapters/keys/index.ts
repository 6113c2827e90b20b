// Where roles keep their long-lived keys.

export { fileKeyStore } from './file-key-store.ts'
export { makeKeyPair } from './make-key-pair.ts'
export { volatileKeyStore } from './volatile-key-store.ts'
