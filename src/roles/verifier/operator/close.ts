// A service is closed for good, by its tenant or by two clerks: nobody logs in there any more, it asks nothing, and its id is never
// another's.

import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import type { Ends } from './store.ts'

export async function mustBeOpen({ store }: Pick<Deps, 'store'>, clientId: string): Promise<void> {
  if (!(await store.registeredClient(clientId))) throw no.notOwnService()
}

export async function closeForGood(deps: Deps, clientId: string, ends?: Ends): Promise<void> {
  if (!(await deps.store.operator.close(clientId, deps.clock(), ends))) throw no.notOwnService()
  deps.log('verifier.service.closed', { clientId })
}
