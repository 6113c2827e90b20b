// Access rules of a secure element: words, bytes and dialogues.

export * from '../../codec/access-rules.ts'
export * from '../../codec/access-rules-commands.ts'
export * from './decide.ts'
export * from './dialogues.ts'
