// The other's phone has read the code: it shows what is offered, and its holder accepts exactly that under a signature. Once.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { signedTerms } from './evidence.ts'
import { shownMandates } from './list.ts'
import { chainState, type MandateRecord } from './model.ts'
import { digestOf } from './offer.ts'
import { chainOf } from './words.ts'

/** Guessed, used, withdrawn and too late look the same. */
async function invited(deps: Deps, invitation: string): Promise<readonly [MandateRecord, ...MandateRecord[]]> {
  const found = await deps.store.mandates.invited(digestOf(invitation))
  const [own, ...before] = found ? await chainOf(deps, found.mandateId) : []
  if (!own || chainState([own, ...before], deps.clock()) !== 'offered') throw no.mandateInvitation()
  return [own, ...before]
}

const termsOf = (mandate: MandateRecord) => {
  const { principalCalled, delegateCalled, purpose, scope, from, until, subDelegation, within } = mandate
  return { principalCalled, delegateCalled, purpose, scope, from, until, subDelegation, within }
}

export const invitedMandate =
  (deps: Deps): Verifier['invitedMandate'] =>
  async ({ invitation }) => {
    const [mandate] = await invited(deps, invitation)
    return { mandate: (await shownMandates(deps, [mandate]))[0]!, terms: termsOf(mandate) }
  }

export const acceptMandate =
  (deps: Deps): Verifier['acceptMandate'] =>
  async ({ invitation, ...own }) => {
    const { store, clock, log } = deps
    const chain = await invited(deps, invitation)
    const [mandate] = chain
    const { mandateId } = mandate
    const { account, evidenceFor } = await signedTerms(deps, own, {
      act: `accept ${mandateId}`,
      terms: termsOf(mandate),
    })
    // Nobody acts for themselves, nor gets back what they have handed on.
    if (chain.some(({ principal, grantor }) => account === principal || account === grantor)) throw no.ownInvitation()
    const now = clock()
    if (!(await store.mandates.accept(mandateId, account, await evidenceFor(mandateId), now)))
      throw no.mandateInvitation()
    log('verifier.mandate.accepted', { mandateId, kind: mandate.kind })
    const accepted = { ...mandate, delegate: account, recorded: 'standing', acceptedAt: now } as const
    return { mandate: (await shownMandates(deps, [accepted]))[0]! }
  }
