// 親権・未成年後見: who may hold it, on which ground it begins and ends, and when it counts. Civil Code articles 4, 818, 819, 834 to 845.

import { birthdayIn } from '../model.ts'
import type { PastCustody } from './store.ts'

/** Civil Code article 4. */
export const AGE_OF_MAJORITY = 18

export const CUSTODY_KINDS = ['parent', 'guardian'] as const
export type CustodyKind = (typeof CUSTODY_KINDS)[number]

/** What the family register (戸籍) was told. `court`: a ruling, also the loss or the suspension of custody; `will`: Civil Code article 839. */
export const CUSTODY_GROUNDS = {
  begin: {
    parent: ['birth', 'divorce', 'adoption', 'court', 'correction'],
    guardian: ['will', 'court', 'correction'],
  },
  end: {
    parent: ['divorce', 'adoption', 'court', 'resignation', 'correction'],
    guardian: ['adoption', 'court', 'resignation', 'correction'],
  },
} as const
export type CustodyGround = (typeof CUSTODY_GROUNDS)['begin' | 'end'][CustodyKind][number]
export const ALL_GROUNDS = ['birth', 'will', 'divorce', 'adoption', 'court', 'resignation', 'correction'] as const

export const isGround = (ended: boolean, kind: CustodyKind, ground: CustodyGround | null): boolean =>
  (CUSTODY_GROUNDS[ended ? 'end' : 'begin'][kind] as readonly (CustodyGround | null)[]).includes(ground)

/** Both parents have it together. One guardian: several would have to act together (article 857-2), which is not here. */
const AT_MOST = { parent: 2, guardian: 1 } as const satisfies Record<CustodyKind, number>

/** It is recorded, and not ended. Who has died has none; who has left the country does, until the family register says otherwise. */
const holds = ({ last, ended, parent }: PastCustody): boolean => last && !ended && parent.status !== 'deceased'

/** Guardianship begins where nobody has custody, and nobody takes custody beside a guardian. Civil Code article 838. */
export function mayBegin(of: readonly PastCustody[], kind: CustodyKind): boolean {
  const others = of.filter(holds)
  return others.every((one) => one.kind === kind) && others.length < AT_MOST[kind]
}

export const isMinor = (birthDate: string, now: Date): boolean => now < birthdayIn(birthDate, AGE_OF_MAJORITY)

/** Both live here, the child is not of age and who stands for it is. Civil Code articles 833, 847. */
export const inForce = (record: PastCustody, now: Date): boolean =>
  holds(record) &&
  [record.child, record.parent].every(({ status }) => status === 'resident') &&
  isMinor(record.child.birthDate, now) &&
  !isMinor(record.parent.birthDate, now)
