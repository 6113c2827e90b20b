// The delegated OCSP responder of each generation of an authority: one key, short-lived certificates, the next one
// before the last has ended. RFC 6960 §4.2.2.2.

import type { Signer } from '../../../base/ports.ts'
import { type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import { keyIdentifier, responderValidity, tbsCertificate } from '../../../protocol/jpki-profile/index.ts'
import { type Anchor, keyName } from '../anchor.ts'
import type { CertificateKind } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { beginOwn, finishOwn, type OwnCertificate } from '../issuing/own.ts'
import { checkTwin } from '../issuing/twin.ts'
import { RESPONDER_RENEW_BEFORE_MS } from '../model.ts'
import { serialNumber } from '../serial-number.ts'

export interface Responder {
  readonly certificate: Certificate
  readonly signer: Signer
  readonly keyHash: Uint8Array
}

export interface Responders {
  /** The one that signs for this generation, with a certificate that is good for a week at least. */
  of(anchor: Anchor): Promise<Responder>
  /** The certificate under which an answer was signed. */
  certificate(kind: CertificateKind, serial: bigint): Promise<Uint8Array | undefined>
}

/** Remembers what it has found: an answer must not wait for the key store or the register. */
export function createResponders(deps: OpenDeps): Responders {
  const signing = new Map<string, Responder>()
  const certificates = new Map<string, Uint8Array>()
  const isLasting = ({ certificate }: Responder) => {
    const { notBefore, notAfter } = certificate.validity
    const now = deps.clock().getTime()
    return notAfter.getTime() > now + RESPONDER_RENEW_BEFORE_MS && notBefore.getTime() <= now
  }
  return {
    of: async (anchor) => {
      const name = keyName(anchor.kind, anchor.generation, 'ocsp')
      const known = signing.get(name)
      if (known && isLasting(known)) return known
      const found = await open(deps, anchor, name)
      signing.set(name, found)
      return found
    },
    certificate: async (kind, serial) => {
      const name = `${kind} ${serial}`
      const known = certificates.get(name)
      if (known) return known
      for (const row of await deps.store.own(kind, 'ocsp'))
        if (row.certificate) certificates.set(`${kind} ${row.serial}`, row.certificate)
      return certificates.get(name)
    },
  }
}

type OpenDeps = Pick<Deps, 'store' | 'keys' | 'signatures' | 'clock' | 'entropy' | 'hierarchy'>

async function open(deps: OpenDeps, anchor: Anchor, name: string): Promise<Responder> {
  const { kind, generation } = anchor
  const signer = deps.signatures.batchSigner(await deps.keys.signer(name, anchor.signer.algorithm), 'ocsp')
  const now = deps.clock().getTime()
  for (;;) {
    const row = (await deps.store.own(kind, 'ocsp')).find(
      (one) =>
        one.generation === generation &&
        one.not_after.getTime() > now + RESPONDER_RENEW_BEFORE_MS &&
        one.not_before.getTime() <= now,
    )
    if (row?.certificate) {
      const certificate = decodeCertificate(row.certificate)
      return { signer, certificate, keyHash: keyIdentifier(certificate.subjectPublicKeyInfo) }
    }
    if (row) await finishOwn(deps, anchor.key, row)
    else await beginOwn(deps, anchor.key, newResponder(deps, anchor, signer))
  }
}

function newResponder({ clock, entropy, hierarchy }: OpenDeps, anchor: Anchor, signer: Signer): OwnCertificate {
  const { kind, generation } = anchor
  const { publicKey: subjectPublicKeyInfo } = signer
  const serial = serialNumber(entropy)
  const validity = responderValidity(clock())
  const tbs = tbsCertificate(`${kind}Responder`, {
    hierarchy,
    serialNumber: serial,
    validity,
    subjectPublicKeyInfo,
    signatureAlgorithm: anchor.signer.algorithm,
    issuer: anchor.certificate,
  })
  checkTwin(tbs, `${kind}Responder`, hierarchy, anchor)
  return { kind, generation, medium: 'ocsp', serial, subjectPublicKeyInfo, validity, tbs }
}
