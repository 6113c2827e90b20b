// Record an event of a resident (異動): move, change of name, correction, death, emigration.

import type { FourInfo } from '../../base/contract.ts'
import type { Clock } from '../../base/ports.ts'
import type { Municipality, RegisterEvent, Resident, ResidentRegister } from './contract.ts'
import { FACTS, MAY_CHANGE, statusAfter } from './model.ts'
import { no } from './refusals.ts'
import type { ResidentRegisterStore } from './store.ts'

interface Deps {
  readonly store: ResidentRegisterStore
  readonly clock: Clock
}

export const change =
  ({ store, clock }: Deps): ResidentRegister['change'] =>
  async ({ residentId, event, fourInfo, municipality, by = null }) => {
    const recorded = await store.change(residentId, (before) => ({
      event,
      at: clock(),
      by,
      undoes: null,
      after: after(before, event, fourInfo, municipality),
    }))
    if (!recorded) throw no.unknownResident({ residentId })
    return { sequence: recorded.sequence, residentId, event, at: recorded.at }
  }

function after(
  before: Resident,
  event: RegisterEvent,
  fourInfo: FourInfo | undefined,
  municipality: Municipality | undefined,
): Resident {
  const status = statusAfter(before.status, event)
  if (!status) throw no.notResident({ status: before.status, event })
  const allowed: readonly (keyof FourInfo)[] = MAY_CHANGE[event]
  if (allowed.length === 0) {
    if (fourInfo || municipality) throw no.factsNotExpected({ event })
    return { ...before, status }
  }
  if (!fourInfo) throw no.factsMissing({ event })
  const changed = FACTS.filter((fact) => fourInfo[fact] !== before.fourInfo[fact])
  const strange = changed.find((fact) => !allowed.includes(fact))
  if (strange || (municipality && event === 'rename'))
    throw no.factsNotOfThisEvent({ event, fact: strange ?? 'address' })
  if (changed.length === 0) throw no.nothingChanged({ event })
  return { ...before, fourInfo, municipality: municipality ?? before.municipality, status }
}
