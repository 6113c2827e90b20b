// Personalisation of the JPKI applet of a SIM: the SP-TSM's dialogues, and what both sides agree on.

export * from './content-encryption.ts'
export * from './dialogues.ts'
export * from './key-envelope.ts'
export * from './layout.ts'
