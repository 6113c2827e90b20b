// One generation of one authority: its key and its self-signed certificate, which is made once and stored.
// Observed: certificates of J-LIS. Which generations there are: generations.ts.

import { equal } from '../../base/bytes.ts'
import { keyFacts, type PublicKey, publicKey } from '../../base/crypto.ts'
import type { SignatureAlgorithm, Signer } from '../../base/ports.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { caValidity, type Hierarchy, tbsCertificate } from '../../protocol/jpki-profile/index.ts'
import type { What } from '../../protocol/merkle-log/index.ts'
import type { CertificateKind } from './contract.ts'
import type { AuthorityDeps } from './deps.ts'
import { beginOwn, finishOwn, type OwnCertificate } from './issuing/own.ts'
import { checkTwin } from './issuing/twin.ts'
import type { SignatureLog } from './log/signature-log.ts'
import { serialNumber } from './serial-number.ts'
import type { CertificateRow } from './store.ts'

export interface Anchor {
  readonly kind: CertificateKind
  /** From 1; all have the same name and differ by their keys. */
  readonly generation: number
  readonly certificate: Certificate
  /** That of the certificate. */
  readonly publicKey: PublicKey
  /** Logs what it signs before it does. */
  readonly signer: Signer
  /** The bare key, for what is in the log already. */
  readonly key: Signer
}

/** Of the key of a generation, or of what works for it, in the key store. */
export const keyName = (kind: CertificateKind, generation: number, what: 'ca' | 'ocsp'): string =>
  generation === 1 ? `authority-${kind}-${what}` : `authority-${kind}-${what}-${generation}`

/** What a key of this form signs with. Throws `Error` for a form that no generation has. */
export function algorithmOf(subjectPublicKeyInfo: Uint8Array): SignatureAlgorithm {
  const { type, curve } = keyFacts(publicKey(subjectPublicKeyInfo))
  if (type === 'rsa') return 'RSA-SHA256'
  if (curve === 'secp384r1') return 'ECDSA-P384-SHA384'
  throw new Error('no generation of an authority has a key of this form')
}

/** RFC 5280 §4.1, §5.1.2.1: a certificate begins with its tagged version, a list with a bare one. */
const whatIsSigned = (tbs: Uint8Array): What => {
  const first = tbs[tbs[1]! < 0x80 ? 2 : 2 + (tbs[1]! & 0x7f)]
  return first === 0xa0 ? 'certificate' : first === 0x02 ? 'crl' : 'filter'
}

export interface Opening extends AuthorityDeps {
  readonly hierarchy: Hierarchy
  readonly signatures: SignatureLog
}

/** A stored generation with its key. Throws `Error` when the key store has another key under its name. */
export async function openAnchor({ keys, signatures }: Opening, row: CertificateRow): Promise<Anchor> {
  const { kind, generation } = row
  const certificate = decodeCertificate(row.certificate!)
  const key = await keys.signer(keyName(kind, generation, 'ca'), algorithmOf(certificate.subjectPublicKeyInfo))
  if (!equal(certificate.subjectPublicKeyInfo, key.publicKey))
    throw new Error('the stored CA certificate is not of the CA key in the key store')
  return {
    kind,
    generation,
    certificate,
    publicKey: publicKey(certificate.subjectPublicKeyInfo),
    key,
    signer: signatures.signer(key, whatIsSigned),
  }
}

/** Makes this generation unless there is one; its key is the one of its name in the key store. */
export async function makeCa(
  { store, keys, signatures, clock, entropy, hierarchy }: Opening,
  kind: CertificateKind,
  generation: number,
  algorithm: SignatureAlgorithm,
): Promise<void> {
  const key = await keys.signer(keyName(kind, generation, 'ca'), algorithm)
  for (;;) {
    const row = (await store.own(kind, 'ca')).find((one) => one.generation === generation)
    if (row?.certificate) return
    if (row) await finishOwn({ store }, key, row)
    else await beginOwn({ store, signatures }, key, newCa({ clock, entropy, hierarchy }, kind, generation, key))
  }
}

function newCa(
  { clock, entropy, hierarchy }: Pick<Opening, 'clock' | 'entropy' | 'hierarchy'>,
  kind: CertificateKind,
  generation: number,
  signer: Signer,
): OwnCertificate {
  const { publicKey: subjectPublicKeyInfo, algorithm: signatureAlgorithm } = signer
  const serial = serialNumber(entropy)
  const validity = caValidity(clock())
  const facts = { hierarchy, serialNumber: serial, validity, subjectPublicKeyInfo, signatureAlgorithm }
  const tbs = tbsCertificate(`${kind}Ca`, facts)
  checkTwin(tbs, `${kind}Ca`, hierarchy, { signer })
  return { kind, generation, medium: 'ca', serial, subjectPublicKeyInfo, validity, tbs }
}
