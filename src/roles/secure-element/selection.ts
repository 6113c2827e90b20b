// Which application a SELECT by name means. GPC v2.3.1 §6.4.2.1.2.
// What becomes of the channel is the matter of card.ts.

import { type Bytes, equal } from '../../base/bytes.ts'
import { LIFE_CYCLE } from '../../protocol/globalplatform/registry.ts'
import { type Application, isIsd, isLocked, type Registry } from './registry.ts'

/** ISO 7816-4:2020 §12.2.3. */
const AID_MAX = 16

const selectable = (app: Application): boolean => !isLocked(app) && (isIsd(app) || app.lifeCycle > LIFE_CYCLE.installed)

/** By full AID or its beginning; `after` is the current application when the next occurrence is asked for. */
export function findByName(registry: Registry, name: Bytes, after: Application | undefined): Application | undefined {
  if (name.length === 0) return registry.isd()
  if (name.length > AID_MAX) return undefined
  const matches = registry
    .applications()
    .filter((app) => selectable(app) && equal(app.aid.subarray(0, name.length), name))
  const at = after ? matches.findIndex((app) => equal(app.aid, after.aid)) + 1 : 0
  return matches[at]
}
