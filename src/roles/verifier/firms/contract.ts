// Who represents which firm (代表者): claimed by the person with the card, compared with the commercial register (商業登記) by one
// clerk of the platform and released by another. Part of the verifier's contract. Ours: docs/profile.md#firms.

import { z } from 'zod'
import { operation, zBytes, zNothing, zTime } from '../../../base/contract.ts'
import { zSession } from '../../../protocol/clerks/contract.ts'
import { isFirmNumber } from '../../../protocol/consent/firm.ts'
import { zOwn } from '../consents/contract.ts'

/** 法人番号, with its check digit. */
export const zFirmNumber = z.string().refine(isFirmNumber)
/** 商号 as it is registered: one line. */
export const zFirmName = z.string().regex(/^(?! )[^\p{Cc}\u2028\u2029]{1,40}(?<! )$/u)

/** JSON in UTF-8 inside a CMS SignedData by the 署名用 key of the card, whose certificate names the person. */
export const zFirmClaim = z.strictObject({
  purpose: z.literal('claim to represent a firm'),
  platform: z.string(),
  number: zFirmNumber,
  name: zFirmName,
  at: z.iso.datetime(),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
})
export type FirmClaim = z.output<typeof zFirmClaim>

/** `ended`: by a clerk or the representative. `struck`: the firm is struck off. `joint`: only together with others (共同代表). */
const zRepresentationState = z.enum(['claimed', 'standing', 'refused', 'joint', 'ended', 'struck', 'expired'])

const zRepresentationId = z.object({ representationId: z.string() })
export const zOwnFirm = zRepresentationId.extend({
  number: zFirmNumber,
  name: zFirmName,
  state: zRepresentationState,
  claimedAt: zTime,
  /** When it counts no more; then it is claimed anew. */
  until: zTime,
})
export type OwnFirm = z.output<typeof zOwnFirm>

const session = z.object({ session: zSession })
const reason = { reason: z.string().trim().min(1).max(200) }

export const firmOperations = {
  claimFirm: operation(
    'a person says with the card that they represent a firm; it gives nothing until two clerks have seen the commercial register',
    z.object({ claim: zBytes }),
    z.object({ firm: zOwnFirm }),
  ),
  leaveFirm: operation(
    'the person takes the claim back, or represents the firm no more, with the PIN: what stood on it ends at once',
    zOwn.extend(zRepresentationId.shape),
    zNothing,
  ),
  firmsAtDesk: operation(
    'for clerks: what was claimed, with name and address of the person to compare, and who stands as a representative',
    session,
    z.object({
      firms: z.array(
        zOwnFirm.extend({
          /** Null when it is decided: nobody at the desk needs it any more. */
          person: z.object({ name: z.string(), address: z.string(), birthDate: z.string() }).nullable(),
        }),
      ),
    }),
  ),
  endRepresentation: operation(
    'a clerk refuses a claim, or ends what the commercial register does not say any more: at once. `joint`: because it says that this person acts only together with others, which nobody does here',
    session.extend({ ...zRepresentationId.shape, ...reason, joint: z.boolean().optional() }),
    zNothing,
  ),
  strikeFirm: operation(
    'the firm is struck off: all who represent it do so no more, and nobody acts for it, at once',
    session.extend({ number: zFirmNumber, ...reason }),
    zNothing,
  ),
} as const
