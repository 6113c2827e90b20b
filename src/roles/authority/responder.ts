// The delegated OCSP responder of each authority: one key, short-lived certificates. RFC 6960 §4.2.2.2.

import { sha256 } from '../../base/crypto.ts'
import type { Signer } from '../../base/ports.ts'
import { assembleCertificate, type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { tbsCertificate } from '../../protocol/jpki-profile/index.ts'
import { wholeSecond } from './anchor.ts'
import type { CertificateKind } from './contract.ts'
import type { Deps } from './deps.ts'
import { RESPONDER_BACKDATED_MS, RESPONDER_LIFE_MS, RESPONDER_RENEW_BEFORE_MS } from './model.ts'
import { serialNumber } from './serial-number.ts'

export interface Responder {
  readonly certificate: Certificate
  readonly signer: Signer
}

/** The responder with a certificate that is good for a week at least. */
export async function responderOf(deps: Deps, kind: CertificateKind): Promise<Responder> {
  const signer = await deps.keys.signer(`authority-${kind}-ocsp`, 'RSA-SHA256')
  const until = new Date(deps.clock().getTime() + RESPONDER_RENEW_BEFORE_MS)
  for (;;) {
    const row = await deps.store.newest(kind, 'ocsp')
    if (row?.certificate && row.not_after > until) return { signer, certificate: decodeCertificate(row.certificate) }
    await certify(deps, kind, signer)
  }
}

async function certify({ store, clock, entropy, anchors, hierarchy }: Deps, kind: CertificateKind, signer: Signer) {
  const anchor = anchors[kind]
  const serial = serialNumber(entropy)
  const now = wholeSecond(clock()).getTime()
  const notBefore = new Date(now - RESPONDER_BACKDATED_MS)
  const notAfter = new Date(now + RESPONDER_LIFE_MS)
  const tbs = tbsCertificate(`${kind}Responder`, {
    hierarchy,
    serialNumber: serial,
    validity: { notBefore, notAfter },
    subjectPublicKeyInfo: signer.publicKey,
    signatureAlgorithm: anchor.signer.algorithm,
    issuer: anchor.certificate,
  })
  await store.addOwn({
    kind,
    serial,
    medium: 'ocsp',
    public_key_hash: sha256(signer.publicKey),
    not_before: notBefore,
    not_after: notAfter,
    tbs,
    certificate: assembleCertificate(tbs, anchor.signer.algorithm, await anchor.signer.sign(tbs)),
    status: 'valid',
  })
}
