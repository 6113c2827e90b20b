// Who signed what about a mandate, checked, and kept so that it can be shown in a dispute: sealed, each for its own mandate.

import { type Bytes, base64url, utf8 } from '../../../base/bytes.ts'
import { hmacSha256, seal } from '../../../base/crypto.ts'
import { type MandateStatement, mandateStatement } from '../../../protocol/consent/mandate.ts'
import { partyOf } from '../consents/model.ts'
import { type Own, signedOnce } from '../consents/own-page.ts'
import type { Deps } from '../model.ts'
import type { Account } from './model.ts'

export interface Signed {
  readonly account: Account
  readonly statement: Bytes
  /** Seals it as evidence of this mandate. */
  readonly evidenceFor: (mandateId: string) => Promise<Bytes>
}

/** Refuses all but a good signature over exactly these terms, in time and once. */
export async function signedTerms(
  deps: Deps,
  { certificate, signature, nonce, at }: Own,
  of: Pick<MandateStatement, 'act' | 'terms'>,
): Promise<Signed> {
  const statement = mandateStatement({ platform: partyOf(deps).name, ...of, nonce, at })
  const account = await signedOnce(deps, { certificate, signature, nonce, at }, statement)
  const kept = utf8(
    JSON.stringify({
      statement: base64url(statement),
      certificate: base64url(certificate),
      signature: base64url(signature),
    }),
  )
  return {
    account,
    statement,
    evidenceFor: async (mandateId) => {
      const key = hmacSha256(await deps.keys.secret('verifier-mandate-evidence', 32), utf8(mandateId))
      return seal(key, kept, utf8(`mandate ${mandateId}`), deps.entropy)
    },
  }
}
