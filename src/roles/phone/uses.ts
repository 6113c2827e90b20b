// What the certificate was used for on this phone: kept here for its owner and told to nobody. Who asked is noted as it was
// shown; no fact, no PIN, no serial number, nothing of what was signed. Seed 4 (5)④.

import type { Clock } from '../../base/ports.ts'
import type { Authority } from '../authority/contract.ts'
import type { Phone } from './contract.ts'
import type { PhoneStore, UseRow } from './store.ts'

interface Deps {
  readonly name: string
  readonly clock: Clock
  readonly store: PhoneStore
  readonly authority: Pick<Authority, 'grantedTo'>
}

type Noted = Pick<
  Phone,
  | ('approveLogin' | 'declineLogin' | 'proveAge' | 'signConsent' | 'declineRequest')
  | ('signRequested' | 'declineSignature' | 'approvePartner' | 'tap')
>
type Shown = Pick<Phone, 'showLogin' | 'showSignature' | 'showPartner'>

/** The same verbs; what came of each is noted once it has come. One that throws was no use: its owner tries again. */
export function withUses({ name, clock, store, authority }: Deps, verbs: Noted & Shown): Noted {
  const note = (kind: UseRow['kind'], who: string, outcome: UseRow['outcome']) =>
    store.noteUse({ phone: name, at: clock(), kind, who, outcome })
  return {
    approveLogin: async (input) => {
      const { clientName } = await verbs.showLogin({ loginId: input.loginId })
      const answer = await verbs.approveLogin(input)
      await note('login', clientName, answer.verdict.outcome === 'passed' ? 'done' : 'refused')
      return answer
    },
    declineLogin: async (input) => {
      const { clientName } = await verbs.showLogin(input)
      const answer = await verbs.declineLogin(input)
      await note('login', clientName, 'declined')
      return answer
    },
    proveAge: async (input) => {
      const answer = await verbs.proveAge(input)
      await note('age', answer.onBehalfOf ?? answer.displayName, 'done')
      return answer
    },
    signConsent: async (input) => {
      const answer = await verbs.signConsent(input)
      await note('consent', answer.onBehalfOf ?? answer.displayName, 'done')
      return answer
    },
    declineRequest: async (input) => {
      const { displayName } = await authority.grantedTo({ party: input.party })
      const answer = await verbs.declineRequest(input)
      await note('question', displayName ?? input.party, 'declined')
      return answer
    },
    signRequested: async (input) => {
      const { displayName } = await verbs.showSignature({ party: input.party, requestId: input.requestId })
      const answer = await verbs.signRequested(input)
      await note('signature', displayName, 'done')
      return answer
    },
    declineSignature: async (input) => {
      const { displayName } = await verbs.showSignature(input)
      const answer = await verbs.declineSignature(input)
      await note('signature', displayName, 'declined')
      return answer
    },
    approvePartner: async (input) => {
      const { name: who } = await verbs.showPartner({ requestId: input.requestId })
      const answer = await verbs.approvePartner(input)
      await note('partner', who, 'done')
      return answer
    },
    tap: async (input) => {
      const answer = await verbs.tap(input)
      if (proves(input.command, answer.response)) await note('tap', '', 'done')
      return answer
    },
  }
}

const INTERNAL_AUTHENTICATE = 0x88

/** The SIM has shown to a reader that it has the key. The phone does not know whose reader it is. */
const proves = (command: Uint8Array, response: Uint8Array): boolean =>
  command[1] === INTERNAL_AUTHENTICATE && response.at(-2) === 0x90 && response.at(-1) === 0x00

export const usesVerbs = ({ name, store }: Pick<Deps, 'name' | 'store'>): Pick<Phone, 'uses' | 'forgetUses'> => ({
  uses: async () => ({
    uses: (await store.uses(name)).map(({ at, kind, who, outcome }) => ({ at, kind, who: who || null, outcome })),
  }),
  forgetUses: async () => {
    await store.forgetUses(name)
    return {}
  },
})
