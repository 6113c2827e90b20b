// What came of the requests of a service: noted as it happens, shown to who administers the service.

import type { Verifier } from '../contract.ts'
import { type Judged, reasonOf, verdictRecord } from '../evidence/records.ts'
import type { Deps } from '../model.ts'
import { SHOWN_AT_MOST } from './model.ts'
import { ownService } from './tenants.ts'

type Needs = Pick<Deps, 'store' | 'clock' | 'keys'>

interface Told extends Judged {
  readonly clientId: string
  readonly what: 'login' | 'approval'
  readonly tookMs: number
  /** Names of what the person lets the service be told. */
  readonly given?: readonly string[]
}

/** A person's answer, with the first check that it did not pass; and the verdict as evidence. */
export async function noteVerdict({ store, clock, keys }: Needs, told: Told): Promise<void> {
  const { clientId, what, tookMs, given, ...judged } = told
  const outcome = judged.verdict.outcome === 'passed' ? 'ok' : 'failed'
  const evidence = { ...(await verdictRecord(keys, clientId, what, judged)), ...(given?.length && { given }) }
  const note = { clientId, at: clock(), what, outcome, reason: reasonOf(judged.verdict), tookMs, evidence } as const
  await store.services.note(note)
}

export const serviceActivity =
  (deps: Deps): Verifier['serviceActivity'] =>
  async ({ session, clientId, failuresOnly }) => {
    await ownService(deps, session, clientId)
    return { entries: await deps.store.services.activity(clientId, failuresOnly, SHOWN_AT_MOST) }
  }
