// PIN-less authentication: the terminal's dialogues, the messages that both sides sign, and what terminals are known by.

export * from './dialogues.ts'
export * from './key-id.ts'
export * from './message.ts'
export * from './revoked-terminals.ts'
