// What cannot be undone, or gives power over others, has two clerks behind it: one proposes it with a reason, another one lets it
// happen. Ours: docs/profile.md#platform-desk.

import type { Verifier } from '../contract.ts'
import { giveUp, mustBeDead } from '../events/letters/give-up.ts'
import { mustBeClaimed, release } from '../firms/firms.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { eraseTenant, mustBeErasable } from '../tenant-keys/rotate.ts'
import { closeForGood, mustBeOpen } from './close.ts'
import type { Grave } from './contract.ts'
import { atDesk, reading } from './desk.ts'
import type { Ends } from './store.ts'

interface Row {
  /** Throws the refusal that it would meet now. */
  possible(deps: Deps, subject: string): Promise<unknown>
  carryOut(deps: Deps, subject: string, reason: string, ends: Ends): Promise<unknown>
}

const GRAVE = {
  close: { possible: mustBeOpen, carryOut: (deps, clientId, _, ends) => closeForGood(deps, clientId, ends) },
  erase: { possible: mustBeErasable, carryOut: (deps, tenantId, _, ends) => eraseTenant(deps, tenantId, ends) },
  drop: { possible: mustBeDead, carryOut: giveUp },
  represent: { possible: mustBeClaimed, carryOut: release },
} as const satisfies Record<Grave, Row>

export const proposeAct =
  (deps: Deps): Verifier['proposeAct'] =>
  async ({ session, act, subject, reason }) => {
    const written = { act: `propose ${act}`, subject, reason }
    await atDesk(deps, session, 'operator', written, async (clerk) => {
      await GRAVE[act].possible(deps, subject)
      await deps.store.operator.propose({ act, subject, reason, clerk, at: deps.clock() })
    })
    return {}
  }

export const releaseAct =
  (deps: Deps): Verifier['releaseAct'] =>
  async ({ session, act, subject }) => {
    const proposal = await deps.store.operator.proposal(act, subject)
    await atDesk(deps, session, 'release', { act, subject, reason: proposal?.reason ?? '' }, async (clerk) => {
      if (!proposal) throw no.notProposed()
      if (proposal.clerk === clerk) throw no.secondClerk()
      // What has become impossible since, or was done by another release meanwhile, is refused.
      // Taken back meanwhile, it does not happen.
      const ends: Ends = async (tx) => {
        if (!(await deps.store.operator.endProposal(act, subject, tx))) throw no.notProposed()
      }
      await GRAVE[act].carryOut(deps, subject, proposal.reason, ends)
    })
    return {}
  }

export const withdrawAct =
  (deps: Deps): Verifier['withdrawAct'] =>
  async ({ session, act, subject }) => {
    await atDesk(deps, session, 'operator', { act: `withdraw ${act}`, subject }, async () => {
      if (!(await deps.store.operator.endProposal(act, subject))) throw no.notProposed()
    })
    return {}
  }

export const proposedActs =
  (deps: Deps): Verifier['proposedActs'] =>
  async ({ session }) => {
    await reading(deps, session)
    return { proposals: await deps.store.operator.proposals() }
  }
