// 親権: a parent stands for a child who is not of age. Nobody but the municipality says so, and it ends with the eighteenth
// birthday, with a death or an emigration of either, or when it is recorded. Civil Code articles 4, 818, 824.

import type { Clock } from '../../base/ports.ts'
import type { ResidentRegister } from './contract.ts'
import { AGE_OF_MAJORITY, birthdayIn } from './model.ts'
import { no } from './refusals.ts'
import type { FoundResident, ResidentRegisterStore } from './store.ts'

interface Deps {
  readonly store: ResidentRegisterStore
  readonly clock: Clock
}

export const recordCustody =
  ({ store, clock }: Deps): ResidentRegister['recordCustody'] =>
  async ({ childId, parentId, ended = false, by = null }) => {
    for (const residentId of [childId, parentId])
      if (!(await store.find(residentId))) throw no.unknownResident({ residentId })
    if (childId === parentId) throw no.ownCustody()
    if (by === null && (await store.custodyRecorded(childId, parentId))) return {}
    await store.recordCustody({ childId, parentId, ended, at: clock(), by })
    return {}
  }

export const custody =
  ({ store, clock }: Deps): ResidentRegister['custody'] =>
  async ({ childId, parentId }) => {
    const [child, parent] = [await store.find(childId), await store.find(parentId)]
    const lives = (one: FoundResident | undefined) => one?.status === 'resident'
    const minor = child !== undefined && clock() < birthdayIn(child.fourInfo.birthDate, AGE_OF_MAJORITY)
    return {
      stands: lives(child) && lives(parent) && minor && (await store.custodyRecorded(childId, parentId)) === 'has',
    }
  }
