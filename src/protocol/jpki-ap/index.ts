// The JPKI application from outside: its files and keys, and the dialogues of a client.

export * from './dialogues.ts'
export * from './files.ts'
