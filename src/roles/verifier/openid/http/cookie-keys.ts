// How the provider's cookies are signed: in the place of Keygrip, which takes its key in anew for each cookie.

import { type Bytes, base64url, utf8 } from '../../../../base/bytes.ts'
import { equalSecret, hmacSha256 } from '../../../../base/crypto.ts'

/** What `cookies` asks of its keys. */
export function cookieKeys(secret: Bytes) {
  const sign = (cookie: string): string => base64url(hmacSha256(secret, utf8(cookie)))
  const verify = (cookie: string, signature: string): boolean => equalSecret(utf8(signature), utf8(sign(cookie)))
  return { sign, verify, index: (cookie: string, signature: string) => (verify(cookie, signature) ? 0 : -1) }
}
