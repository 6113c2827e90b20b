// The terminal around a SIM.

export { Handset } from './handset.ts'
