// SIM models: what the chips of a series can do. A SIM is made from one of these, and its carrier knows the same one.
// Invented, within what real SIMs differ in: docs/profile.md#sim-models. Nobody asks for a model by its name.

import { fromHex } from '../../base/bytes.ts'
import { type CardProfile, DEFAULT_PROFILE } from './card-profile.ts'
import type { SimImage } from './index.ts'

export interface SimModel extends CardProfile {
  readonly vendor: string
  readonly atr: Uint8Array
  /** Bytes of each key of the issuer's key set, and its version: 20..2F for SCP02, 30..3F for SCP03. */
  readonly keyLength: 16 | 24 | 32
  readonly keyVersion: number
  /** Ways over which a SIM of this series was made to be reached, the preferred first. */
  readonly bearers: readonly ('proxy' | 'https' | 'sms')[]
}
export type SimModels = Record<string, SimModel>

const T1 = fromHex('3b800181')
/** No interface bytes: T=0, as old SIMs have it. */
const T0 = fromHex('3b00')

export const SIM_MODELS = {
  'minato-nfc-1': {
    ...DEFAULT_PROFILE,
    vendor: 'Minato',
    atr: T1,
    scp: { scp03: 0x70 },
    keyLength: 16,
    keyVersion: 0x30,
    bearers: ['proxy', 'https', 'sms'],
    channels: 4,
    loadBlockMax: 239,
    memory: { nonVolatile: 512 * 1024, volatile: 16 * 1024 },
  },
  'aozora-nfc-1': {
    ...DEFAULT_PROFILE,
    vendor: 'Aozora',
    atr: T1,
    scp: { scp03: 0x71 },
    keyLength: 32,
    keyVersion: 0x31,
    bearers: ['proxy', 'sms'],
    channels: 20,
    keyGeneration: ['RSA-2048', 'P-256'],
    loadBlockMax: 64,
    memory: { nonVolatile: 256 * 1024, volatile: 12 * 1024 },
  },
  'kodama-nfc-1': {
    ...DEFAULT_PROFILE,
    vendor: 'Kodama',
    atr: T0,
    scp: { scp03: 0x60 },
    keyLength: 24,
    keyVersion: 0x32,
    bearers: ['proxy', 'https', 'sms'],
    keyGeneration: ['RSA-2048'],
    memory: { nonVolatile: 128 * 1024, volatile: 8 * 1024 },
    countsEmptyCommands: false,
  },
  'aozora-lite-1': {
    ...DEFAULT_PROFILE,
    vendor: 'Aozora',
    atr: T1,
    scp: { scp03: 0x60 },
    keyLength: 16,
    keyVersion: 0x30,
    bearers: ['proxy', 'https', 'sms'],
    channels: 2,
    keyGeneration: [],
    loadBlockMax: 128,
    memory: { nonVolatile: 128 * 1024, volatile: 8 * 1024 },
  },
  'minato-classic-1': {
    ...DEFAULT_PROFILE,
    vendor: 'Minato',
    atr: T0,
    scp: { scp02: 0x55 },
    keyLength: 16,
    keyVersion: 0x20,
    bearers: [],
    keyGeneration: [],
    commandMax: 128,
    loadBlockMax: 96,
    memory: { nonVolatile: 64 * 1024, volatile: 4 * 1024 },
  },
} as const satisfies SimModels

/** What the maker writes into a SIM of this model. */
export const imageOf = (
  model: SimModel,
  of: Pick<SimImage, 'iccid' | 'isdKeys' | 'accessRules' | 'furtherKeys'>,
): SimImage => ({
  ...of,
  atr: model.atr,
  keyVersion: model.keyVersion,
  profile: model,
})
