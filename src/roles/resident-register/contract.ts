// 住民基本台帳ネットワーク: who lives where, and what changes in their records. Seed 2 (失効情報は住基ネットと連動).

import { z } from 'zod'
import { contract, type Implementation, operation, zFourInfo, zNothing, zTime } from '../../base/contract.ts'
import { ALL_GROUNDS, CUSTODY_KINDS } from './custody/model.ts'

const zMunicipality = z.object({
  /** 全国地方公共団体コード, five digits without check digit. */
  code: z.string().regex(/^[0-9]{5}$/),
  name: z.string(),
  prefectureRomaji: z.string(),
  municipalityRomaji: z.string(),
})
export type Municipality = z.output<typeof zMunicipality>

const zResident = z.object({
  residentId: z.string(),
  fourInfo: zFourInfo,
  municipality: zMunicipality,
  status: z.enum(['resident', 'deceased', 'emigrated']),
})
export type Resident = z.output<typeof zResident>

/** A resident as found, with the sequence number of the last event that this state includes (0: none yet). */
export const zFoundResident = zResident.extend({ sequence: z.number().int() })

/**
 * 異動事由. A change of the four facts (`move`, `rename`, `correct`) ends the signature certificate only. `restore`
 * (回復) is recorded by `undo` alone: what a death or an emigration ended stays ended.
 */
const zRegisterEvent = z.enum(['move', 'rename', 'correct', 'die', 'emigrate', 'restore'])
export type RegisterEvent = z.output<typeof zRegisterEvent>

export const zChange = z.object({
  sequence: z.number().int(),
  residentId: z.string(),
  event: zRegisterEvent,
  at: zTime,
})

/** The clerk who asks or records, by the name under which the municipality knows them. */
const zBy = z.string().regex(/^[a-z][a-z0-9-]{1,30}$/)

const zState = z.object({ fourInfo: zFourInfo, municipality: zMunicipality, status: zResident.shape.status })
export const zPastEvent = zChange.extend({
  /** Null when nobody at a counter recorded it. */
  by: z.string().nullable(),
  before: zState,
  after: zState,
  /** The event that this one takes back. */
  undoes: z.number().int().nullable(),
  /** Whether it may be taken back now. */
  mayUndo: z.boolean(),
})

/** `parentId`: of the parent or guardian. */
export const zCustody = z.object({ childId: z.string(), parentId: z.string() })
export const zCustodyKind = z.enum(CUSTODY_KINDS)
export const zCustodyGround = z.enum(ALL_GROUNDS)
export const zCustodyRecord = zCustody.extend({
  childName: z.string(),
  parentName: z.string(),
  kind: zCustodyKind,
  ended: z.boolean(),
  /** Null in a first entry. */
  ground: zCustodyGround.nullable(),
  at: zTime,
  by: z.string().nullable(),
  /** The newest of this child and this parent: one that is not ended may be. */
  last: z.boolean(),
  /** It counts now. */
  stands: z.boolean(),
})
export type RecordedCustody = z.output<typeof zCustodyRecord>

export const residentRegisterContract = contract({
  role: 'resident-register',
  operations: {
    register: operation('enter a resident; the same resident again is no error', zResident, zNothing),
    find: operation('one resident', z.object({ residentId: z.string() }), zFoundResident),
    change: operation(
      'record an event; `fourInfo` is the new state for move, rename and correct, `municipality` where it is another now',
      z.object({
        residentId: z.string(),
        event: zRegisterEvent.exclude(['restore']),
        fourInfo: zFourInfo.optional(),
        municipality: zMunicipality.optional(),
        by: zBy.optional(),
      }),
      zChange,
    ),
    undo: operation(
      'take back the last event of a resident, recorded in error, by an event of its own',
      z.object({ residentId: z.string(), sequence: z.number().int(), by: zBy }),
      zChange,
    ),
    history: operation(
      'the events of one resident, the newest first, with what each changed',
      z.object({ residentId: z.string(), by: zBy }),
      z.object({ events: z.array(zPastEvent) }),
    ),
    search: operation(
      'residents by a part of the name, a date of birth or both; who asked for whom is kept',
      z.object({ name: z.string().max(100).optional(), birthDate: z.iso.date().optional(), by: zBy }),
      z.object({ found: z.array(zFoundResident), more: z.boolean() }),
    ),
    match: operation(
      'who has exactly these four facts, compared for equality and nothing else; null for nobody, and for two',
      z.object({ fourInfo: zFourInfo, by: zBy }),
      z.object({ residentId: z.string().nullable() }),
    ),
    recordCustody: operation(
      '親権・未成年後見: who stands for this child, as the municipality knows it from the family register, and on which ground; `ended` takes it away. Without a clerk it is a first entry, which changes nothing that is recorded',
      zCustody.extend({
        kind: zCustodyKind.optional(),
        ended: z.boolean().optional(),
        ground: zCustodyGround.optional(),
        by: zBy.optional(),
      }),
      zNothing,
    ),
    custody: operation(
      'as what this person stands for this child now: both live here, and the child is under the age of majority; null where not',
      zCustody,
      z.object({ kind: zCustodyKind.nullable() }),
    ),
    custodyRecords: operation(
      'who stands and stood for this child, and for whom this resident does and did; the newest first. Who asked is kept',
      z.object({ residentId: z.string(), by: zBy }),
      z.object({ minor: z.boolean(), records: z.array(zCustodyRecord) }),
    ),
    lookUps: operation(
      'who looked at the record of this resident, the newest first',
      z.object({ residentId: z.string() }),
      z.object({
        lookUps: z.array(
          z.object({ at: zTime, by: z.string(), what: z.enum(['search', 'history', 'match', 'custody']) }),
        ),
      }),
    ),
    changesSince: operation(
      'events after a sequence number, oldest first',
      z.object({ sequence: z.number().int(), limit: z.number().int().max(1000) }),
      z.object({ changes: z.array(zChange) }),
    ),
  },
})
export type ResidentRegister = Implementation<typeof residentRegisterContract>
