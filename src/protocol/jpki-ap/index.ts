// The JPKI application from outside: its files and keys, and the dialogues of a client.

export * from './access-rule.ts'
export * from './content.ts'
export * from './dialogues.ts'
export * from './files.ts'
export * from './sign-document.ts'
