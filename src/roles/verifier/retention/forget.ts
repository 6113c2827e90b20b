// `forgetDue`: what the terms say is over goes, in batches, at each turn of the platform's clock. It may die anywhere and be run by
// several processes at once.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { TERMS, type Term } from './terms.ts'

const AT_ONCE = 1000
/** Of one kind in one run: what is left waits for the next, ten seconds later. */
const BATCHES = 50

export const forgetDue =
  (deps: Deps): Verifier['forgetDue'] =>
  async () => {
    const forgotten: Record<string, number> = {}
    for (const [kind, term] of Object.entries<Term>(TERMS)) {
      const count = await forget(deps, kind, term)
      if (count > 0) forgotten[kind] = count
    }
    if (Object.keys(forgotten).length > 0) deps.log('verifier.forgotten', forgotten)
    return { forgotten }
  }

async function forget({ store, clock }: Deps, kind: string, term: Term): Promise<number> {
  let all = 0
  for (let batch = 0; batch < BATCHES; batch++) {
    const now = clock()
    const count = await store.retention.forgetSome(kind, term, new Date(now.getTime() - term.keptMs), now, AT_ONCE)
    all += count
    if (count < AT_ONCE) break
  }
  return all
}
