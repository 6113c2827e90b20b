// What each signature algorithm hashes with, and which keys sign by it.

import type { HashName, KeyKind } from './crypto.ts'
import type { SignatureAlgorithm } from './ports.ts'

export const HASH_OF = {
  'RSA-SHA256': 'sha256',
  'ECDSA-P256-SHA256': 'sha256',
  'ECDSA-P384-SHA384': 'sha384',
} as const satisfies Record<SignatureAlgorithm, HashName>

export const KIND_OF = {
  'RSA-SHA256': 'RSA-2048',
  'ECDSA-P256-SHA256': 'P-256',
  'ECDSA-P384-SHA384': 'P-384',
} as const satisfies Record<SignatureAlgorithm, KeyKind>
