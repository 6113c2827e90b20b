// A platform authenticator for tests without a browser: a P-256 key, a counter, and a PRF that depends on nothing but itself.

import { type Bytes, base64url, bytes, concat, u32, utf8 } from '../../../base/bytes.ts'
import * as crypto from '../../../base/crypto.ts'
import type { Entropy } from '../../../base/ports.ts'
import type { Released } from '../biometric/contract.ts'

interface Asked {
  readonly challenge: Bytes
  readonly salt: Bytes
}

/** What one who attacks changes. */
interface Change {
  readonly type?: string
  readonly origin?: string
  readonly crossOrigin?: boolean
  /** Of the RP ID, in place of that of the origin. */
  readonly host?: string
  readonly flags?: number
  readonly counter?: number
  readonly key?: Bytes
  readonly credentialId?: Bytes
}

export interface Authenticator {
  readonly publicKey: Bytes
  answer(asked: Asked, change?: Change): Released
}

/** User present and verified. */
export const RECOGNISED = 0x05

export function authenticator(origin: string, entropy: Entropy): Authenticator {
  const pair = crypto.generateKeyPair('P-256')
  const [own, secret] = [entropy(32), entropy(32)]
  let counted = 0
  return {
    publicKey: pair.publicKey,
    answer: ({ challenge, salt }, change = {}) => {
      const { type = 'webauthn.get', crossOrigin = false, flags = RECOGNISED, credentialId = own } = change
      const at = change.origin ?? origin
      const clientData = utf8(JSON.stringify({ type, challenge: base64url(challenge), origin: at, crossOrigin }))
      const host = crypto.sha256(utf8(change.host ?? new URL(at).hostname))
      const authenticatorData = concat(host, bytes(flags), u32(change.counter ?? ++counted))
      const message = concat(authenticatorData, crypto.sha256(clientData))
      const signature = crypto.sign('ECDSA-P256-SHA256', crypto.privateKey(pair.privateKey), message)
      const key = change.key ?? crypto.hmacSha256(secret, salt)
      return { credentialId, authenticatorData, clientData, signature, key }
    },
  }
}
