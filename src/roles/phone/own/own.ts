// The own page of the platform on the phone: each look and each withdrawal is signed in the SIM after the PIN; older pages are
// turned with the pass that the platform gave. Nothing of it is kept here. Ours: docs/profile.md#own-page.

import type { Verifier } from '../../verifier/contract.ts'
import type { Phone } from '../contract.ts'
import { type OwnKey, ownSigned } from './statement.ts'

interface Deps extends OwnKey {
  /** The verification platform, as J-LIS names it: what is signed here is for it alone. */
  readonly platform: string
  readonly verifier: Verifier
}

type OwnVerbs = Pick<
  Phone,
  'ownPage' | 'ownUses' | 'withdrawOwn' | 'showLink' | 'agreeToLink' | 'declineLink' | 'unlink'
>

export const own = (deps: Deps): OwnVerbs => {
  const { verifier, platform } = deps
  return {
    ownPage: async ({ pin }) => verifier.ownRecords(await ownSigned(deps, { platform, wanted: 'show' }, pin)),
    ownUses: (asked) => verifier.ownUses(asked),
    withdrawOwn: async ({ consentId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `withdraw ${consentId}` }, pin)
      return verifier.withdrawOwn({ ...signed, consentId })
    },
    showLink: (one) => verifier.linkRequest(one),
    agreeToLink: async ({ requestId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `link ${requestId}` }, pin)
      return verifier.answerLink({ ...signed, requestId })
    },
    declineLink: ({ requestId }) => verifier.declineRequest({ requestId }),
    unlink: async ({ serviceId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `unlink ${serviceId}` }, pin)
      return verifier.unlinkOwn({ ...signed, serviceId })
    },
  }
}
