// The name under which one service knows a person, and no other does. OpenID Connect Core 1.0 §8.1.

import { base64url, utf8 } from '../../base/bytes.ts'
import { hmacSha256 } from '../../base/crypto.ts'
import { isLoopback } from '../../base/loopback.ts'
import type { KeyStore } from '../../base/ports.ts'

interface SectorMembers {
  readonly clientId: string
  readonly redirectUris: readonly string[]
  readonly sector?: string | undefined
}

/**
 * The sector that the operator has checked, or the host of the redirect URIs. Services on one laptop share a host and are
 * sectors of their own. Ours: docs/profile.md#person.
 */
function sectorOf({ clientId, redirectUris, sector }: SectorMembers): string {
  if (sector !== undefined) return sector
  const { host, hostname } = new URL(redirectUris[0] ?? 'https://none.invalid')
  return isLoopback(hostname) ? `${host}/${clientId}` : host
}

/** Of a mandate: as people have it, another at each service. */
export const pairwiseMandate = (keys: KeyStore, client: SectorMembers, mandateId: string): Promise<string> =>
  pairwiseSubject(keys, client, `mandate ${mandateId}`)

/** One-way, and another for each sector. */
export async function pairwiseSubject(keys: KeyStore, client: SectorMembers, personId: string): Promise<string> {
  const secret = await keys.secret('verifier-openid-pairwise', 32)
  return base64url(hmacSha256(secret, utf8(`${sectorOf(client)}\n${personId}`)))
}
