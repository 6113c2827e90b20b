// 市区町村窓口: clerks who issue My Number Cards, hand them over, help with PINs, stop and renew them, and record events in
// the resident register. Seed 2, seed 4 (4)②(5). Who did what is kept.

import { z } from 'zod'
import { contract, type Implementation, operation, zNothing, zSerial, zTime } from '../../base/contract.ts'
import { clerkOperations, zSession } from '../../protocol/clerks/contract.ts'
import { zKind, zReason } from '../authority/contract.ts'
import { phoneContract } from '../phone/contract.ts'
import {
  residentRegisterContract,
  zChange,
  zCustody,
  zCustodyGround,
  zCustodyKind,
  zFoundResident,
  zPastEvent,
} from '../resident-register/contract.ts'
import { zOrder } from '../sp-tsm/contract.ts'

const { change, custodyRecords, search } = residentRegisterContract.operations

export const zPin = z.string().regex(/^[0-9]{4}$/)
export const zPassword = z.string().regex(/^[A-Z0-9]{6,16}$/)

/** 本人確認: how the clerk knows who stands there. The reference names the document, never a fact in it. */
export const zProof = z.object({
  how: z.enum(['photo-document', 'two-documents', 'inquiry-letter', 'card-and-pin']),
  reference: z.string().regex(/^[A-Za-z0-9-]{1,40}$/),
})
export type Proof = z.output<typeof zProof>

/** What the face of the card needs besides the four facts; without it a card has the JPKI application alone. */
export const zFace = z.object({
  myNumber: z.string().regex(/^[0-9]{12}$/),
  /** 券面事項入力補助用 and 住民基本台帳用 暗証番号. */
  facePin: zPin,
  /** Printed on the card; a new one unless said. */
  securityCode: zPin.optional(),
})
export type Face = z.output<typeof zFace>

/** A card as the counter keeps it. */
const zCardState = z.enum(['begun', 'made', 'inUse', 'stopped', 'ended', 'undone'])
export type CardState = z.output<typeof zCardState>

const zCertificateState = z.object({
  kind: zKind,
  medium: z.enum(['card', 'phone']),
  serial: zSerial,
  status: z.enum(['valid', 'onHold', 'revoked', 'expired', 'unknown']),
  reason: zReason.optional(),
  notAfter: zTime.optional(),
  /** From three months before its end, and when it has ended or is revoked. */
  renewable: z.boolean(),
})

const zCard = z.object({
  cardNumber: z.string(),
  state: zCardState,
  /** YYYYMMDD. */
  expiry: z.string(),
  authSerial: zSerial.nullable(),
  signSerial: zSerial.nullable(),
})
export type Card = z.output<typeof zCard>

/** A phone on the desk, without what is its alone. */
const zPhoneOrder = zOrder.pick({ state: true, done: true, steps: true, refusal: true })
export type PhoneOrder = z.output<typeof zPhoneOrder>

const zAct = z.object({
  at: zTime,
  clerk: z.string(),
  what: z.string(),
  cardNumber: z.string().nullable(),
  proof: zProof.nullable(),
  /** `begun` when it was broken off, else `done` or the code of the refusal. */
  outcome: z.string(),
})

const zOfCard = z.object({ session: zSession, cardNumber: z.string().regex(/^[0-9]{16}$/) })

export const counterContract = contract({
  role: 'counter',
  operations: {
    ...clerkOperations(z.enum(['clerk'])),
    search: operation(
      'find a resident',
      z.object({ session: zSession, ...search.input.omit({ by: true }).shape }),
      search.output,
    ),
    person: operation(
      'one resident with events, cards and certificates as they stand now, and what clerks did',
      z.object({ session: zSession, residentId: z.string() }),
      z.object({
        resident: zFoundResident,
        events: z.array(zPastEvent),
        cards: z.array(zCard.extend({ certificates: z.array(zCertificateState) })),
        acts: z.array(zAct),
      }),
    ),
    record: operation(
      'record an event of a resident; the authority is told at once',
      z.object({ session: zSession, proof: zProof, ...change.input.omit({ by: true }).shape }),
      zChange,
    ),
    undoRecord: operation(
      'take back the last event of a resident, recorded in error',
      z.object({ session: zSession, residentId: z.string(), sequence: z.number().int() }),
      zChange,
    ),
    custody: operation(
      'who stands for this child (親権・未成年後見), or for whom this resident does, with all that was recorded',
      z.object({ session: zSession, residentId: z.string() }),
      custodyRecords.output,
    ),
    recordCustody: operation(
      'record that a parent or guardian stands for a child, or does no more, as the family register says',
      zCustody.extend({
        session: zSession,
        kind: zCustodyKind.optional(),
        ended: z.boolean().optional(),
        ground: zCustodyGround,
        proof: zProof,
      }),
      zNothing,
    ),

    issueCard: operation(
      'make a card with keys and certificates; asked again after a break, it is completed',
      z.object({
        session: zSession,
        residentId: z.string(),
        /** Where the machine writes it. */
        place: z.string(),
        /** A new one unless said. */
        cardNumber: z
          .string()
          .regex(/^[0-9]{16}$/)
          .optional(),
        pin: zPin,
        /** Under fifteen there is no 署名用 certificate and so no password. */
        password: zPassword.nullable(),
        face: zFace.optional(),
        proof: zProof,
      }),
      zCard,
    ),
    abandonCard: operation('undo a card that was not handed over: certificates revoked, memory wiped', zOfCard, zCard),
    handOver: operation('the holder takes the card', zOfCard.extend({ proof: zProof }), zCard),
    resetPin: operation(
      'the holder, identified, chooses PIN or password anew; by the issuer’s secure channel',
      zOfCard.extend({ kind: zKind, secret: z.union([zPin, zPassword]), proof: zProof }),
      zNothing,
    ),
    changePin: operation(
      'the holder changes PIN or password with the old one',
      zOfCard.extend({ kind: zKind, old: z.union([zPin, zPassword]), secret: z.union([zPin, zPassword]) }),
      zNothing,
    ),
    stopCard: operation(
      'both certificates of a card: certificateHold for one that is lost, for which nobody need be identified; else for good',
      zOfCard.extend({ reason: zReason, proof: zProof.optional() }),
      zCard,
    ),
    applyForPhone: operation(
      'certificate for the phone of the citizen at the desk: the SIM lies in the reader, the card signs by its password, or documents were seen; installing begins at once',
      z.object({
        session: zSession,
        residentId: z.string(),
        /** Where the SIM lies; its number is read from it. */
        simPlace: z.string(),
        line: z.object({ carrier: z.string(), msisdn: z.string().regex(/^[0-9]{10,15}$/), deviceModel: z.string() }),
        /** Of the card, entered by its holder; null where documents were seen in its place. */
        password: zPassword.nullable(),
        proof: zProof,
      }),
      zPhoneOrder,
    ),
    phoneOrder: operation(
      'how far the phone on the desk is; null when there is none of this resident',
      z.object({ session: zSession, residentId: z.string() }),
      z.object({ order: zPhoneOrder.nullable() }),
    ),
    setPhonePin: operation(
      'the holder chooses the PIN of the phone at the desk; the SIM is given back with that',
      z.object({ session: zSession, residentId: z.string(), pin: zPin }),
      zPhoneOrder,
    ),
    givePhoneBack: operation(
      'the SIM goes back to its phone; an order that is not in use yet ends',
      z.object({ session: zSession, residentId: z.string() }),
      zPhoneOrder,
    ),
    hasSim: operation(
      'for carriers: whether this SIM lies in the reader of a desk here',
      z.object({ iccid: z.string() }),
      z.object({ here: z.boolean() }),
    ),
    proxyOpen: phoneContract.operations.proxyOpen,
    proxyTransmit: phoneContract.operations.proxyTransmit,
    proxyClose: phoneContract.operations.proxyClose,
    renew: operation(
      'new key pairs and certificates on the same card; asked again after a break, it goes on. 利用者証明用 takes 署名用 along',
      zOfCard.extend({ kind: zKind, proof: zProof }),
      zCard,
    ),
  },
})
export type Counter = Implementation<typeof counterContract>
