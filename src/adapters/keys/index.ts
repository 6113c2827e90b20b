// Where roles keep their long-lived keys.

export { fileKeyStore } from './file-key-store.ts'
export { volatileKeyStore } from './volatile-key-store.ts'
