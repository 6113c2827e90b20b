// Path and revocation of one end-entity certificate, now.

import { checkCertificate } from './certificate-checks.ts'
import type { Verifier } from './contract.ts'
import type { Deps } from './model.ts'

export const verifyCertificate =
  (deps: Pick<Deps, 'authority' | 'clock' | 'entropy' | 'log'>): Verifier['verifyCertificate'] =>
  async ({ certificate }) => ({ verdict: (await checkCertificate(deps, certificate)).verdict })
