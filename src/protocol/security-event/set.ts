// A Security Event Token: a JWT of type `secevent+jwt` that tells of one event and is no token for access. RFC 8417 §2;
// its subject as RFC 9493 and the Shared Signals Framework have it. Not here: how it is judged, which is the receiver's.

import { base64url, utf8 } from '../../base/bytes.ts'
import type { Signer } from '../../base/ports.ts'
import { es256Signature } from '../login/jws-signature.ts'

export type SubjectId =
  | { readonly format: 'iss_sub'; readonly iss: string; readonly sub: string }
  | { readonly format: 'opaque'; readonly id: string }

export interface SecurityEvent {
  readonly iss: string
  readonly aud: string
  readonly jti: string
  readonly iat: Date
  /** When it happened. */
  readonly toe: Date
  readonly subject: SubjectId
  /** URI of its type. */
  readonly type: string
  readonly claims: Readonly<Record<string, unknown>>
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/** RFC 8417 §2.2: no `sub` and no `exp`, so that nobody takes it for an ID token. */
function setClaims({ iss, aud, jti, iat, toe, subject, type, claims }: SecurityEvent) {
  return { iss, aud, jti, iat: seconds(iat), toe: seconds(toe), sub_id: subject, events: { [type]: claims } }
}

/** Compact JWS, ES256. `kid` names the key in the JWK set of the issuer. */
export async function encodeSet(event: SecurityEvent, signer: Signer, kid: string): Promise<string> {
  const header = { alg: 'ES256', typ: 'secevent+jwt', kid }
  const signed = [header, setClaims(event)].map((part) => base64url(utf8(JSON.stringify(part)))).join('.')
  return `${signed}.${base64url(es256Signature(await signer.sign(utf8(signed))))}`
}
