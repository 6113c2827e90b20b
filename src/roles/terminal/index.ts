// The gate (資格確認端末) behind its contract.

import { admit } from './admit.ts'
import type { Terminal } from './contract.ts'
import type { TerminalDeps } from './deps.ts'
import { loadAllowList } from './load-allow-list.ts'
import { loadFilter } from './load-filter.ts'
import { logins } from './login.ts'
import { prepare } from './prepare.ts'
import { presentFilter } from './present-filter.ts'
import { presentList } from './present-list.ts'
import { state } from './state.ts'

export type { TerminalDeps } from './deps.ts'
export { no } from './refusals.ts'
export { type TerminalTables, terminalMigrations, terminalStore } from './store.ts'

/** One terminal; its store is its own. */
export function createTerminal(deps: TerminalDeps): Terminal {
  const present = presentList(deps.store)
  const filter = presentFilter(deps.store)
  return {
    prepare: prepare(deps),
    loadAllowList: loadAllowList(deps, present),
    loadFilter: loadFilter(deps, filter),
    admit: admit(deps, present, filter),
    ...logins(deps),
    state: state(deps, present, filter),
  }
}
