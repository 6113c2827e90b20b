// GlobalPlatform card management: SCP02 and SCP03, content management, words of the registry.

export * from './content-management.ts'
export * from './delegated-management.ts'
export { checkValueOf, type KeySet, SECRET_KEY_TYPE } from './key-set.ts'
export * from './registry.ts'
export { type OpenScp02, openScp02, putDesKeySet } from './scp02.ts'
export { type CardHello, type OpenScp03, openScp03 } from './scp03.ts'
export { diversificationDataOf, diversify, keyCheckValue, type MacLength, type Scp03Keys } from './scp03-keys.ts'
export { type SecureChannel, secured } from './secure-channel.ts'
export { LEVEL, SecureMessagingError, type SecureSession, type SecurityLevel } from './secure-session.ts'
