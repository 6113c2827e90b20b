// PIN-less authentication: the terminal's dialogues and the messages that both sides sign.

export * from './dialogues.ts'
export * from './message.ts'
