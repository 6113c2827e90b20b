// What a certificate is made from: kinds and facts of one case.

import type { Bytes } from '../../base/bytes.ts'
import type { FourInfo } from '../../base/contract.ts'
import type { Certificate } from '../../codec/x509.ts'
import type { Substitutes } from './four-info.ts'

export type Hierarchy = 'production' | 'test'

/** 署名用認証局 and 利用者証明用認証局. */
export type CaKind = 'sign' | 'auth'

/** 発行市区町村: as the certificates write it. */
export interface Municipality {
  /** 全国地方公共団体コード, five digits without the check digit. */
  readonly code: string
  /** `Kanagawa-ken` */
  readonly prefectureRomaji: string
  /** `Yokohama-shi-Naka-ku` */
  readonly municipalityRomaji: string
}

/** What a subject is made from. */
export interface SubjectFacts {
  readonly hierarchy: Hierarchy
  readonly municipality?: Municipality
  /** Fourteen of 0-9 and A-Z (`authIdentifier`), or 28 digits (`signIdentifier`). */
  readonly identifier?: string
}

/** What an extension is made from. */
export interface ExtensionFacts extends SubjectFacts {
  /** DER SubjectPublicKeyInfo of the new certificate. */
  readonly subjectPublicKeyInfo: Bytes
  /** The certificate of the CA generation that signs. */
  readonly issuer?: Certificate
  /** Where the responder really is; the address of J-LIS unless said. */
  readonly ocspUri?: string
  readonly fourInfo?: FourInfo
  readonly substitutes?: Substitutes
}
