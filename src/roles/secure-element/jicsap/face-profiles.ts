// The applications of the My Number Card besides JPKI, as data: 券面事項入力補助 (text), 券面事項確認 (surface),
// 共通カード (common), 住基 (juki). Observed: myna-card. What it does not know is ours: docs/profile.md#card-face.

import { COMMON, type FaceApplication, JUKI, SURFACE, TEXT } from '../../../protocol/my-number-card/applications.ts'
import type { ApplicationTable, SecretRule } from './table.ts'

export interface FaceProfile extends ApplicationTable {
  /** Signs DigestInfos without a secret: `80 2A 00 00`. */
  readonly signingKey?: number
  /** Signs challenges without a secret: INTERNAL AUTHENTICATE. */
  readonly authenticationKey?: number
  /** SET SESSION KEY: nothing is set up for it, it is for nobody, or it opens secure messaging. */
  readonly sessionKey: 'none' | 'refused' | { readonly key: number; readonly secret: number }
}

const digits = (length: number, tries: number): SecretRule => ({
  tries,
  length: [length, length],
  format: new RegExp(`^[0-9]{${length}}$`),
})
const pin = (changedBy: NonNullable<SecretRule['changedBy']>): SecretRule => ({ ...digits(4, 3), changedBy })
const codeA = digits(12, 10)
const codeB = digits(14, 10)

const { pin: textPin, codeA: textA, codeB: textB } = TEXT
const anyOfText = [textPin, textA, textB]
const anyOfSurface = [SURFACE.codeA, SURFACE.codeB]

export const FACE_PROFILES = {
  text: {
    files: {
      [TEXT.myNumber]: { access: [textPin, textA] },
      [TEXT.attributes]: { access: [textPin, textB] },
      [TEXT.integrity]: { access: anyOfText },
      [TEXT.certificate]: { access: 'free' },
      [TEXT.basicData]: { access: 'free' },
      [TEXT.sessionKey]: { access: anyOfText },
      [TEXT.signedKey]: { access: anyOfText },
      [TEXT.unknown]: { access: 'free' },
    },
    secrets: {
      [textPin]: pin('CHANGE REFERENCE DATA'),
      [TEXT.blocked]: digits(4, 0),
      [textA]: codeA,
      [textB]: codeB,
    },
    keys: [TEXT.signingKey],
    signingKey: TEXT.signingKey,
    sessionKey: { key: TEXT.sessionKey, secret: textPin },
  },
  surface: {
    files: {
      [SURFACE.age]: { access: [SURFACE.birthDate] },
      [SURFACE.face]: { access: anyOfSurface },
      [SURFACE.basicData]: { access: 'free' },
      [SURFACE.certificate]: { access: 'free' },
      [SURFACE.myNumberImage]: { access: [SURFACE.codeA] },
      [SURFACE.unknown]: { access: anyOfSurface },
    },
    secrets: { [SURFACE.birthDate]: digits(6, 10), [SURFACE.codeB]: codeB, [SURFACE.codeA]: codeA },
    keys: [SURFACE.signingKey],
    signingKey: SURFACE.signingKey,
    sessionKey: 'none',
  },
  common: {
    files: {
      [COMMON.cardInfo]: { access: 'free', structure: 'records' },
      [COMMON.keyReference]: { access: 'free', structure: 'records' },
    },
    secrets: { [COMMON.pin]: pin('CHANGE KEY') },
    keys: [COMMON.authenticationKey],
    authenticationKey: COMMON.authenticationKey,
    sessionKey: 'none',
  },
  juki: {
    files: { [JUKI.keyReference]: { access: 'free', structure: 'records' } },
    secrets: { [JUKI.pin]: pin('CHANGE KEY') },
    keys: [],
    sessionKey: 'refused',
  },
} as const satisfies Record<FaceApplication, FaceProfile>
