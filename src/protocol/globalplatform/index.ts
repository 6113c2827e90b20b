// GlobalPlatform card management: SCP03, content management, words of the registry.

export * from './content-management.ts'
export * from './delegated-management.ts'
export * from './registry.ts'
export { type CardHello, type OpenScp03, openScp03, type SecureChannel, secured } from './scp03.ts'
export { diversificationDataOf, diversify, keyCheckValue, type MacLength, type Scp03Keys } from './scp03-keys.ts'
export { LEVEL, SecureMessagingError, type SecurityLevel } from './scp03-session.ts'
