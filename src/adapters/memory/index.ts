// Where cards keep what they know: on disk or in this process.

export { type CardMemory, fileMemory } from './file-memory.ts'
export { volatileMemory } from './volatile-memory.ts'
