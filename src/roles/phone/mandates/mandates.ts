// What two people sign when one lets the other act, each on the own phone, in the SIM after the PIN. Nothing of it is kept here: the
// platform has it, and shows it to both. Ours: docs/profile.md#mandates.

import { hex } from '../../../base/bytes.ts'
import { type MandateStatement, mandateStatement } from '../../../protocol/consent/mandate.ts'
import type { Verifier } from '../../verifier/contract.ts'
import { signAndRead } from '../applet.ts'
import type { Phone } from '../contract.ts'
import { type OwnKey, ownSigned } from '../own/statement.ts'
import type { mandateOperations } from './contract.ts'

interface Deps extends OwnKey {
  /** The verification platform, as J-LIS names it: what is signed here is for it alone. */
  readonly platform: string
  readonly verifier: Verifier
}

async function signedTerms(deps: Deps, of: Pick<MandateStatement, 'act' | 'terms'>, pin: string) {
  const { inApplet, clock, entropy, platform } = deps
  const once = { nonce: hex(entropy(16)), at: clock() }
  return { ...once, ...(await inApplet(signAndRead(pin, mandateStatement({ platform, ...of, ...once })))) }
}

export const mandates = (deps: Deps): Pick<Phone, keyof typeof mandateOperations> => {
  const { verifier, platform, clock } = deps
  const ownMandates: Phone['ownMandates'] = async ({ pin }) =>
    verifier.ownMandates(await ownSigned(deps, { platform, wanted: 'show' }, pin))
  return {
    delegableServices: (nothing) => verifier.delegableServices(nothing),
    offerMandate: async ({ terms, pin }) =>
      verifier.offerMandate({ ...(await signedTerms(deps, { act: 'offer', terms }, pin)), terms }),
    invitedMandate: (invited) => verifier.invitedMandate(invited),
    acceptMandate: async ({ invitation, pin }) => {
      const { mandate, terms } = await verifier.invitedMandate({ invitation })
      const signed = await signedTerms(deps, { act: `accept ${mandate.mandateId}`, terms }, pin)
      return verifier.acceptMandate({ ...signed, invitation })
    },
    ownMandates,
    actingChoices: async ({ loginId, pin }) => {
      const { clientId, delegation } = await verifier.showLogin({ loginId })
      if (!delegation) return { mandates: [] }
      const { mandates: all } = await ownMandates({ pin })
      const here = all.filter(({ scope }) => scope.some((one) => one.clientId === clientId))
      return {
        mandates: here.filter(({ as, state, from }) => as === 'delegate' && state === 'standing' && from <= clock()),
      }
    },
    withdrawMandate: async ({ mandateId, pin }) => {
      const signed = await ownSigned(deps, { platform, wanted: `end mandate ${mandateId}` }, pin)
      return verifier.withdrawMandate({ ...signed, mandateId })
    },
  }
}
