// 親権・未成年後見: a parent or a guardian stands for a child who is not of age. Nobody but the municipality says so, from the family
// register, and it ends with the eighteenth birthday, with a death or an emigration of either, or when it is recorded.

import type { Clock } from '../../../base/ports.ts'
import type { ResidentRegister } from '../contract.ts'
import { no } from '../refusals.ts'
import type { FoundResident, ResidentRegisterStore } from '../store.ts'
import { inForce, isGround, isMinor, mayBegin } from './model.ts'
import type { CustodyRecord, PastCustody } from './store.ts'

interface Deps {
  readonly store: ResidentRegisterStore
  readonly clock: Clock
}

export const recordCustody =
  ({ store, clock }: Deps): ResidentRegister['recordCustody'] =>
  async ({ childId, parentId, kind = 'parent', ended = false, ground = null, by = null }) => {
    const [child, parent] = [await known(store, childId), await known(store, parentId)]
    if (childId === parentId) throw no.ownCustody()
    const record = { childId, parentId, kind, ended, ground, at: clock(), by }
    await store.recordCustody(childId, (of) => {
      const before = of.find((one) => one.parentId === parentId)
      if (by === null) return before ? null : record
      return ended ? ending(record, before) : beginning(record, of, { child, parent })
    })
    return {}
  }

async function known(store: ResidentRegisterStore, residentId: string): Promise<FoundResident> {
  const found = await store.find(residentId)
  if (!found) throw no.unknownResident({ residentId })
  return found
}

/** As the kind that it began as. */
function ending(record: CustodyRecord, before: PastCustody | undefined): CustodyRecord {
  if (!before || before.ended) throw no.noCustody()
  if (!isGround(true, before.kind, record.ground)) throw no.custodyGround()
  return { ...record, kind: before.kind }
}

function beginning(
  record: CustodyRecord,
  of: readonly PastCustody[],
  people: { readonly child: FoundResident; readonly parent: FoundResident },
): CustodyRecord {
  const { child, parent } = people
  for (const { status } of [child, parent]) if (status !== 'resident') throw no.notResident({ status })
  if (!isMinor(child.fourInfo.birthDate, record.at)) throw no.childOfAge()
  if (isMinor(parent.fourInfo.birthDate, record.at)) throw no.parentNotOfAge()
  if (!isGround(false, record.kind, record.ground)) throw no.custodyGround()
  const last = of.find(({ parentId }) => parentId === record.parentId)
  if ((last && !last.ended) || !mayBegin(of, record.kind)) throw no.hasCustody()
  return record
}

export const custody =
  ({ store, clock }: Deps): ResidentRegister['custody'] =>
  async ({ childId, parentId }) => {
    const records = await store.custodyRecords(childId)
    const now = clock()
    const found = records.find((one) => one.childId === childId && one.parentId === parentId && inForce(one, now))
    return { kind: found?.kind ?? null }
  }

/** For a clerk: whoever is named in the answer was looked at. */
export const custodyRecords =
  ({ store, clock }: Deps): ResidentRegister['custodyRecords'] =>
  async ({ residentId, by }) => {
    const { fourInfo, status } = await known(store, residentId)
    const now = clock()
    const records = await store.custodyRecords(residentId)
    const named = new Set([residentId, ...records.flatMap(({ childId, parentId }) => [childId, parentId])])
    await store.noteLookUps(by, now, 'custody', [...named])
    return {
      minor: status === 'resident' && isMinor(fourInfo.birthDate, now),
      records: records.map(({ child, parent, ...record }) => ({
        ...record,
        childName: child.name,
        parentName: parent.name,
        stands: inForce({ ...record, child, parent }, now),
      })),
    }
  }
