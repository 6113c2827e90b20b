// One of the two authorities: its key and its self-signed certificate, which is made once and stored. Observed: certificates of J-LIS.
// Not here: further generations of a CA key.

import { equal } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import type { Signer } from '../../base/ports.ts'
import { assembleCertificate, type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { type Hierarchy, tbsCertificate } from '../../protocol/jpki-profile/index.ts'
import type { CertificateKind } from './contract.ts'
import type { AuthorityDeps } from './deps.ts'
import { serialNumber } from './serial-number.ts'

export interface Anchor {
  readonly kind: CertificateKind
  readonly certificate: Certificate
  readonly signer: Signer
}

export const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

/** Ten years, to the last second of the day in Japan. Observed: certificates of J-LIS. */
export const caNotAfter = (notBefore: Date): Date =>
  new Date(Date.UTC(notBefore.getUTCFullYear() + 10, notBefore.getUTCMonth(), notBefore.getUTCDate(), 14, 59, 59))

type Deps = AuthorityDeps & { readonly hierarchy: Hierarchy }

/** Opens the authority, or makes it on the first call in this database. */
export async function openAnchor(deps: Deps, kind: CertificateKind): Promise<Anchor> {
  const signer = await deps.keys.signer(`authority-${kind}-ca`, 'RSA-SHA256')
  for (;;) {
    const row = await deps.store.newest(kind, 'ca')
    if (row?.certificate) return { kind, signer, certificate: checked(row.certificate, signer) }
    await makeCa(deps, kind, signer)
  }
}

function checked(der: Uint8Array, signer: Signer): Certificate {
  const certificate = decodeCertificate(der)
  if (!equal(certificate.subjectPublicKeyInfo, signer.publicKey))
    throw new Error('the stored CA certificate is not of the CA key in the key store')
  return certificate
}

async function makeCa({ store, clock, entropy, hierarchy }: Deps, kind: CertificateKind, signer: Signer) {
  const serial = serialNumber(entropy)
  const notBefore = wholeSecond(clock())
  const notAfter = caNotAfter(notBefore)
  const tbs = tbsCertificate(`${kind}Ca`, {
    hierarchy,
    serialNumber: serial,
    validity: { notBefore, notAfter },
    subjectPublicKeyInfo: signer.publicKey,
    signatureAlgorithm: signer.algorithm,
  })
  const certificate = assembleCertificate(tbs, signer.algorithm, await signer.sign(tbs))
  await store.addOwn({
    kind,
    serial,
    medium: 'ca',
    public_key_hash: sha256(signer.publicKey),
    not_before: notBefore,
    not_after: notAfter,
    tbs,
    certificate,
    status: 'valid',
  })
}
