// The platform's own time-stamping authority: a CA that certifies one key and says that it is not revoked. RFC 3161 §2.3.
// ours: docs/profile.md#signatures. Any other authority that speaks RFC 3161 can stand in its place (`TimeStamps`).

import { type Bytes, fromUint } from '../../../base/bytes.ts'
import { sha1, sha256 } from '../../../base/crypto.ts'
import type { Clock, Entropy, KeyStore, Signer } from '../../../base/ports.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { assembleCrl, encodeTbsCertList } from '../../../codec/crl.ts'
import { type Name, name } from '../../../codec/name.ts'
import { OID } from '../../../codec/oid.ts'
import { encodeTimeStampRequest, timeStampTokenOf } from '../../../codec/tsp.ts'
import {
  assembleCertificate,
  type Certificate,
  decodeCertificate,
  type Extension,
  encodeTbsCertificate,
  publicKeyBits,
  type Validity,
} from '../../../codec/x509.ts'
import * as ext from '../../../codec/x509-extensions.ts'
import { makeTimeStamp, readTimeStamp } from '../../../protocol/time-stamp/index.ts'
import { no } from '../refusals.ts'

/** Whoever stamps for the platform. */
export interface TimeStamps {
  /** A TimeStampResp for a TimeStampReq, DER. */
  ask(request: Bytes): Promise<Bytes>
  /** Under which its certificates are. */
  readonly anchors: readonly Certificate[]
  /** What is known of its certificates' revocation now. */
  crls(): Promise<readonly Bytes[]>
}

const ALGORITHM = 'ECDSA-P256-SHA256'
const CA_KEY = ['verifier-time-stamp-ca', ALGORITHM] as const
const KEY = ['verifier-time-stamp', ALGORITHM] as const
const CA_NAME = name(['O', 'Kazasu'], ['CN', 'Kazasu Time-Stamping CA'])
const NAME = name(['O', 'Kazasu'], ['CN', 'Kazasu Time-Stamping Authority'])
/** Of no arc that anybody gave us. ours: docs/profile.md#signatures */
const POLICY = '2.25.330517205893440281613461226414812361217'
/** The keys outlive the process, and their certificates are made anew with it: the CA's must fit all that it ever signed. */
const CA_VALIDITY: Validity = {
  notBefore: new Date('2016-01-01T00:00:00Z'),
  notAfter: new Date('2076-01-01T00:00:00Z'),
}
const YEARS_MS = 5 * 365 * 86_400_000
const DAY_MS = 86_400_000

interface Deps {
  readonly keys: KeyStore
  readonly clock: Clock
  readonly entropy: Entropy
}

const number = (entropy: Entropy): bigint => (BigInt(fromUint(entropy(6))) << 16n) | BigInt(fromUint(entropy(2)))

export async function ownTimeStamps({ keys, clock, entropy }: Deps): Promise<TimeStamps> {
  const [caSigner, signer] = [await keys.signer(...CA_KEY), await keys.signer(...KEY)]
  const ca = await certify(caSigner, {
    subject: CA_NAME,
    key: caSigner,
    serialNumber: 1n,
    validity: CA_VALIDITY,
    extensions: CA,
  })
  const start = new Date(clock().getTime() - DAY_MS)
  const validity = { notBefore: start, notAfter: new Date(start.getTime() + YEARS_MS) }
  const certificate = await certify(caSigner, {
    subject: NAME,
    key: signer,
    serialNumber: number(entropy),
    validity,
    extensions: STAMPER,
  })
  return {
    anchors: [ca],
    ask: (request) => makeTimeStamp({ signer, certificate, policy: POLICY }, request, number(entropy), clock()),
    crls: async () => [await emptyList(caSigner, clock())],
  }
}

const CA: readonly Extension[] = [
  ext.extension(OID.basicConstraints, true, ext.encodeBasicConstraints({ ca: true })),
  ext.extension(OID.keyUsage, true, ext.encodeKeyUsage('keyCertSign', 'cRLSign')),
]
const STAMPER: readonly Extension[] = [
  ext.extension(OID.keyUsage, true, ext.encodeKeyUsage('digitalSignature')),
  ext.extension(OID.extendedKeyUsage, true, ext.encodeExtendedKeyUsage(OID.timeStamping)),
]

const keyIdentifier = ({ publicKey }: Signer): Bytes => sha1(publicKeyBits(publicKey))

interface Certified {
  readonly subject: Name
  readonly key: Signer
  readonly serialNumber: bigint
  readonly validity: Validity
  readonly extensions: readonly Extension[]
}

async function certify(
  ca: Signer,
  { subject, key, serialNumber, validity, extensions }: Certified,
): Promise<Certificate> {
  const tbs = encodeTbsCertificate({
    serialNumber,
    signatureAlgorithm: ALGORITHM,
    issuer: CA_NAME,
    validity,
    subject,
    subjectPublicKeyInfo: key.publicKey,
    extensions: [
      ...extensions,
      ext.extension(OID.subjectKeyIdentifier, false, ext.encodeSubjectKeyIdentifier(keyIdentifier(key))),
      ext.extension(
        OID.authorityKeyIdentifier,
        false,
        ext.encodeAuthorityKeyIdentifier({ keyIdentifier: keyIdentifier(ca) }),
      ),
    ],
  })
  return decodeCertificate(assembleCertificate(tbs, ALGORITHM, await ca.sign(tbs)))
}

/** Its key is in the platform's own keeping: whoever loses it ends the CA. */
async function emptyList(ca: Signer, now: Date): Promise<Bytes> {
  const tbs = encodeTbsCertList({
    signatureAlgorithm: ALGORITHM,
    issuer: CA_NAME,
    thisUpdate: now,
    nextUpdate: new Date(now.getTime() + DAY_MS),
    revoked: [],
    crlNumber: BigInt(Math.floor(now.getTime() / 1000)),
    authorityKeyIdentifier: { keyIdentifier: keyIdentifier(ca) },
  })
  return assembleCrl(tbs, ALGORITHM, await ca.sign(tbs))
}

/** A token over these octets; what an authority answers is looked at before it goes into a document. */
export async function stampOf(
  { ask }: Pick<TimeStamps, 'ask'>,
  octets: Bytes,
  { entropy, clock }: Pick<Deps, 'entropy' | 'clock'>,
): Promise<Bytes> {
  const nonce = number(entropy)
  const messageImprint = { hashAlgorithm: { algorithm: OID.sha256 }, hashedMessage: sha256(octets) }
  const response = await ask(encodeTimeStampRequest({ messageImprint, nonce, certReq: true }))
  const facts = readTimeStamp(response)
  if (facts instanceof CodecError) throw no.timeStampUnusable({ reason: facts.code })
  const { outcome, checks } = facts.judge({ stamped: [octets], nonce, time: clock() })
  const wrong = checks.find((check) => check.outcome !== 'passed')
  if (outcome !== 'passed') throw no.timeStampUnusable({ reason: wrong?.name ?? 'unknown' })
  return timeStampTokenOf(response)
}
