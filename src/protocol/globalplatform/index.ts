// GlobalPlatform card management: SCP02 and SCP03, content management, words of the registry.

export {
  type CardCapability,
  type CardData,
  type CardResources,
  decodeCapability,
  decodeCardData,
  decodeCplc,
  decodeFci,
  decodeKeyInformation,
  decodeResources,
  type Fci,
  type KeyInformation,
} from './card-data.ts'
export * from './delegated-management.ts'
export { ELF_UPGRADE, type ElfUpgrade, elfUpgrading, upgradeElf } from './elf-upgrade.ts'
export { explain } from './explain.ts'
export * from './get-status.ts'
export * from './install.ts'
export { diversify, KDF } from './key-diversification.ts'
export { checkValueOf, type KeySet, SECRET_KEY_TYPE } from './key-set.ts'
export * from './load.ts'
export * from './manage-content.ts'
export { channelObserver, type Observed } from './observe.ts'
export { chooseChannel, type OpenSecureChannel, openSecureChannel } from './open-secure-channel.ts'
export { encodeParameters, type ParametersRequest, type TokenControl } from './parameters-request.ts'
export { type KeyProtection, type NewKey, type PutKeys, putKeySet, putKeys } from './put-key.ts'
export { type CardSummary, readCard, selectDomain } from './read-card.ts'
export { type Recording, recording } from './recording.ts'
export * from './registry.ts'
export { highestLevel, type ScpParameters } from './scp-parameter.ts'
export { type OpenScp02, openScp02 } from './scp02.ts'
export { type CardHello, type OpenScp03, openScp03 } from './scp03.ts'
export { diversificationDataOf, keyCheckValue, type MacLength, type Scp03Keys } from './scp03-keys.ts'
export { type SecureChannel, secured } from './secure-channel.ts'
export { LEVEL, SecureMessagingError, type SecureSession, type SecurityLevel } from './secure-session.ts'
export {
  type CheckingKey,
  checks,
  dapBlock,
  RECEIPT_FIELDS,
  receiptProves,
  type SigningKey,
  signatureBy,
} from './signatures.ts'
export * from './store-data.ts'
export { plainEcdsa, tokenInputOf, withToken } from './tokens.ts'
