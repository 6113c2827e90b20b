// What the platform authenticator was asked and has not answered: each once, and for two minutes. The challenge is a digest of what
// the owner saw with octets that nobody else knows, so an answer for one login is none for another.

import { type Bytes, base64url } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Clock, Entropy } from '../../../base/ports.ts'

const GOOD_MS = 120_000
/** No more than a person has under way. */
const MOST = 16

interface Asked {
  readonly nonce: Bytes
  /** Of the PRF. */
  readonly salt: Bytes
  readonly at: Date
}

export interface Challenges {
  ask(statement: Bytes, salt: Bytes): Bytes
  /** The challenge over this statement, if it is the one named and was asked just now; it is used up. */
  take(named: string | undefined, statement: Bytes): { readonly challenge: Bytes; readonly salt: Bytes } | undefined
}

const over = (nonce: Bytes, statement: Bytes): Bytes => sha256(nonce, statement)

export function challenges({ clock, entropy }: { readonly clock: Clock; readonly entropy: Entropy }): Challenges {
  const asked = new Map<string, Asked>()
  return {
    ask: (statement, salt) => {
      const [oldest] = asked.keys()
      if (oldest !== undefined && asked.size >= MOST) asked.delete(oldest)
      const nonce = entropy(32)
      const challenge = over(nonce, statement)
      asked.set(base64url(challenge), { nonce, salt, at: clock() })
      return challenge
    },
    take: (named = '', statement) => {
      const one = asked.get(named)
      asked.delete(named)
      if (!one || Math.abs(clock().getTime() - one.at.getTime()) > GOOD_MS) return undefined
      const challenge = over(one.nonce, statement)
      return base64url(challenge) === named ? { challenge, salt: one.salt } : undefined
    },
  }
}
