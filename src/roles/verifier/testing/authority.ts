// A J-LIS for the tests of those who ask it: real chains, real OCSP answers, kept in this process.
// Not here: the register and its rules; those are of roles/authority.

import { type Bytes, fromUint } from '../../../base/bytes.ts'
import type { FourInfo } from '../../../base/contract.ts'
import * as crypto from '../../../base/crypto.ts'
import type { Clock, Entropy } from '../../../base/ports.ts'
import { Refusal } from '../../../base/refusal.ts'
import { encodeCvc, encodeCvcBody, modulusOfSpki } from '../../../codec/cvc.ts'
import {
  assembleOcspResponse,
  type CertStatus,
  decodeOcspRequest,
  encodeTbsResponseData,
  isIssuedBy,
} from '../../../codec/ocsp.ts'
import { assembleCertificate, type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import {
  authIdentifier,
  type HolderProfile,
  keyIdentifier,
  profileOf,
  signIdentifier,
  tbsCertificate,
} from '../../../protocol/jpki-profile/index.ts'
import { encodeKeyId } from '../../../protocol/pinless/index.ts'
import type { CertificateKind } from '../../authority/contract.ts'
import type { AskedAuthority } from '../model.ts'

export interface Holder {
  readonly serial: bigint
  readonly certificate: Bytes
  readonly key: crypto.PrivateKey
}

interface Ca {
  readonly key: crypto.PrivateKey
  readonly certificate: Certificate
}

const ALGORITHM = 'RSA-SHA256' as const
const YEAR_MS = 365 * 24 * 3_600_000
const TOWN = { code: '13999', prefectureRomaji: 'Tokyo-to', municipalityRomaji: 'Kazasu-shi' }
export const FOUR_INFO: FourInfo = {
  name: '試験　花子',
  address: '東京都かざす市１－１',
  birthDate: '1990-05-05',
  gender: '2',
}

/** A reader of the service: its certificate (CVC), and the signature of its key. */
export interface TestReader {
  readonly keyId: Bytes
  readonly certificate: Bytes
  readonly key: crypto.PrivateKey
}

export interface TestAuthority extends AskedAuthority {
  /** Certified by the CA of terminals. */
  reader(): TestReader
  revokeReader(keyId: Bytes): void

  /** A key pair, or the one given, and its certificate; `cardSerial` links a phone's to the card's. */
  issue(profile: HolderProfile, options?: { cardSerial?: bigint; days?: number; pair?: crypto.KeyPair }): Holder
  revoke(serial: bigint): void
  /** How the responder behaves from now on. */
  responder: 'works' | 'down' | 'forgets-nonce' | 'foreign-key' | 'stale'
}

/** Two CAs with their own keys. */
export function testAuthority(clock: Clock, entropy: Entropy): TestAuthority {
  const cas = { auth: newCa('auth', clock, entropy), sign: newCa('sign', clock, entropy) }
  const foreign = crypto.privateKey(crypto.generateKeyPair('RSA-2048').privateKey)
  const issued = new Map<bigint, { kind: CertificateKind; certificate: Bytes; revokedAt?: Date }>()
  const cardOf = new Map<bigint, bigint>()
  const terminals = terminalCa()
  const answer = (kind: CertificateKind, request: Bytes): Bytes => {
    const { certIds, nonce } = decodeOcspRequest(request)
    const { certificate: issuer, key } = cas[kind]
    const stale = authority.responder === 'stale' ? 2 * YEAR_MS : 0
    const [thisUpdate, nextUpdate] = [0, 900_000].map((ms) => new Date(clock().getTime() + ms - stale)) as [Date, Date]
    const statusOf = (serial: bigint): CertStatus => {
      const row = issued.get(serial)
      if (!row) return { kind: 'unknown' }
      return row.revokedAt ? { kind: 'revoked', revokedAt: row.revokedAt, reason: 'keyCompromise' } : { kind: 'good' }
    }
    const tbs = encodeTbsResponseData({
      responderId: { keyHash: keyIdentifier(issuer.subjectPublicKeyInfo) },
      producedAt: thisUpdate,
      responses: certIds
        .filter((id) => isIssuedBy(id, issuer))
        .map((certId) => ({ certId, status: statusOf(certId.serialNumber), thisUpdate, nextUpdate })),
      ...(nonce && authority.responder !== 'forgets-nonce' && { nonce }),
    })
    const signer = authority.responder === 'foreign-key' ? foreign : key
    return assembleOcspResponse(tbs, ALGORITHM, crypto.sign(ALGORITHM, signer, tbs))
  }
  const authority: TestAuthority = {
    responder: 'works',
    issue: (profile, { cardSerial, days = 365, pair = crypto.generateKeyPair('RSA-2048') } = {}) => {
      const holder = newHolder(cas[profileOf(profile).ca], profile, clock, entropy, days, pair)
      issued.set(holder.serial, { kind: profileOf(profile).ca, certificate: holder.certificate })
      if (cardSerial) cardOf.set(holder.serial, cardSerial)
      return holder
    },
    revoke: (serial) => void Object.assign(issued.get(serial) ?? {}, { revokedAt: clock() }),
    caCertificates: async () => ({
      auth: cas.auth.certificate.raw,
      sign: cas.sign.certificate.raw,
      earlier: { auth: [], sign: [] },
    }),
    ocsp: async ({ kind, request }) => {
      if (authority.responder === 'down') throw new Refusal('peer/unreachable', 503, 'no answer')
      return { response: answer(kind, request) }
    },
    link: async ({ serial }) => ({ serial: cardOf.get(serial) ?? null }),
    chain: async ({ serial }) => ({ serials: [serial], position: 0, predecessor: null, successor: null }),
    status: async ({ serial }) => {
      const row = issued.get(serial)
      return { status: row ? (row.revokedAt ? 'revoked' : 'valid') : 'unknown' }
    },
    certificate: async ({ serial }) => {
      const row = issued.get(serial)
      if (!row) throw new Refusal('authority/unknownCertificate', 404, 'no such certificate')
      return { certificate: row.certificate }
    },
    ...terminals,
  }
  return authority
}

/** Made when it is needed first. */
function terminalCa(): Pick<TestAuthority, 'reader' | 'revokeReader' | 'terminalsInForce'> {
  let made: crypto.KeyPair | undefined
  const ca = () => (made ??= crypto.generateKeyPair('RSA-2048'))
  const caKeyId = encodeKeyId({ digits: '6000000', generation: 1, ca: true })
  const revoked: Bytes[] = []
  let number = 0
  return {
    reader: () => {
      const pair = crypto.generateKeyPair('RSA-2048')
      const keyId = encodeKeyId({ digits: String(6_000_001 + number++), generation: 1, ca: false })
      const named = { issuerKeyId: caKeyId, subjectKeyId: keyId, modulus: modulusOfSpki(pair.publicKey) }
      const body = encodeCvcBody(named)
      const signature = crypto.sign('RSA-SHA256', crypto.privateKey(ca().privateKey), body)
      return { keyId, certificate: encodeCvc(body, signature), key: crypto.privateKey(pair.privateKey) }
    },
    revokeReader: (keyId) => void revoked.push(keyId),
    terminalsInForce: async () => ({ caKeyId, caPublicKey: ca().publicKey, revoked }),
  }
}

const serialNumber = (entropy: Entropy): bigint => BigInt(fromUint(entropy(3))) + 1n

/** Ends with a day in Japan, as the certificates in use do. */
const validity = (clock: Clock, days: number) => {
  const end = new Date(clock().getTime() + days * 86_400_000)
  end.setUTCHours(14, 59, 59, 0)
  return { notBefore: new Date(clock().getTime() - 3_600_000), notAfter: end }
}

function newCa(kind: CertificateKind, clock: Clock, entropy: Entropy): Ca {
  const pair = crypto.generateKeyPair('RSA-2048')
  const key = crypto.privateKey(pair.privateKey)
  const tbs = tbsCertificate(kind === 'auth' ? 'authCa' : 'signCa', {
    serialNumber: serialNumber(entropy),
    validity: validity(clock, 3650),
    subjectPublicKeyInfo: pair.publicKey,
    signatureAlgorithm: ALGORITHM,
  })
  return { key, certificate: decodeCertificate(assembleCertificate(tbs, ALGORITHM, crypto.sign(ALGORITHM, key, tbs))) }
}

function newHolder(
  ca: Ca,
  profile: HolderProfile,
  clock: Clock,
  entropy: Entropy,
  days: number,
  pair: crypto.KeyPair,
): Holder {
  const facts = {
    serialNumber: serialNumber(entropy),
    validity: validity(clock, days),
    subjectPublicKeyInfo: pair.publicKey,
    signatureAlgorithm: ALGORITHM,
    issuer: ca.certificate,
    municipality: TOWN,
  }
  const tbs =
    profile === 'sign'
      ? tbsCertificate(profile, { ...facts, identifier: signIdentifier(clock(), entropy), fourInfo: FOUR_INFO })
      : tbsCertificate(profile, { ...facts, identifier: authIdentifier(entropy) })
  const certificate = assembleCertificate(tbs, ALGORITHM, crypto.sign(ALGORITHM, ca.key, tbs))
  return { serial: facts.serialNumber, certificate, key: crypto.privateKey(pair.privateKey) }
}
