// 委任 (seed 0 高橋①, seed 3 (4)): one person lets another act at some services, for some acts, for a time; default is that nobody acts
// for anybody. Neither learns from the platform who the other is. Part of the verifier's contract. Ours: docs/profile.md#mandates.

import { z } from 'zod'
import { operation, zBytes, zLine, zNothing, zTime } from '../../../base/contract.ts'
import { zCustomerOf, zOwn } from '../consents/contract.ts'
import { zOwnFirm } from '../firms/contract.ts'

/**
 * By which people act at a service. `general`: freely given. `parent`: of a child, by the family register. `representative`: 代表者 of
 * a firm, by the commercial register. `employee`: what a representative has handed on.
 */
export const MANDATE_KINDS = ['general', 'parent', 'representative', 'employee'] as const
const zMandateKind = z.enum(MANDATE_KINDS)
/** What takes parents takes a guardian of a minor (未成年後見人), who has the same rights and duties. Civil Code article 857. */
const zOwnKind = z.enum([...MANDATE_KINDS, 'guardian'])

/** What may be done, in a word of the service. */
const zAct = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/)
const { clientId: zClientId } = zCustomerOf.shape

/** What a service is registered with that lets people act for others. Absent: nobody does there. */
export const zDelegation = z.object({
  kinds: z.array(zMandateKind).min(1),
  /** `kinds`: by which of them; default by every one that the service takes. */
  acts: z
    .array(z.object({ act: zAct, title: zLine(80), kinds: z.array(zMandateKind).min(1).optional() }))
    .min(1)
    .max(30),
})
export type Delegation = z.output<typeof zDelegation>

/** Each line is part of what both sign (`mandateStatement`). */
export const zTerms = z.object({
  principalCalled: zLine(40),
  delegateCalled: zLine(40),
  purpose: zLine(200),
  scope: z
    .array(z.object({ clientId: zClientId, acts: z.array(zAct).min(1).max(30) }))
    .min(1)
    .max(20),
  from: zTime,
  until: zTime,
  subDelegation: z.number().int().min(0).max(2),
  within: z.string().nullable(),
})
export type Terms = z.output<typeof zTerms>

const zScopeShown = z.object({
  clientId: z.string(),
  clientName: z.string(),
  acts: z.array(z.object({ act: z.string(), title: z.string() })),
})

const zMandate = zTerms.omit({ scope: true }).extend({
  mandateId: z.string(),
  kind: zOwnKind,
  scope: z.array(zScopeShown),
  /** `standing` counts between `from` and `until`; `fallen`: what it stood on is gone. */
  state: z.enum(['offered', 'standing', 'withdrawn', 'expired', 'fallen']),
  offeredAt: zTime,
  acceptedAt: zTime.nullable(),
  endedAt: zTime.nullable(),
})
export type Mandate = z.output<typeof zMandate>

/** As one of those whom it concerns sees it; `grantor` has handed on what another gave. */
export const zOwnMandate = zMandate.extend({ as: z.enum(['principal', 'grantor', 'delegate']) })

export const zMandateUse = z.object({
  mandateId: z.string(),
  principalCalled: z.string(),
  delegateCalled: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  /** `login`, or the act that the service was allowed. */
  act: z.string(),
  title: z.string().nullable(),
  at: zTime,
})
export type MandateUse = z.output<typeof zMandateUse>

/** Written down or read by the other's phone; good once. */
const zInvitation = z.object({ mandateId: z.string(), invitation: z.string(), until: zTime })
const zInvited = z.object({ invitation: z.string().max(40) })

/** `kinds`: by which this service lets people act at all, and do this. */
const zKinds = z.object({ kinds: z.array(zOwnKind) })
const zDelegable = z.object({
  ...{ ...zScopeShown.shape, ...zKinds.shape },
  acts: z.array(zScopeShown.shape.acts.element.extend(zKinds.shape)),
})

export const mandateOperations = {
  delegableServices: operation(
    'the services at which people may act for others, and what may be done there',
    zNothing,
    z.object({ services: z.array(zDelegable) }),
  ),
  offerMandate: operation(
    'the principal, or who may hand on, offers a mandate, with the PIN; the code for the delegate is told once',
    zOwn.extend({ terms: zTerms }),
    zInvitation,
  ),
  invitedMandate: operation(
    'what the holder of this code is offered, before anything is signed',
    zInvited,
    z.object({ mandate: zMandate, terms: zTerms }),
  ),
  acceptMandate: operation(
    'the delegate accepts, with the PIN, exactly what `invitedMandate` showed',
    zOwn.extend(zInvited.shape),
    z.object({ mandate: zMandate }),
  ),
  actForChild: operation(
    'a parent or guardian acts for a child: signed with the PIN over the certificate of the child’s card, and the municipality says who it is; the child signs nothing',
    zOwn.extend({ terms: zTerms, child: zBytes }),
    z.object({ mandate: zMandate }),
  ),
  actForFirm: operation(
    'a representative acts for the firm: signed with the PIN, and the platform’s clerks have seen that it is so; what is handed on of it is an employee’s',
    zOwn.extend({ terms: zTerms, representationId: z.string() }),
    z.object({ mandate: zMandate }),
  ),
  ownMandates: operation(
    'which mandates this person gave, handed on and holds, also for firms that they represent, and every use; to who signs with the own key',
    zOwn,
    z.object({ mandates: z.array(zOwnMandate), uses: z.array(zMandateUse), firms: z.array(zOwnFirm) }),
  ),
  withdrawMandate: operation(
    'the principal, the grantor or the delegate ends it, with the PIN: it counts for nothing from then on, nor does what was handed on of it; of a parent’s, the parent alone',
    zOwn.extend({ mandateId: z.string() }),
    zNothing,
  ),
} as const

/** AuthZEN §6; members beside these are nothing to us. */
const zEntity = z.object({ type: z.string().max(64), id: z.string().max(200) })
const zAsked = { subject: zEntity, action: z.object({ name: z.string().max(64) }), resource: zEntity }
export const zEvaluation = z.object(zAsked)
export type Evaluation = z.output<typeof zEvaluation>
const zSome = z.object(zAsked).partial()
export const zEvaluations = zSome.extend({
  evaluations: z.array(zSome).max(100),
  options: z
    .object({
      evaluations_semantic: z.enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit']).optional(),
    })
    .optional(),
})
export type Evaluations = z.output<typeof zEvaluations>
export const zDecision = z.object({
  decision: z.boolean(),
  context: z.object({ reason: z.enum(['own_affairs', 'mandate', 'not_known']) }),
})
export type Decision = z.output<typeof zDecision>
