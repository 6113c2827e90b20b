// The delegated OCSP responder of each generation of an authority: one key, short-lived certificates. RFC 6960 §4.2.2.2.

import { sha256 } from '../../base/crypto.ts'
import type { Signer } from '../../base/ports.ts'
import { assembleCertificate, type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { tbsCertificate } from '../../protocol/jpki-profile/index.ts'
import { type Anchor, keyName, wholeSecond } from './anchor.ts'
import type { Deps } from './deps.ts'
import { RESPONDER_BACKDATED_MS, RESPONDER_LIFE_MS, RESPONDER_RENEW_BEFORE_MS } from './model.ts'
import { serialNumber } from './serial-number.ts'

export interface Responder {
  readonly certificate: Certificate
  readonly signer: Signer
}

/** The responder with a certificate that is good for a week at least. */
export async function responderOf(deps: Deps, anchor: Anchor): Promise<Responder> {
  const { kind, generation } = anchor
  const signer = await deps.keys.signer(keyName(kind, generation, 'ocsp'), anchor.signer.algorithm)
  const until = new Date(deps.clock().getTime() + RESPONDER_RENEW_BEFORE_MS)
  for (;;) {
    const row = (await deps.store.own(kind, 'ocsp')).find((one) => one.generation === generation)
    if (row?.certificate && row.not_after > until) return { signer, certificate: decodeCertificate(row.certificate) }
    await certify(deps, anchor, signer)
  }
}

async function certify({ store, clock, entropy, hierarchy }: Deps, anchor: Anchor, signer: Signer) {
  const { kind, generation } = anchor
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
    generation,
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
