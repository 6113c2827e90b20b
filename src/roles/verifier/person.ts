// The verifier's own name for a person, which no service ever sees: found by certificate, kept through renewals.
// The certificate of the card stands for the person; J-LIS links the phone's to it. Seed 2; docs/profile.md#person.

import { hex } from '../../base/bytes.ts'
import { comparisonKey } from '../../codec/name.ts'
import type { Certificate } from '../../codec/x509.ts'
import type { CertificateId, Deps } from './model.ts'

/** The person of a 利用者証明用 certificate whose checks have passed. */
export async function personOf(
  { store, authority, clock, entropy }: Pick<Deps, 'store' | 'authority' | 'clock' | 'entropy'>,
  certificate: Certificate,
): Promise<string> {
  const own: CertificateId = { issuer: comparisonKey(certificate.issuer), serial: certificate.serialNumber }
  const known = await store.person(own)
  if (known) return known
  const { serial } = await authority.link({ kind: 'auth', serial: own.serial, want: 'card-auth', asker: 'verifier' })
  const card = { ...own, serial: serial ?? own.serial }
  // Two first logins at once both offer a new person for the card's certificate; the record keeps one.
  const person = (await store.person(card)) ?? hex(entropy(16))
  await store.tieCertificate(card, person, clock())
  const kept = (await store.person(card)) ?? person
  await store.tieCertificate(own, kept, clock())
  return (await store.person(own)) ?? kept
}
