// The authority's own certificates, of CAs and responders, go the way of all others: stored as `pending` and logged in
// one transaction, signed, stored. One that was begun by a process that has died is finished.

import { sha256 } from '../../../base/crypto.ts'
import type { Signer } from '../../../base/ports.ts'
import { assembleCertificate } from '../../../codec/x509.ts'
import type { CertificateKind } from '../contract.ts'
import type { AuthorityDeps } from '../deps.ts'
import type { SignatureLog } from '../log/signature-log.ts'
import type { CertificateRow } from '../store.ts'

export interface OwnCertificate {
  readonly kind: CertificateKind
  readonly generation: number
  readonly medium: 'ca' | 'ocsp'
  readonly serial: bigint
  readonly subjectPublicKeyInfo: Uint8Array
  readonly validity: { readonly notBefore: Date; readonly notAfter: Date }
  readonly tbs: Uint8Array
}

type Deps = Pick<AuthorityDeps, 'store'> & { readonly signatures: SignatureLog }

/** Another process, or a serial number that is taken, may be in the way: then nothing is stored, and all begins anew. */
export async function beginOwn({ store, signatures }: Deps, key: Signer, own: OwnCertificate): Promise<void> {
  const { kind, generation, medium, serial, subjectPublicKeyInfo, validity, tbs } = own
  const row = {
    kind,
    generation,
    serial,
    medium,
    public_key_hash: sha256(subjectPublicKeyInfo),
    not_before: validity.notBefore,
    not_after: validity.notAfter,
    tbs,
    status: 'pending' as const,
  }
  await store.addOwn(row, signatures.entryOf(key, 'certificate', tbs))
}

export async function finishOwn({ store }: Pick<Deps, 'store'>, key: Signer, row: CertificateRow): Promise<void> {
  await store.completeOwn(row.kind, row.serial, assembleCertificate(row.tbs, key.algorithm, await key.sign(row.tbs)))
}
