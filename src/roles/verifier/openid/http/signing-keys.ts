// The keys of ID tokens, in generations of ninety days: the next is published before it signs, the last stays published
// after. Which generation signs follows from the time alone, so that several processes agree. RFC 7517 §5.

import { createPublicKey, type KeyObject } from 'node:crypto'
import { ExternalSigningKey } from 'oidc-provider'
import type { KeyStore, Signer } from '../../../../base/ports.ts'
import { es256Signature } from '../../../../protocol/login/jws-signature.ts'

const DAY_MS = 86_400_000
export const GENERATION_MS = 90 * DAY_MS
/** Long enough for every service to have asked for the keys again. */
export const PUBLISHED_BEFORE_MS = 7 * DAY_MS
/** Longer than an ID token lives. */
export const PUBLISHED_AFTER_MS = DAY_MS

/** Generations that are published now; the first signs. */
export function generations(now: Date): readonly number[] {
  const time = now.getTime()
  const current = Math.floor(time / GENERATION_MS)
  const age = time - current * GENERATION_MS
  return [
    current,
    ...(age >= GENERATION_MS - PUBLISHED_BEFORE_MS ? [current + 1] : []),
    ...(age < PUBLISHED_AFTER_MS ? [current - 1] : []),
  ]
}

const SIGNING = {
  ES256: { algorithm: 'ECDSA-P256-SHA256', encode: es256Signature },
  RS256: { algorithm: 'RSA-SHA256', encode: (signature: Uint8Array) => signature },
} as const satisfies Record<string, { algorithm: Signer['algorithm']; encode: (signature: Uint8Array) => Uint8Array }>
type Alg = keyof typeof SIGNING

/** RS256 because OpenID Connect Core 1.0 §15.1 wants it. */
export async function signingKeys(keys: KeyStore, published: readonly number[]): Promise<ExternalSigningKey[]> {
  const found: ExternalSigningKey[] = []
  for (const generation of published)
    for (const alg of Object.keys(SIGNING) as Alg[]) found.push(await signingKey(keys, alg, generation))
  return found
}

/** A key of the keeper: it signs there and never comes here. */
async function signingKey(keys: KeyStore, alg: Alg, generation: number): Promise<ExternalSigningKey> {
  const { algorithm, encode } = SIGNING[alg]
  const signer = await keys.signer(`verifier-openid-${alg.toLowerCase()}-${generation}`, algorithm)
  const publicKey = createPublicKey({ key: Buffer.from(signer.publicKey), format: 'der', type: 'spki' })
  return new (class extends ExternalSigningKey {
    override get alg(): string {
      return alg
    }
    override keyObject(): KeyObject {
      return publicKey
    }
    override async sign(message: Uint8Array): Promise<Uint8Array> {
      return Buffer.from(encode(await signer.sign(message)))
    }
  })()
}
