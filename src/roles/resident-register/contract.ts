// 住民基本台帳ネットワーク: who lives where, and what changes in their records. Seed 2 (失効情報は住基ネットと連動).

import { z } from 'zod'
import { contract, type Implementation, operation, zFourInfo, zNothing, zTime } from '../../base/contract.ts'

export const zMunicipality = z.object({
  /** 全国地方公共団体コード, five digits without check digit. */
  code: z.string().regex(/^[0-9]{5}$/),
  name: z.string(),
  prefectureRomaji: z.string(),
  municipalityRomaji: z.string(),
})
export type Municipality = z.output<typeof zMunicipality>

export const zResident = z.object({
  residentId: z.string(),
  fourInfo: zFourInfo,
  municipality: zMunicipality,
  status: z.enum(['resident', 'deceased', 'emigrated']),
})
export type Resident = z.output<typeof zResident>

/** A resident as found, with the sequence number of the last event that this state includes (0: none yet). */
export const zFoundResident = zResident.extend({ sequence: z.number().int() })

/** 異動事由. A change of the four facts (`move`, `rename`, `correct`) ends the signature certificate only. */
export const zRegisterEvent = z.enum(['move', 'rename', 'correct', 'die', 'emigrate'])
export type RegisterEvent = z.output<typeof zRegisterEvent>

export const zChange = z.object({
  sequence: z.number().int(),
  residentId: z.string(),
  event: zRegisterEvent,
  at: zTime,
})

export const residentRegisterContract = contract({
  role: 'resident-register',
  operations: {
    register: operation('enter a resident; the same resident again is no error', zResident, zNothing),
    find: operation('one resident', z.object({ residentId: z.string() }), zFoundResident),
    change: operation(
      'record an event; `fourInfo` is the new state for move, rename and correct, `municipality` where it is another now',
      z.object({
        residentId: z.string(),
        event: zRegisterEvent,
        fourInfo: zFourInfo.optional(),
        municipality: zMunicipality.optional(),
      }),
      zChange,
    ),
    changesSince: operation(
      'events after a sequence number, oldest first',
      z.object({ sequence: z.number().int(), limit: z.number().int().max(1000) }),
      z.object({ changes: z.array(zChange) }),
    ),
  },
})
export type ResidentRegister = Implementation<typeof residentRegisterContract>
