// The plastic card: C-APDU in, R-APDU out. The same card and the same JPKI application as the SIM's.

import type { Bytes } from '../../base/bytes.ts'
import type { CardImage } from '../secure-element/contract.ts'

export type { SecureElement as MyNumberCard } from '../secure-element/contract.ts'

export interface JpkiKeyImage {
  /** DER PrivateKeyInfo, RSA-2048. */
  readonly privateKey: Bytes
  /** DER certificate. */
  readonly certificate: Bytes
  readonly caCertificate: Bytes
  readonly pin: string
}

export interface MyNumberCardImage {
  /** Sixteen digits, EF 0006. */
  readonly tokenSerial: string
  readonly auth: JpkiKeyImage
  /** Absent for a child under fifteen. */
  readonly sign?: JpkiKeyImage
  /** Five digits of the municipality's code. */
  readonly municipality: string
  /** YYYYMMDD. */
  readonly expiry: string
  /** EF 0016: key id (16 bytes) || key in CVC form. */
  readonly terminalCaKey?: Bytes
  /** The other applications, and the chain of the card manager; without it the card has the JPKI application alone. */
  readonly face?: CardFaceImage
  /** By which the issuer comes back to the card: PIN reset, new certificates. Without them nobody does. */
  readonly issuerKeys?: CardImage['isdKeys']
}

/** What is printed on the card, as files that the municipality has signed, and what guards it. */
export interface CardFaceImage {
  /** Fifteen digits of the card, EF 0001 of the common application. */
  readonly cardNumber: string
  /** By EF identifier. */
  readonly text: Readonly<Record<number, Bytes>>
  readonly surface: Readonly<Record<number, Bytes>>
  /** PrivateKeyInfo: the card's own key, that of session keys, that of the common application. */
  readonly keys: { readonly signing: Bytes; readonly session: Bytes; readonly common: Bytes }
  /** 券面事項入力補助用 and 住民基本台帳用 暗証番号, four digits. */
  readonly pins: { readonly text: string; readonly juki: string }
  readonly myNumber: string
  /** YYYY-MM-DD */
  readonly birthDate: string
  /** Four digits on the face. */
  readonly securityCode: string
  /** CVCs, root first, and the identifier of the key between. */
  readonly chain: { readonly upper: Bytes; readonly lower: Bytes; readonly intermediateKeyId: Bytes }
}
