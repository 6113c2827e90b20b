// `kazasu/secure-element`: emulated SIMs and secure elements. docs/secure-element.md shows how they are used.

export { fileMemory, volatileMemory } from '../../adapters/memory/index.ts'
export { systemEntropy } from '../../adapters/random.ts'
export { connectVpcd, type InsertedInVpcd, type VpcdOptions } from '../../adapters/vpcd/index.ts'
export type { Entropy, Link, Memory } from '../../base/ports.ts'
export type { MyNumberCardImage } from '../../roles/my-number-card/contract.ts'
export { createMyNumberCard, manufactureMyNumberCard } from '../../roles/my-number-card/index.ts'
export type { CardParts } from '../../roles/secure-element/contract.ts'
export {
  CardMute,
  createSecureElement,
  imageOf,
  manufactureSecureElement,
  type SecureElement,
  SIM_MODELS,
  type SimImage,
  type SimModel,
} from '../../roles/secure-element/index.ts'
