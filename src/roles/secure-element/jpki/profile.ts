// The JPKI application as data: in what a phone's and the plastic card's differ, and its files, secrets and keys.
// Observed: myna-card, myna, OpenSC jpki.h.

import type { KeyKind as KeyAlgorithm } from '../../../base/crypto.ts'
import { readOnce } from '../../../base/read-once.ts'
import { FILES, KEYS, type KeyKind } from '../../../protocol/jpki-ap/files.ts'
import type { ApplicationTable, SecretRule } from '../jicsap/table.ts'

export interface JpkiProfile {
  readonly keys: readonly KeyKind[]
  /** What a key pair may be that is made here or imported. */
  readonly algorithms: readonly KeyAlgorithm[]
  /** EF 000A is free on the plastic card and behind the PIN on a phone. */
  readonly authCertificateNeedsPin: boolean
  /** Tells its state without a PIN (GET DATA DF01). */
  readonly tellsState: boolean
}

export const JPKI_PROFILES = {
  phone: {
    keys: ['auth'],
    algorithms: ['RSA-2048', 'P-256', 'P-384'],
    authCertificateNeedsPin: true,
    tellsState: true,
  },
  card: {
    keys: ['auth', 'sign'],
    algorithms: ['RSA-2048', 'P-256', 'P-384'],
    authCertificateNeedsPin: false,
    tellsState: false,
  },
} as const satisfies Record<string, JpkiProfile>

const LENGTH = { auth: [4, 4], sign: [6, 16] } as const satisfies Record<KeyKind, readonly [number, number]>

const secret = (kind: KeyKind): SecretRule => ({
  tries: KEYS[kind].tries,
  length: LENGTH[kind],
  format: KEYS[kind].pinFormat,
  changedBy: 'CHANGE REFERENCE DATA',
})

/** PIN objects are there without their key too: clients ask both for their tries. Observed: OpenSC. */
export const jpkiTable = readOnce(
  ({ keys, authCertificateNeedsPin }: JpkiProfile): ApplicationTable => ({
    files: {
      [FILES.signCertificate]: { access: [KEYS.sign.pin] },
      [FILES.signCaCertificate]: { access: 'free' },
      [FILES.tokenInfo]: { access: 'free' },
      [FILES.availability]: { access: 'free' },
      [FILES.neverReadable]: { access: 'never' },
      [FILES.authCertificate]: { access: authCertificateNeedsPin ? [KEYS.auth.pin] : 'free' },
      [FILES.authCaCertificate]: { access: 'free' },
    },
    secrets: { [KEYS.auth.pin]: secret('auth'), [KEYS.sign.pin]: secret('sign') },
    keys: [FILES.terminalCaKey, ...keys.map((kind) => KEYS[kind].key)],
  }),
)
