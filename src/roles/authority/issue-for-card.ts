// A certificate for a key of the plastic card; no 署名用 certificate under 15.

import { japanTime } from '../../protocol/jpki-profile/names.ts'
import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { issue } from './issuing/issue.ts'
import { SIGN_MINIMUM_AGE } from './model.ts'
import { no } from './refusals.ts'

export const issueForCard =
  (deps: Deps): Authority['issueForCard'] =>
  ({ requestKey, residentId, kind, publicKey }) =>
    issue(deps, { place: `card-${kind}`, requestKey, residentId, publicKey }, ({ fourInfo }) => {
      if (kind === 'sign' && ageOn(deps.clock(), fourInfo.birthDate) < SIGN_MINIMUM_AGE) throw no.tooYoung()
    })

/** Full years on this day in Japan. */
export function ageOn(at: Date, birthDate: string): number {
  const today = japanTime(at).toISOString().slice(0, 10)
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years
}
