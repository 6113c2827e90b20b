// The parameters "i" of a card's secure channel protocols. SCP03: challenge, response security, S8 or S16, GPC-D v1.1.1
// Table 5-1 (bit 1, S16, comes from the later Amendment D 1.2). SCP02: GPC v2.3.1 Table E-1, explicit initiation only.

import { type Bytes, bytes, concat, fromHex } from '../../base/bytes.ts'
import { tlv } from '../../codec/tlv.ts'
import type { MacLength } from './scp03-keys.ts'
import { LEVEL, type SecurityLevel } from './secure-session.ts'

/** What a card speaks. The type of a key set decides which: DES keys open SCP02, AES keys SCP03. */
export interface ScpParameters {
  readonly scp02?: number
  readonly scp03?: number
}

const S16 = 0x01
const PSEUDO_RANDOM = 0x10
const R_MAC = 0x20
const R_ENC = 0x40

/** Pseudo-random challenge, R-MAC and R-ENCRYPTION, S8. */
export const DEFAULT_SCP03_I = 0x70

/** R-ENCRYPTION is there only with R-MAC. */
export const isScp03i = (i: number): boolean =>
  (i & ~(S16 | PSEUDO_RANDOM | R_MAC | R_ENC)) === 0 && ((i & R_ENC) === 0 || (i & R_MAC) !== 0)

export const macLengthOf = (i: number): MacLength => ((i & S16) !== 0 ? 16 : 8)

/** True when the card challenge is pseudo-random and follows from a counter. */
export const counts = (i: number): boolean => (i & PSEUDO_RANDOM) !== 0

/** True when a card with this parameter can keep up the security level. GPC-D v1.1.1 §7.1.2.2. */
export const covers = (i: number, level: number): boolean =>
  ((level & 0x10) === 0 || (i & R_MAC) !== 0) && ((level & 0x20) === 0 || (i & R_ENC) !== 0)

/** GPC-D v1.1.1 Table 7-5: as much as the parameter covers. */
export const highestLevel = (i: number): SecurityLevel =>
  [LEVEL.all, LEVEL.cDecCMacRMac].find((level) => covers(i, level)) ?? LEVEL.cDecCMac

const SCP02 = { explicitThreeKeys: 0x05, icvEncryption: 0x10, rMac: 0x20, wellKnownChallenge: 0x40 } as const

/** Three keys, C-MAC on the modified APDU, explicit initiation; the rest as it may be: 15, 55, 75 and so on. */
export const isScp02i = (i: number): boolean =>
  (i & ~(SCP02.icvEncryption | SCP02.rMac | SCP02.wellKnownChallenge)) === SCP02.explicitThreeKeys

export const encryptsIcv = (i: number): boolean => (i & SCP02.icvEncryption) !== 0
export const hasWellKnownChallenge = (i: number): boolean => (i & SCP02.wellKnownChallenge) !== 0

/** GPC v2.3.1 Table E-11: no R-ENCRYPTION. */
export const scp02Covers = (i: number, level: number): boolean =>
  (level & 0x20) === 0 && ((level & 0x10) === 0 || (i & SCP02.rMac) !== 0)

const listed = ({ scp02, scp03 }: ScpParameters): [protocol: number, i: number][] =>
  [[2, scp02] as const, [3, scp03] as const].flatMap(([protocol, i]) => (i === undefined ? [] : [[protocol, i]]))

/** The object identifiers {globalPlatform 4 scp i} of the security domain management data. GPC v2.3.1 Table H-1. */
export const scpIdentifiers = (parameters: ScpParameters): Bytes =>
  concat(...listed(parameters).map(([scp, i]) => tlv(0x64, tlv(0x06, GP_SCP, base128(scp), base128(i)))))

const GP_SCP = fromHex('2a864886fc6b04')
const base128 = (arc: number): Bytes => (arc < 0x80 ? bytes(arc) : bytes(0x80 | (arc >> 7), arc & 0x7f))

/** The SCP information of the card capability data. GPC v2.3.1 §H.4. */
export const scpInformation = (parameters: ScpParameters): Bytes =>
  concat(
    ...listed(parameters).map(([scp, i]) =>
      tlv(0xa0, tlv(0x80, bytes(scp)), tlv(0x81, bytes(i)), ...(scp === 3 ? [tlv(0x82, bytes(0x07))] : [])),
    ),
  )
