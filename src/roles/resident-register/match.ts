// Whose four facts these are: equality and nothing else, so that who asks learns nothing that they did not bring.
// Seed 0 村上 (4情報を含む申請データからの実在性の確認). Widths and spaces do not count: docs/profile.md#subscriber.

import type { FourInfo } from '../../base/contract.ts'
import type { Clock } from '../../base/ports.ts'
import type { ResidentRegister } from './contract.ts'
import { FACTS } from './model.ts'
import type { ResidentRegisterStore } from './store.ts'

interface Deps {
  readonly store: ResidentRegisterStore
  readonly clock: Clock
}

export const match =
  ({ store, clock }: Deps): ResidentRegister['match'] =>
  async ({ fourInfo, by }) => {
    const [found, ...more] = (await store.bornOn(fourInfo.birthDate)).filter((one) => same(one.fourInfo, fourInfo))
    if (!found || more.length > 0) return { residentId: null }
    await store.noteLookUps(by, clock(), 'match', [found.residentId])
    return { residentId: found.residentId }
  }

const same = (a: FourInfo, b: FourInfo): boolean => FACTS.every((fact) => comparable(a[fact]) === comparable(b[fact]))
const comparable = (fact: string): string => fact.normalize('NFKC').replace(/\s+/g, '')
