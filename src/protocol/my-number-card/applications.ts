// The other applications of the My Number Card: 券面事項入力補助 (text), 券面事項確認 (surface), 共通カード (common)
// and 住基 (juki): names, files, secrets and keys. Observed: myna-card, jpki-rs, myna.

import { fromHex } from '../../base/bytes.ts'

export const FACE_AID = {
  text: fromHex('d3921000310001010408'),
  surface: fromHex('d3921000310001010402'),
  common: fromHex('d3921000310001010100'),
  juki: fromHex('d3921000310001010401'),
} as const
export type FaceApplication = keyof typeof FACE_AID

export const TEXT = {
  myNumber: 0x0001,
  attributes: 0x0002,
  integrity: 0x0003,
  certificate: 0x0004,
  basicData: 0x0005,
  sessionKey: 0x0006,
  signedKey: 0x0007,
  /** Sixteen bytes FF; its purpose is not known. */
  unknown: 0x0008,
  pin: 0x0011,
  /** Blocked on every card. */
  blocked: 0x0012,
  signingKey: 0x0013,
  codeA: 0x0014,
  codeB: 0x0015,
} as const

export const SURFACE = {
  age: 0x0001,
  face: 0x0002,
  basicData: 0x0003,
  certificate: 0x0004,
  myNumberImage: 0x0005,
  /** Its purpose is not known. */
  unknown: 0x0006,
  birthDate: 0x0011,
  codeB: 0x0012,
  codeA: 0x0013,
  signingKey: 0x0014,
} as const

/** EF 0002 of both: one record with a key identifier, whose purpose is not known. */
export const COMMON = { cardInfo: 0x0001, keyReference: 0x0002, authenticationKey: 0x0019, pin: 0x001c } as const
export const JUKI = { keyReference: 0x0002, pin: 0x001c } as const

/** Data objects of the card manager, by the tag in P1 and P2 of GET DATA. */
export const CARD_OBJECT = {
  issuer: 0x0042,
  cardNumber: 0x0045,
  municipality: 0x00f0,
  expiry: 0x00f2,
  intermediateKeyId: 0x00f7,
  /** CVC, root to intermediate. */
  chainUpper: 0x00f8,
  /** CVC, intermediate to the next below. */
  chainLower: 0x7f21,
  /** Without its first byte. */
  contactAtr: 0x5f51,
} as const
