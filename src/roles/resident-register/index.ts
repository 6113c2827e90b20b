// The resident register (住民基本台帳ネットワーク) behind its contract.

import type { Database } from '../../adapters/database/database.ts'
import type { Clock } from '../../base/ports.ts'
import { change } from './change.ts'
import { changesSince } from './changes-since.ts'
import type { ResidentRegister } from './contract.ts'
import { custody, custodyRecords, recordCustody } from './custody/custody.ts'
import { find } from './find.ts'
import { history, lookUps } from './history.ts'
import { match } from './match.ts'
import { register } from './register.ts'
import { search } from './search.ts'
import {
  type ResidentRegisterStore,
  type ResidentRegisterTables,
  residentRegisterMigrations,
  residentRegisterStore,
} from './store.ts'
import { undo } from './undo.ts'

export { no } from './refusals.ts'
export { type ResidentRegisterTables, residentRegisterMigrations, residentRegisterStore } from './store.ts'

export interface ResidentRegisterDeps {
  readonly store: ResidentRegisterStore
  readonly clock: Clock
}

/** The register over its records; safe to make in several processes on one database. */
export const createResidentRegister = (deps: ResidentRegisterDeps): ResidentRegister => ({
  register: register(deps.store),
  find: find(deps.store),
  change: change(deps),
  undo: undo(deps),
  changesSince: changesSince(deps.store),
  history: history(deps),
  lookUps: lookUps(deps.store),
  search: search(deps),
  match: match(deps),
  recordCustody: recordCustody(deps),
  custody: custody(deps),
  custodyRecords: custodyRecords(deps),
})

/** The register over its own schema of this database. */
export async function openResidentRegister(
  database: Pick<Database, 'schema'>,
  clock: Clock,
): Promise<ResidentRegister> {
  const tables = await database.schema<ResidentRegisterTables>('resident-register', residentRegisterMigrations)
  return createResidentRegister({ store: residentRegisterStore(tables), clock })
}
