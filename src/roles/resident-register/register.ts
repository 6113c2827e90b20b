// Enter a resident (住民票の記載). The same entry again changes nothing, also after later events.

import { equal, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import type { Resident, ResidentRegister } from './contract.ts'
import { no } from './refusals.ts'
import type { ResidentRegisterStore } from './store.ts'

export const register =
  (store: ResidentRegisterStore): ResidentRegister['register'] =>
  async (resident) => {
    const entered = digest(resident)
    if (await store.enter(resident, entered)) return {}
    const first = await store.enteredAs(resident.residentId)
    if (!first || !equal(first, entered)) throw no.differentResident({ residentId: resident.residentId })
    return {}
  }

const digest = ({ residentId, fourInfo, municipality, status }: Resident) =>
  sha256(
    utf8(
      JSON.stringify([
        residentId,
        fourInfo.name,
        fourInfo.address,
        fourInfo.birthDate,
        fourInfo.gender,
        municipality.code,
        municipality.name,
        municipality.prefectureRomaji,
        municipality.municipalityRomaji,
        status,
      ]),
    ),
  )
