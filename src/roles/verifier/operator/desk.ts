// Who sits at the desk of the platform, and what every act there has in common: a clerk who is signed in and whose part it is, on
// record before and after, also when it is refused, and in the evidence of whom it is about.

import { onRecord } from '../../../protocol/clerks/acts/record.ts'
import type { Act, Beside } from '../../../protocol/clerks/acts/store.ts'
import { clerksOf } from '../../../protocol/clerks/clerks.ts'
import type { Verifier } from '../contract.ts'
import { keepIn, OWN } from '../evidence/store.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { TERMS, type Term, type TermName } from '../retention/terms.ts'
import { MACHINE, type Part } from './contract.ts'

const { operations, signedIn } = clerksOf<Part>('verifier', no)

export { signedIn }

const SHOWN = 100
const THIRTY_DAYS_MS = 30 * 24 * 3_600_000

/** By a clerk who is signed in and has this part. */
export async function atDesk<T>(
  deps: Deps,
  session: string,
  part: Part,
  act: Act,
  work: (clerk: string) => Promise<T>,
): Promise<T> {
  const { clerkId } = await signedIn(deps, session, part)
  return recorded(deps, clerkId, act, () => work(clerkId))
}

async function recorded<T>(deps: Deps, clerk: string, act: Act, work: () => Promise<T>): Promise<T> {
  const of = await about(deps, act.subject ?? '')
  const asEvidence: Beside = (tx, { at, act_id: _, ...row }) =>
    keepIn(tx, [{ ...of, at, record: JSON.stringify({ kind: 'operator', ...row }) }])
  const done = await onRecord({ ...deps, store: deps.store.operator }, clerk, act, work, { beside: asEvidence })
  deps.log('verifier.desk', { act: act.act, subject: act.subject ?? '', clerk })
  return done
}

/** Whose evidence: of the tenant or the service that it is about, else of the platform. */
async function about({ store }: Deps, subject: string) {
  if (await store.operator.isTenant(subject)) return { client_id: null, tenant_id: subject }
  if (await store.operator.isOwner(subject)) return { client_id: subject, tenant_id: null }
  return { client_id: null, tenant_id: OWN }
}

/** Whoever is signed in, with any part: reading is not written down. */
export const reading = (deps: Deps, session: string) => signedIn(deps, session)

/**
 * Clerks as at every desk. Who runs the machine enters the first administrator, and whoever is locked out: nobody can sign in for
 * that, and it is written down as the machine's.
 */
export const clerks = (deps: Deps) => {
  const all = operations(deps)
  return {
    ...all,
    addClerk: (given: Parameters<Verifier['addClerk']>[0]) =>
      recorded(deps, MACHINE, { act: 'putClerk', subject: given.clerkId, reason: given.parts.join(' ') }, () =>
        all.addClerk(given),
      ),
    removeClerk: (given: { clerkId: string }) =>
      recorded(deps, MACHINE, { act: 'takeClerkAway', subject: given.clerkId }, () => all.removeClerk(given)),
  }
}

export const platformActs =
  (deps: Deps): Verifier['platformActs'] =>
  async ({ session, clerk }) => {
    await reading(deps, session)
    const acts = await deps.store.operator.acts.written(SHOWN, { clerk })
    return { acts: acts.map(({ act_id: _, number: __, ...act }) => act) }
  }

export const retention =
  (deps: Deps): Verifier['retention'] =>
  async ({ session }) => {
    await reading(deps, session)
    const gone = await deps.store.retention.forgotten(new Date(deps.clock().getTime() - THIRTY_DAYS_MS))
    const counts = new Map(gone.map(({ kind, count }) => [kind, count]))
    return {
      kinds: (Object.entries(TERMS) as [TermName, Term][]).map(([kind, { table, keptMs, ground }]) => ({
        ...{ kind, table, keptMs, ground, forgotten: counts.get(kind) ?? 0 },
      })),
    }
  }
