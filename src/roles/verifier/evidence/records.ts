// What is kept of a verdict: the outcome with its reason, which certificate by a keyed digest that only this service's lines share,
// and what its status was read from. No fact, no subject, no serial number. docs/profile.md#evidence.

import { concat, hex, utf8 } from '../../../base/bytes.ts'
import { hmacSha256 } from '../../../base/crypto.ts'
import type { KeyStore } from '../../../base/ports.ts'
import type { Verdict } from '../../../base/verdict.ts'
import { encodeName } from '../../../codec/name.ts'
import type { Certificate } from '../../../codec/x509.ts'
import type { PathVerdict } from '../../../protocol/path-validation/index.ts'
import { reportOf } from '../../../protocol/validate/report.ts'

export interface Judged {
  readonly verdict: Verdict
  readonly certificate?: Certificate | undefined
  readonly path?: PathVerdict | undefined
}

/** The first check that did not pass; empty when all did. */
export const reasonOf = ({ checks }: Verdict): string => checks.find(({ outcome }) => outcome !== 'passed')?.name ?? ''

export async function verdictRecord(
  keys: KeyStore,
  clientId: string,
  what: string,
  { verdict, certificate, path }: Judged,
): Promise<object> {
  const status = reportOf(verdict, path, new Date(0)).revocation[0]
  return {
    kind: 'verdict',
    what,
    outcome: verdict.outcome,
    ...(verdict.outcome !== 'passed' && { reason: reasonOf(verdict) }),
    ...(certificate && { certificate: await certificateDigest(keys, clientId, certificate) }),
    ...(status && { status: { status: status.status, sources: status.sources } }),
  }
}

/** Under a key of this service: two services cannot tell that it is the same, and the platform can show which it was. */
async function certificateDigest(
  keys: KeyStore,
  clientId: string,
  { issuer, serialNumber }: Pick<Certificate, 'issuer' | 'serialNumber'>,
): Promise<string> {
  const key = hmacSha256(await keys.secret('verifier-evidence-certificates', 32), utf8(clientId))
  return hex(hmacSha256(key, concat(encodeName(issuer), utf8(` ${serialNumber}`))))
}

/** `statement`: the digest of what the person signed, which is kept sealed. */
export const consentRecord = (
  { consentId, items, from, until }: { consentId: string; items: readonly string[]; from: Date; until: Date },
  statement: string,
): object => ({ kind: 'consent', consent: consentId, items, from, until, statement })

interface ReportedSignature {
  readonly indication: string
  readonly subIndication?: string | undefined
  readonly revocation: readonly { readonly certificate: number }[]
}
interface Report {
  readonly documentSha256: string
  readonly signatures: readonly ReportedSignature[]
}

/** Of signed documents, from what the service was told: nobody's name is in it. */
export const documentRecord = (what: string, { documentSha256, signatures }: Report): object => ({
  kind: 'verdict',
  what,
  document: documentSha256,
  signatures: signatures.map(({ indication, subIndication, revocation }) => ({
    outcome: indication,
    ...(subIndication && { reason: subIndication }),
    status: revocation.filter(({ certificate }) => certificate === 0),
  })),
})
