// What J-LIS is asked by parties outside and about them: accreditation, age, consent, latest facts. Part of the
// authority's contract.

import { z } from 'zod'
import { operation, zBytes, zNothing, zSerial, zTime } from '../../../base/contract.ts'
import { zCustodyKind } from '../../resident-register/contract.ts'
import { AGE_LIMITS, FACTS, SERVICES } from './model.ts'

/** What J-LIS does for parties outside, each granted by accreditation. */
const zPartyService = z.enum(SERVICES)
export const zAgeLimit = z
  .number()
  .int()
  .refine((limit) => (AGE_LIMITS as readonly number[]).includes(limit))
  .meta({ enum: [...AGE_LIMITS] })
export const zParty = z.string().regex(/^[a-z][a-z0-9-]{1,62}$/)
export const zFact = z.enum(FACTS)
const zNonce = z.string().regex(/^[0-9a-f]{32}$/)

/** A statement of a holder, JSON in UTF-8 inside a CMS SignedData. Ours: docs/profile.md#latest-facts. */
export type Statement<T> = z.ZodType<T>
export const zConsentStatement = z.strictObject({
  purpose: z.literal('consent to latest facts'),
  party: zParty,
  /** The service for which a platform asks; absent where the party asks for itself. */
  onBehalfOf: zParty.optional(),
  items: z.array(zFact).min(1).max(FACTS.length),
  at: z.iso.datetime(),
  nonce: zNonce,
})
export type ConsentStatement = z.output<typeof zConsentStatement>
export const zWithdrawalStatement = z.strictObject({
  purpose: z.literal('withdrawal of consent'),
  consentId: z.string(),
  at: z.iso.datetime(),
  nonce: zNonce,
})
export type WithdrawalStatement = z.output<typeof zWithdrawalStatement>

export const partyOperations = {
  accredit: operation(
    'enter a party into the register, or change what it was granted; its name is that in its TLS certificate',
    z.object({
      name: zParty,
      displayName: z.string().min(1).max(80),
      services: z.array(zPartyService),
      ageLimits: z.array(zAgeLimit),
      until: zTime,
    }),
    zNothing,
  ),
  parties: operation(
    'the register of parties, and how much each was answered within a day',
    zNothing,
    z.object({
      parties: z.array(
        z.object({
          name: z.string(),
          displayName: z.string(),
          services: z.array(zPartyService),
          ageLimits: z.array(z.number().int()),
          accreditedAt: zTime,
          accreditedUntil: zTime,
          answersToday: z.number().int(),
        }),
      ),
    }),
  ),
  grantedTo: operation(
    'who this party is and what it may ask at this moment: nobody and nothing when its accreditation has ended',
    z.object({ party: z.string() }),
    z.object({
      displayName: z.string().nullable(),
      services: z.array(zPartyService),
      ageLimits: z.array(z.number().int()),
    }),
  ),
  ageKey: operation(
    'for which key the holder seals a proof of age (point of P-256), and by which answers are signed (SubjectPublicKeyInfo)',
    zNothing,
    z.object({ sealFor: zBytes, answers: zBytes }),
  ),
  determineAge: operation(
    '年齢判定: has the holder of this sealed proof reached the age? Nothing else is answered, and no reason for no answer',
    z.object({
      party: zParty,
      limit: z.number().int(),
      nonce: zNonce,
      at: zTime,
      proof: zBytes,
    }),
    z.object({ reached: z.boolean(), answer: zBytes, signature: zBytes }),
  ),
  giveConsent: operation(
    '本人同意: this party may have the latest facts; CMS SignedData by the 署名用 key of the card',
    z.object({ party: zParty, consent: zBytes }),
    z.object({ consentId: z.string(), from: zTime, until: zTime }),
  ),
  withdrawConsent: operation(
    'the holder takes a consent back, CMS SignedData likewise; nothing is given from now on',
    z.object({ party: zParty.optional(), withdrawal: zBytes }),
    zNothing,
  ),
  consents: operation(
    'what the holder has agreed to: asked with a signature by a 利用者証明用 key over `inquiryStatement`',
    z.object({ certificate: zBytes, signature: zBytes, nonce: zNonce, at: zTime }),
    z.object({
      consents: z.array(
        z.object({
          consentId: z.string(),
          party: z.string(),
          displayName: z.string(),
          onBehalfOf: z.string().nullable(),
          items: z.array(zFact),
          from: zTime,
          until: zTime,
        }),
      ),
    }),
  ),
  relinquishConsent: operation(
    'the party gives a consent to itself up, on the word of the holder; nothing is given from now on',
    z.object({ party: zParty, consentId: z.string() }),
    zNothing,
  ),
  standingConsents: operation(
    'which of these consents to the party are neither withdrawn nor over; one that begins tomorrow stands',
    z.object({ party: zParty, consentIds: z.array(z.string()).max(1000) }),
    z.object({ consentIds: z.array(z.string()) }),
  ),
  attestCustody: operation(
    '親権: the one who signed this statement of a mandate (`child <serial>`, for this party) is parent or guardian of the holder of that certificate, as the municipality says; asked only with the signature of the parent, and nothing is told of anybody else',
    z.object({ party: zParty, statement: zBytes, certificate: zBytes, signature: zBytes }),
    z.object({ attestationId: z.string(), kind: zCustodyKind }),
  ),
  custodyStands: operation(
    'as what the one attested to this party stands for the child now; null from the eighteenth birthday on, and after the municipality has said otherwise',
    z.object({ party: zParty, attestationId: z.string() }),
    z.object({ kind: zCustodyKind.nullable() }),
  ),
  latestFacts: operation(
    '最新の利用者情報: the facts consented to, of the certificate that came after this 署名用 certificate',
    z.object({ party: zParty, onBehalfOf: zParty.optional(), serial: zSerial }),
    z.object({
      serial: zSerial,
      changed: z.boolean(),
      facts: z.object({
        name: z.string().optional(),
        address: z.string().optional(),
        birthDate: z.string().optional(),
        gender: z.string().optional(),
      }),
    }),
  ),
} as const
