// Where cards keep what they know: on disk or in this process.

export { type CardMemory, type FileMemoryOptions, fileMemory } from './file-memory.ts'
export { volatileMemory } from './volatile-memory.ts'
