// One issued certificate, and the trust anchors.

import type { Authority, CertificateKind } from './contract.ts'
import type { Deps } from './deps.ts'
import { no } from './refusals.ts'

export const certificate =
  ({ store }: Deps): Authority['certificate'] =>
  async ({ kind, serial }) => {
    const row = await store.find(kind, serial)
    if (!row?.certificate) throw no.unknownCertificate()
    return { certificate: row.certificate }
  }

export const caCertificates =
  ({ generations }: Deps): Authority['caCertificates'] =>
  async () => {
    const earlier = (kind: CertificateKind) =>
      generations
        .all(kind)
        .slice(1)
        .map(({ certificate }) => certificate.raw)
    return {
      auth: generations.current('auth').certificate.raw,
      sign: generations.current('sign').certificate.raw,
      earlier: { auth: earlier('auth'), sign: earlier('sign') },
    }
  }
