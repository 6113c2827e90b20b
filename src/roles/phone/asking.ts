// Accredited services that ask the holder something. Who asks is as J-LIS has it in its register, never as the service calls
// itself; the request is fetched from the service and answered there.

import type { Authority } from '../authority/contract.ts'
import type { Service } from '../service/contract.ts'
import type { Verifier } from '../verifier/contract.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import type { NoteUse } from './uses.ts'

export type AskingService = Pick<
  Service,
  | 'ageRequest'
  | 'answerAge'
  | 'consentRequest'
  | 'answerConsent'
  | 'declineRequest'
  | 'signatureRequest'
  | 'answerSignature'
  | 'declineSignature'
> &
  /** Of a platform. */
  Partial<Pick<Verifier, 'ownRecords'>>

export interface Asking {
  readonly authority: Pick<Authority, 'ageKey' | 'grantedTo' | 'consents' | 'withdrawConsent'>
  /** The service of this name in the register of parties; refuses one that cannot be reached. */
  readonly services: (party: string) => AskingService
}

/** Refuses whoever was not granted this by J-LIS, before anything of theirs is shown. */
export async function askedBy({ authority, services }: Asking, party: string, what: 'age' | 'facts') {
  const { displayName, services: granted, ageLimits } = await authority.grantedTo({ party })
  if (displayName === null || !granted.includes(what)) throw no.askerNotAccredited()
  return { service: services(party), displayName, ageLimits }
}

export const declineRequest =
  ({ authority, services, note }: Asking & { readonly note: NoteUse }): Phone['declineRequest'] =>
  async ({ party, requestId }) => {
    const { displayName } = await authority.grantedTo({ party })
    await services(party).declineRequest({ requestId })
    await note('question', displayName ?? party, 'declined')
    return {}
  }
