// The SCP03 parameter "i" of a card: which challenge, which response security, S8 or S16. GPC-D v1.1.1 Table 5-1.
// Bit 1 (S16) comes from the later Amendment D 1.2, known through two implementations.

import { bytes } from '../../base/bytes.ts'
import { tlv } from '../../codec/tlv.ts'
import type { MacLength } from '../../protocol/globalplatform/scp03-keys.ts'

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

/** The SCP information of the card capability data. GPC v2.3.1 §H.4. */
export const scpInformation = (i: number): Uint8Array =>
  tlv(0xa0, tlv(0x80, bytes(0x03)), tlv(0x81, bytes(i)), tlv(0x82, bytes(0x07)))
