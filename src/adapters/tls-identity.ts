// Who a role process is towards the others: a short-lived TLS certificate from a CA of this installation, renewed while the
// process runs. The CA's key lies in the key store that the role processes share; nothing else trusts it, and it trusts nothing else.

import { type Bytes, base64url, bytes, fromUint, utf8 } from '../base/bytes.ts'
import { generateKeyPair } from '../base/crypto.ts'
import type { Clock, Entropy, KeyStore, Log, Signer } from '../base/ports.ts'
import * as der from '../codec/der.ts'
import { name } from '../codec/name.ts'
import { assembleCertificate, type Extension, encodeTbsCertificate } from '../codec/x509.ts'

/** PEM, for node:tls: ask for the other's certificate on both sides and trust `ca` alone. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
  readonly ca: string
}

const ALGORITHM = 'ECDSA-P256-SHA256'
const ISSUER = name(['O', 'Kazasu'], ['CN', 'between roles'])
const DAY_MS = 86_400_000
const LIFE_MS = 30 * DAY_MS
const CA_LIFE_MS = 3650 * DAY_MS
/** Then there are twenty days left to mend what keeps it from being renewed. */
const RENEWED_AFTER_MS = 10 * DAY_MS
const LOOK_EVERY_MS = 60_000

/** RFC 5280 §4.2.1.3, .6, .9. */
const CA_EXTENSIONS: readonly Extension[] = [
  { oid: '2.5.29.19', critical: true, value: der.sequence(der.boolean(true)) },
  { oid: '2.5.29.15', critical: true, value: der.bitString(bytes(0x04), 2) },
]

export interface TlsIdentityDeps {
  readonly keys: KeyStore
  readonly clock: Clock
  readonly entropy: Entropy
}

/** A new key and certificate, for 30 days unless said. */
export async function tlsIdentity(
  { keys, clock, entropy }: TlsIdentityDeps,
  role: string,
  host: string,
  until?: Date,
): Promise<TlsIdentity> {
  const authority = await keys.signer('tls-between-roles', ALGORITHM)
  const pair = generateKeyPair('P-256')
  const now = clock().getTime()
  const end = until ?? new Date(now + LIFE_MS)
  const caEnd = new Date(Math.max(now + CA_LIFE_MS, end.getTime()))
  const certify = async (subject: typeof ISSUER, publicKey: Bytes, notAfter: Date, extensions: readonly Extension[]) =>
    signed(authority, {
      serialNumber: BigInt(1 + fromUint(entropy(6))),
      signatureAlgorithm: ALGORITHM,
      issuer: ISSUER,
      validity: { notBefore: new Date(now - DAY_MS), notAfter },
      subject,
      subjectPublicKeyInfo: publicKey,
      extensions,
    })
  const own = name(['O', 'Kazasu'], ['CN', role])
  const san: Extension = { oid: '2.5.29.17', critical: false, value: subjectAltName(role, host) }
  return {
    key: pem('PRIVATE KEY', pair.privateKey),
    cert: pem('CERTIFICATE', await certify(own, pair.publicKey, end, [san])),
    ca: pem('CERTIFICATE', await certify(ISSUER, authority.publicKey, caEnd, CA_EXTENSIONS)),
  }
}

export interface LivingIdentity extends TlsIdentity {
  /** Calls `take` with each certificate that takes the place of the one before. */
  follow(take: (next: TlsIdentity) => void): void
}

/** Renewed in time for as long as the process runs, also when its clock is set to another day. */
export async function livingIdentity(
  deps: TlsIdentityDeps & { readonly log: Log },
  role: string,
  host: string,
): Promise<LivingIdentity> {
  const takers: ((next: TlsIdentity) => void)[] = []
  let madeAt = deps.clock().getTime()
  const first = await tlsIdentity(deps, role, host)
  const renew = async () => {
    const now = deps.clock().getTime()
    if (now >= madeAt && now < madeAt + RENEWED_AFTER_MS) return
    try {
      const next = await tlsIdentity(deps, role, host)
      for (const take of takers) take(next)
      madeAt = now
    } catch (error) {
      deps.log('tls.renewal.failed', { role, reason: (error as Error).name })
    }
  }
  setInterval(renew, LOOK_EVERY_MS).unref()
  return { ...first, follow: (take) => void takers.push(take) }
}

async function signed(signer: Signer, fields: Parameters<typeof encodeTbsCertificate>[0]): Promise<Bytes> {
  const tbs = encodeTbsCertificate(fields)
  return assembleCertificate(tbs, ALGORITHM, await signer.sign(tbs))
}

function subjectAltName(role: string, host: string): Bytes {
  const dns = (text: string) => der.element(0x82, utf8(text))
  const numbers = host.split('.').map(Number)
  const isAddress = numbers.length === 4 && numbers.every((n) => n >= 0 && n < 256)
  const own = isAddress ? der.element(0x87, bytes(...numbers)) : dns(host)
  return der.sequence(dns('localhost'), dns(role), own)
}

function pem(label: string, content: Bytes): string {
  const base64 = base64url(content).replaceAll('-', '+').replaceAll('_', '/')
  const padded = base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')
  const lines = padded.match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
