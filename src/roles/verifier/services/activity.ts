// What came of the requests of a service: noted as it happens, shown to who administers the service.

import type { Verdict } from '../../../base/verdict.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { SHOWN_AT_MOST } from './model.ts'
import { ownService } from './tenants.ts'

type Needs = Pick<Deps, 'store' | 'clock'>

/** A customer's answer to a login, with the first check that it did not pass. */
export async function noteVerdict({ store, clock }: Needs, clientId: string, verdict: Verdict, tookMs: number) {
  const reason = verdict.checks.find(({ outcome }) => outcome !== 'passed')?.name ?? ''
  const outcome = verdict.outcome === 'passed' ? 'ok' : 'failed'
  await store.services.note({ clientId, at: clock(), what: 'login', outcome, reason, tookMs })
}

export const serviceActivity =
  (deps: Deps): Verifier['serviceActivity'] =>
  async ({ session, clientId, failuresOnly }) => {
    await ownService(deps, session, clientId)
    return { entries: await deps.store.services.activity(clientId, failuresOnly, SHOWN_AT_MOST) }
  }
