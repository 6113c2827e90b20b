// 資格確認端末: a gate that admits with a tap, without PIN and without network. Seed 3 (2), 別紙.

import { z } from 'zod'
import { contract, type Implementation, operation, zBytes, zNothing, zTime, zVerdict } from '../../base/contract.ts'
import { zSignedList } from '../verifier/contract.ts'
import { zReaderLogin } from '../verifier/readers/contract.ts'

const zAdmission = z.object({
  admitted: z.boolean(),
  ticket: z.string().nullable(),
  verdict: zVerdict,
  at: zTime,
  apdus: z.number().int(),
  bytesOnAir: z.number().int(),
  milliseconds: z.number(),
})
export type Admission = z.output<typeof zAdmission>

export const terminalContract = contract({
  role: 'terminal',
  operations: {
    prepare: operation(
      'while on line: make the terminal key, fetch its certificate and the key that signs lists; safe to repeat',
      zNothing,
      z.object({ keyId: zBytes }),
    ),
    loadAllowList: operation(
      'take over a signed list; an unsigned, foreign or expired one is refused',
      zSignedList,
      z.object({ entries: z.number().int() }),
    ),
    loadFilter: operation(
      'take over a revocation filter of the authority with its delta; a foreign, expired or older one is refused',
      z.object({ filter: zBytes, delta: zBytes.optional() }),
      z.object({ number: z.number().int(), coveredUntil: zTime }),
    ),
    admit: operation(
      'read what lies on the reader of this name; works without network',
      z.object({ reader: z.string() }),
      zAdmission,
    ),
    readLogin: operation(
      'the code on the login screen beside the reader: from now on this reader waits for a card or phone, for two minutes at most',
      z.object({ qr: z.string().max(200) }),
      zNothing,
    ),
    currentLogin: operation(
      'what the reader shows to whoever stands there; null while nobody logs in',
      zNothing,
      z.object({ login: zReaderLogin.omit({ loginId: true, clientId: true, nonce: true }).nullable() }),
    ),
    answerLogin: operation(
      'what lies on the reader of this name answers the login: with the PIN that was entered at the reader, or without one',
      z.object({
        reader: z.string(),
        pin: z
          .string()
          .regex(/^[0-9]{4}$/)
          .optional(),
      }),
      z.object({ verdict: zVerdict }),
    ),
    declineLogin: operation('whoever stands there does not want it', zNothing, zNothing),
    state: operation(
      'what the screen shows when nobody is there',
      zNothing,
      z.object({
        prepared: z.boolean(),
        title: z.string().nullable(),
        validUntil: zTime.nullable(),
        entries: z.number().int(),
        admitted: z.number().int(),
        filterUntil: zTime.nullable(),
      }),
    ),
  },
})
export type Terminal = Implementation<typeof terminalContract>
