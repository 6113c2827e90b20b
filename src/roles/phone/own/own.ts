// The own page of the platform on the phone: each look and each withdrawal is signed in the SIM after the PIN; older pages are
// turned with the pass that the platform gave. Nothing of it is kept here. Ours: docs/profile.md#own-page.

import type { Verifier } from '../../verifier/contract.ts'
import type { Phone } from '../contract.ts'
import type { NoteUse } from '../uses.ts'
import { type OwnKey, ownSigned } from './statement.ts'

interface Deps extends OwnKey {
  /** The verification platform, as J-LIS names it: what is signed here is for it alone. */
  readonly platform: string
  readonly verifier: Verifier
  readonly note: NoteUse
}

type OwnVerbs = Pick<
  Phone,
  'ownPage' | 'ownUses' | 'withdrawOwn' | 'endMandate' | 'showLink' | 'agreeToLink' | 'declineLink' | 'unlink'
>

export const own = (deps: Deps): OwnVerbs => {
  const { verifier, platform, note } = deps
  return {
    ownPage: async ({ pin }) => verifier.ownRecords(await ownSigned(deps, { platform, wanted: 'show' }, pin)),
    ownUses: (asked) => verifier.ownUses(asked),
    withdrawOwn: async ({ consentId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `withdraw ${consentId}` }, pin)
      return verifier.withdrawOwn({ ...signed, consentId })
    },
    endMandate: async ({ mandateId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `end mandate ${mandateId}` }, pin)
      return verifier.withdrawMandate({ ...signed, mandateId })
    },
    showLink: (one) => verifier.linkRequest(one),
    agreeToLink: async ({ requestId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `link ${requestId}` }, pin)
      const link = await verifier.answerLink({ ...signed, requestId })
      await note('tie', link.asker.name, 'done')
      return link
    },
    declineLink: async ({ requestId }) => {
      const { asker } = await verifier.linkRequest({ requestId })
      await verifier.declineRequest({ requestId })
      await note('tie', asker.name, 'declined')
      return {}
    },
    unlink: async ({ serviceId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `unlink ${serviceId}` }, pin)
      return verifier.unlinkOwn({ ...signed, serviceId })
    },
  }
}
