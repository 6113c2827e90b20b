// The key by which SIMs check terminals, as the SIM stores it: key id and modulus. Ours: docs/profile.md#pinless.

import type { Bytes } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { KEY_ID_LENGTH, modulusOfSpki } from '../../codec/cvc.ts'

/** The id is the beginning of the SHA-256 of the SubjectPublicKeyInfo. */
export const terminalCaKey = (publicKey: Bytes): { keyId: Bytes; modulus: Bytes } => ({
  keyId: sha256(publicKey).slice(0, KEY_ID_LENGTH),
  modulus: modulusOfSpki(publicKey),
})
