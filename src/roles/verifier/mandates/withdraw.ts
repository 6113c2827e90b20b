// Whoever a mandate concerns ends it, alone and at once. What was handed on of it counts for nothing from the same moment.

import { ownPerson } from '../consents/own-page.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { accountsOf } from './list.ts'
import { logOutActing } from './log-out.ts'

export const withdrawMandate =
  (deps: Deps): Verifier['withdrawMandate'] =>
  async ({ mandateId, ...own }) => {
    const account = await ownPerson(deps, own, `end mandate ${mandateId}`)
    if (!(await deps.store.mandates.end(mandateId, await accountsOf(deps, account), 'withdrawn', deps.clock())))
      throw no.unknownMandate()
    deps.log('verifier.mandate.withdrawn', { mandateId })
    await logOutActing(deps)
    return {}
  }
