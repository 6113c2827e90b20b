// A stored tbsCertificate becomes a certificate: signed, compared octet by octet, its signature verified, stored. What
// breaks off before the end is done again and gives the same certificate.

import { equal } from '../../../base/bytes.ts'
import { verify } from '../../../base/crypto.ts'
import { assembleCertificate, signedParts } from '../../../codec/x509.ts'
import type { Anchor } from '../anchor.ts'
import type { Deps } from '../deps.ts'
import { no } from '../refusals.ts'
import type { CertificateRow } from '../store.ts'

export interface Issued {
  readonly serial: bigint
  readonly certificate: Uint8Array
  readonly notAfter: Date
}

/** Refuses with `revokedBeforeIssue` when a revocation was faster. */
export async function finish(deps: Deps, row: CertificateRow): Promise<Issued> {
  const { store, generations, log } = deps
  const { kind, serial } = row
  if (row.certificate) return { serial, certificate: row.certificate, notAfter: row.not_after }
  if (row.status !== 'pending') throw no.revokedBeforeIssue()
  const signing = signed(await generations.of(kind, row.generation), row.tbs)
  if (await store.complete(kind, serial, signing)) {
    log('authority.issued', { kind, medium: row.medium, serial: serial.toString() })
    return { serial, certificate: await signing, notAfter: row.not_after }
  }
  // Another process completed the same request, or a revocation was faster.
  const now = await store.find(kind, serial)
  if (!now?.certificate) throw no.revokedBeforeIssue()
  return { serial, certificate: now.certificate, notAfter: now.not_after }
}

/** The row and its entry in the log of signatures are of one transaction: what is stored may be signed. */
async function signed({ key, publicKey }: Anchor, tbs: Uint8Array): Promise<Uint8Array> {
  const certificate = assembleCertificate(tbs, key.algorithm, await key.sign(tbs))
  const made = signedParts(certificate)
  if (!equal(made.tbs, tbs)) throw new Error('what came back is not what was given to be signed')
  // A fault in an RSA signature gives the key away, so it does not leave the house.
  if (!verify(key.algorithm, publicKey, made.tbs, made.signature))
    throw new Error('the key of the authority gave a wrong signature')
  return certificate
}
