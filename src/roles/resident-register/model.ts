// What an event does to a resident's record, as tables. 住民基本台帳法 のうち、失効に関わる異動だけ。
// Not here: return from abroad.

import type { FourInfo } from '../../base/contract.ts'
import type { RegisterEvent, Resident } from './contract.ts'

/** State × event → state. Nothing but its undoing follows a death, or an emigration: the register no longer follows who left. */
const RESIDENT_LIFE = {
  resident: { move: 'resident', rename: 'resident', correct: 'resident', die: 'deceased', emigrate: 'emigrated' },
  deceased: { restore: 'resident' },
  emigrated: { restore: 'resident' },
} as const satisfies Record<Resident['status'], Partial<Record<RegisterEvent, Resident['status']>>>

/** Which of the four facts an event may change; one with an empty row takes none. */
export const MAY_CHANGE = {
  move: ['address'],
  rename: ['name'],
  correct: ['name', 'address', 'birthDate', 'gender'],
  die: [],
  emigrate: [],
  restore: [],
} as const satisfies Record<RegisterEvent, readonly (keyof FourInfo)[]>

export const FACTS = ['name', 'address', 'birthDate', 'gender'] as const satisfies readonly (keyof FourInfo)[]

export const statusAfter = (status: Resident['status'], event: RegisterEvent): Resident['status'] | undefined =>
  (RESIDENT_LIFE[status] as Partial<Record<RegisterEvent, Resident['status']>>)[event]

/** What undoes an event that was recorded in error: the facts go back, or the resident comes back. */
export const UNDONE_BY = {
  move: 'correct',
  rename: 'correct',
  correct: 'correct',
  die: 'restore',
  emigrate: 'restore',
  restore: null,
} as const satisfies Record<RegisterEvent, RegisterEvent | null>

/** A clerk sees no more of a search than this: who finds more asks more exactly. */
export const SEARCH_LIMIT = 20

/** The beginning of this birthday in Japan; who was born on 29 February has it on 1 March in other years. */
export function birthdayIn(birthDate: string, years: number): Date {
  const [year, month, day] = birthDate.split('-').map(Number) as [number, number, number]
  return new Date(Date.UTC(year + years, month - 1, day) - JAPAN_MS)
}

const JAPAN_MS = 9 * 3_600_000
