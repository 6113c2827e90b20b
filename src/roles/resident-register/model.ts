// What an event does to a resident's record, as tables. 住民基本台帳法 のうち、失効に関わる異動だけ。
// Not here: return from abroad, restoration of a record deleted in error.

import type { FourInfo } from '../../base/contract.ts'
import type { RegisterEvent, Resident } from './contract.ts'

/** State × event → state. Nothing follows a death, and the register no longer follows who left the country. */
export const RESIDENT_LIFE = {
  resident: { move: 'resident', rename: 'resident', correct: 'resident', die: 'deceased', emigrate: 'emigrated' },
  deceased: {},
  emigrated: {},
} as const satisfies Record<Resident['status'], Partial<Record<RegisterEvent, Resident['status']>>>

/** Which of the four facts an event may change; one with an empty row takes none. */
export const MAY_CHANGE = {
  move: ['address'],
  rename: ['name'],
  correct: ['name', 'address', 'birthDate', 'gender'],
  die: [],
  emigrate: [],
} as const satisfies Record<RegisterEvent, readonly (keyof FourInfo)[]>

export const FACTS = ['name', 'address', 'birthDate', 'gender'] as const satisfies readonly (keyof FourInfo)[]

export const statusAfter = (status: Resident['status'], event: RegisterEvent): Resident['status'] | undefined =>
  (RESIDENT_LIFE[status] as Partial<Record<RegisterEvent, Resident['status']>>)[event]
