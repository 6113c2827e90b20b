// The applications of the My Number Card besides JPKI, from outside.

export * from './applications.ts'
export * from './dialogues.ts'
export * from './face-files.ts'
export * from './images.ts'
export * from './reference-numbers.ts'
