// The terminal around a SIM.

export { Handset, type HandsetParts } from './handset.ts'
