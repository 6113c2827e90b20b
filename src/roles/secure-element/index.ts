// The SIM: a secure element with an issuer security domain and room for others.

import { type Bytes, fromHex } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'
import type { ReferencedRule } from '../../codec/access-rules.ts'
import { CHANNELS_MAX } from '../../codec/class-byte.ts'
import { type KeySet, SECRET_KEY_TYPE } from '../../protocol/globalplatform/key-set.ts'
import { diversificationDataOf } from '../../protocol/globalplatform/scp03-keys.ts'
import { type CardProfile, DEFAULT_PROFILE } from './card-profile.ts'
import type { CardParts, SecureElement } from './contract.ts'
import { createCard } from './create.ts'
import { type CardImage, type CardLifeCycle, manufactureCard } from './manufacture.ts'

export type { SecureElement } from './contract.ts'
export { CardMute } from './contract.ts'
export { imageOf, SIM_MODELS, type SimModel } from './models.ts'

export interface SimImage {
  /** 19 or 20 digits. */
  readonly iccid: string
  readonly isdKeys: KeySet
  /** Version of the issuer's key set: 20..2F for SCP02, 30..3F for SCP03. */
  readonly keyVersion?: number
  /** Issuer identification number, digits. */
  readonly iin?: string
  /** Ten bytes for key diversification; made of the ICCID if absent. */
  readonly diversificationData?: Bytes
  /** Keys for secured packets and for TLS. */
  readonly furtherKeys?: CardImage['furtherKeys']
  readonly atr?: Bytes
  /** Over the default one, which has all channels here. */
  readonly profile?: Partial<CardProfile>
  /** SECURED if absent. */
  readonly lifeCycle?: CardLifeCycle
  /** Installs the access rule application with these. Without it a handset lets no app reach the SIM. */
  readonly accessRules?: readonly ReferencedRule[]
}

/** Digits as BCD, filled with F to whole bytes. ISO 7812; GPC v2.3.1 §7.4.1 (IIN, CIN). */
const bcd = (digits: string): Bytes => fromHex(digits.length % 2 === 0 ? digits : `${digits}f`)

/** Writes a new SIM into its memory: issuer keys, card and issuer numbers, the built-in security domain package. */
export function manufactureSecureElement(memory: Memory, image: SimImage): void {
  if (!/^[0-9]{19,20}$/.test(image.iccid)) throw new RangeError('an ICCID has 19 or 20 digits')
  const profile = { ...DEFAULT_PROFILE, channels: CHANNELS_MAX, ...image.profile }
  manufactureCard(memory, {
    ...(image.atr && { atr: image.atr }),
    profile,
    ...(image.lifeCycle && { lifeCycle: image.lifeCycle }),
    ...(image.accessRules && { accessRules: image.accessRules }),
    ...(image.furtherKeys && { furtherKeys: image.furtherKeys }),
    toolkit: true,
    diversificationData: image.diversificationData ?? diversificationDataOf(image.iccid),
    isdKeys: {
      version: image.keyVersion ?? 0x30,
      keys: image.isdKeys,
      type: profile.scp.scp03 === undefined ? SECRET_KEY_TYPE.des : SECRET_KEY_TYPE.aes,
    },
    objects: { 66: bcd(image.iin ?? image.iccid.slice(0, 6)), 69: bcd(image.iccid) },
  })
}

/** Gives power to a SIM whose image the memory holds. */
export const createSecureElement = (parts: CardParts): SecureElement => createCard(parts)
