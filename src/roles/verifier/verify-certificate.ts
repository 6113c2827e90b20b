// Path and revocation of one end-entity certificate, now.

import { checkCertificate, type Needs } from './certificate-checks.ts'
import type { Verifier } from './contract.ts'

export const verifyCertificate =
  (needs: Needs): Verifier['verifyCertificate'] =>
  async ({ certificate }) => ({ verdict: (await checkCertificate(needs, certificate)).verdict })
