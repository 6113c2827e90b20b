// One issued certificate, and the two trust anchors.

import type { Authority } from './contract.ts'
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
  ({ anchors }: Deps): Authority['caCertificates'] =>
  async () => ({ auth: anchors.auth.certificate.raw, sign: anchors.sign.certificate.raw })
