// What was taken back at J-LIS is taken back here, before anybody is told. The watch asks when there is news; what has waited since
// then is asked about again before it goes.

import type { Deps } from '../model.ts'
import { partyOf } from './model.ts'

/** At once, as many as J-LIS answers. */
const AT_ONCE = 1000
/** As often as the watch asks: what is newer than this it has just asked about. */
const ASKED_JUST_NOW_MS = 10_000

type Given = { readonly consentId: string }

/** Those that stand at J-LIS too; the others are withdrawn here. Throws where J-LIS does not answer. */
export async function standing<C extends Given>(deps: Deps, consents: readonly C[]): Promise<readonly C[]> {
  const { name: party, authority } = partyOf(deps)
  const stands = new Set<string>()
  for (let at = 0; at < consents.length; at += AT_ONCE) {
    const ids = consents.slice(at, at + AT_ONCE).map(({ consentId }) => consentId)
    for (const id of (await authority.standingConsents({ party, consentIds: ids })).consentIds) stands.add(id)
  }
  for (const { consentId } of consents)
    if (!stands.has(consentId)) await deps.store.consents.withdraw(consentId, deps.clock())
  return consents.filter(({ consentId }) => stands.has(consentId))
}

interface Waiting {
  readonly consent_id: string | null
  readonly recorded_at: Date
}

/** Of these events those whose consent stands; while J-LIS does not answer, only those of which it has just said so. */
export async function stillAgreed<E extends Waiting>(deps: Deps, events: readonly E[]): Promise<E[]> {
  const asked = deps.clock().getTime() - ASKED_JUST_NOW_MS
  const isOld = (event: E) => event.consent_id !== null && event.recorded_at.getTime() <= asked
  const ids = [...new Set(events.filter(isOld).map((event) => event.consent_id!))]
  if (ids.length === 0) return [...events]
  const known = await deps.store.consents.standingOf(ids)
  const doubtful = new Set(known.map(({ consentId }) => consentId))
  try {
    for (const { consentId } of await standing(deps, known)) doubtful.delete(consentId)
  } catch (error) {
    deps.log('verifier.events.not-asked', { reason: (error as Error).name })
  }
  return events.filter((event) => !isOld(event) || !doubtful.has(event.consent_id!))
}
