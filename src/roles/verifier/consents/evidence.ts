// The signed statement of a consent, kept as evidence: it holds the 署名用 certificate, and that the four facts. Sealed.

import type { FourInfo } from '../../../base/contract.ts'
import { certificateOf, decodeSignedData } from '../../../codec/cms.ts'
import { readFourInfo } from '../../../protocol/jpki-profile/index.ts'
import type { Deps } from '../model.ts'
import { openSealed, type Place } from '../tenant-keys/sealing.ts'
import type { SealedConsent } from './model.ts'

/** Where the evidence of a consent is sealed for. */
export const EVIDENCE = (consentId: string): Place => ({ table: 'watched_consent', row: consentId })

/** The facts in the certificate that signed it, as they were on that day. */
export async function factsInEvidence(
  deps: Pick<Deps, 'store' | 'keys'>,
  { consentId, evidence }: SealedConsent,
): Promise<FourInfo> {
  const { signers, certificates } = decodeSignedData(await openSealed(deps, EVIDENCE(consentId), evidence))
  const signer = signers[0] && certificateOf(signers[0], certificates)
  if (!signer) throw new Error('evidence without its signer')
  return readFourInfo(signer)
}
