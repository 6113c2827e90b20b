// CA keys in an HSM, through PKCS#11, in a process of their own.

export { connectHsm, type HsmConnection } from './connection.ts'
export { hsmKeyStore } from './hsm-key-store.ts'
export { type HsmSettings, hsmSettings } from './settings.ts'
