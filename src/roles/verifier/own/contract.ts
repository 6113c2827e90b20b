// The person's own page: who watches, which services are tied together, where the person logged in, signed, approved, and who was
// told which facts. Part of the verifier's contract.

import { z } from 'zod'
import { operation, zNothing, zTime } from '../../../base/contract.ts'
import { zOwn, zOwnConsent } from '../consents/contract.ts'
import { zOwnLink } from '../links/contract.ts'
import { zMandateUse, zOwnMandate } from '../mandates/contract.ts'

const zOwnUse = z.object({
  at: zTime,
  clientId: z.string(),
  clientName: z.string(),
  /** `facts`: the service was told the latest facts, by consent. `tie`: it was asked by the one that it is tied to. */
  kind: z.enum(['login', 'approval', 'signature', 'facts', 'tie']),
  /** `refused`: a wrong number was chosen, or the signature did not hold. */
  outcome: z.enum(['done', 'declined', 'refused']),
  /** How the person was authenticated (`ACR`); null where nobody was. */
  acr: z.string().nullable(),
  /** Of a login: the browser was on the phone, the phone read a code from another screen, the card was in a reader, or it was at a reader of the service. */
  way: z.enum(['same-device', 'other-device', 'card-reader', 'at-reader']).nullable(),
  /** `asking`: by the certificate that asks now; null where it was not noted. */
  device: z.enum(['asking', 'phone', 'card']).nullable(),
  /** Names of facts and ages: those that were told, none when nothing had changed; of a login, those that the person gave. */
  items: z.array(z.string()),
})
export type OwnUseSeen = z.output<typeof zOwnUse>

export const zOwnUses = z.object({
  /** The newest first. */
  uses: z.array(zOwnUse),
  /** Where the next page begins; null on the last. */
  next: z.string().nullable(),
})

const zCursor = z.string().regex(/^[0-9]{1,18}$/)

export const zOwnPage = zOwnUses.extend({
  consents: z.array(zOwnConsent),
  /** Taken back or over, of a year. */
  ended: z.array(zOwnConsent.extend({ endedAt: zTime })),
  links: z.array(zOwnLink),
  /** Given, handed on and held, also those that are over, and what was done by them. */
  mandates: z.array(zOwnMandate),
  mandateUses: z.array(zMandateUse),
  /** With it the older uses are read, for ten minutes. */
  pass: z.string(),
})

export const zOwnUsesAsked = z.object({
  pass: z.string(),
  before: zCursor,
  most: z.number().int().min(1).max(500).optional(),
})

export const ownOperations = {
  ownRecords: operation(
    'the person’s own page, to who signs with the own key: what is in force, what was, and the newest uses',
    zOwn,
    zOwnPage,
  ),
  ownUses: operation('older uses, to who has opened the own page just now', zOwnUsesAsked, zOwnUses),
  withdrawOwn: operation(
    'the person takes a consent back, with the PIN: counts at once, also for what is on its way to the service',
    zOwn.extend({ consentId: z.string() }),
    zNothing,
  ),
} as const
