// A mandate, its life, and what it may be handed on as. Ours: docs/profile.md#mandates.

import type { Clock, Entropy } from '../../../base/ports.ts'
import type { Delegation, Mandate, Terms } from './contract.ts'

export type MandateState = Mandate['state']
export type MandateEvent = 'accept' | 'withdraw' | 'expire' | 'fall'

/** Nothing leads out of one that has ended. `fall`: the register says that its ground is gone. */
const MANDATE_LIFE = {
  offered: { accept: 'standing', withdraw: 'withdrawn', expire: 'expired' },
  standing: { withdraw: 'withdrawn', expire: 'expired', fall: 'fallen' },
  withdrawn: {},
  expired: {},
  fallen: {},
} as const satisfies Record<MandateState, Partial<Record<MandateEvent, MandateState>>>

/** Long enough to be read from the other phone, or to be told by telephone. */
export const INVITATION_MS = 30 * 60_000
/** Given or taken anew each year. */
export const LONGEST_MS = 366 * 24 * 3_600_000
/** That somebody has given or handed on, and that have not ended. */
export const MANDATES_AT_MOST = 50
/** A principal's own mandate, and handed on twice: `zTerms` has the same bound. */
export const CHAIN_AT_MOST = 3

/** A person's name within the platform, or that of a firm (`firmAccount`). */
export type Account = string

export interface MandateRecord extends Terms {
  readonly mandateId: string
  readonly kind: Mandate['kind']
  /** Whose affairs they are, through every handing on. */
  readonly principal: Account
  /** Who gave this one: the principal, or the delegate of the one before. */
  readonly grantor: Account
  /** Null until it is accepted. */
  readonly delegate: Account | null
  readonly recorded: MandateState
  readonly invitationUntil: Date
  readonly offeredAt: Date
  readonly acceptedAt: Date | null
  readonly endedAt: Date | null
  /** Of a parent's: under which name J-LIS says that it is so. */
  readonly attestationId: string | null
}

type Lasting = Pick<MandateRecord, 'recorded' | 'until' | 'invitationUntil'>

function mandateState(mandate: Lasting, now: Date): MandateState {
  const { recorded, until, invitationUntil } = mandate
  const end = recorded === 'offered' && invitationUntil < until ? invitationUntil : until
  const over = now >= end && (recorded === 'offered' || recorded === 'standing')
  return over ? MANDATE_LIFE[recorded].expire : recorded
}

/** Of a mandate and those it was handed on from, the first first: what it is now. */
export function chainState([own, ...before]: readonly Lasting[], now: Date): MandateState {
  const state = own ? mandateState(own, now) : 'fallen'
  const standing = before.every((one) => mandateState(one, now) === 'standing')
  return standing || state === 'withdrawn' || state === 'expired' ? state : 'fallen'
}

/** By the law, of a child: in person, until it is of age. */
export const ofChild = (kind: Mandate['kind']): kind is 'parent' | 'guardian' =>
  kind === 'parent' || kind === 'guardian'

/** What a service lets be done by a mandate of this kind; nothing where it takes none. */
export function actsBy(delegation: Delegation | undefined, kind: Mandate['kind']): string[] {
  const by = kind === 'guardian' ? 'parent' : kind
  if (!delegation?.kinds.includes(by)) return []
  return delegation.acts.filter(({ kinds }) => !kinds || kinds.includes(by)).map(({ act }) => act)
}

/** What is handed on of a representative's is an employee's. */
export const handedOnAs = (kind: Mandate['kind']): Mandate['kind'] => (kind === 'representative' ? 'employee' : kind)

/** For what a mandate of this kind may be given: a representative's also for what only employees do. */
export const grantable = (delegation: Delegation | undefined, kind: Mandate['kind']): string[] => [
  ...actsBy(delegation, kind),
  ...(kind === 'representative' ? actsBy(delegation, 'employee') : []),
]

/** Why a handed-on mandate would be more than the one it comes from; undefined where it is not. */
export function exceeds(terms: Terms, before: MandateRecord): 'depth' | 'time' | 'purpose' | 'scope' | undefined {
  if (terms.subDelegation >= before.subDelegation) return 'depth'
  if (terms.from < before.from || terms.until > before.until) return 'time'
  // A firm lets each employee act for something else.
  if (terms.purpose !== before.purpose && before.kind !== 'representative') return 'purpose'
  return terms.scope.every(({ clientId, acts }) => covers(before, clientId, acts)) ? undefined : 'scope'
}

export const covers = ({ scope }: Pick<Terms, 'scope'>, clientId: string, acts: readonly string[]): boolean =>
  scope.some((one) => one.clientId === clientId && acts.every((act) => one.acts.includes(act)))

/** Digits and letters that cannot be taken for one another. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** Sixteen of thirty-two signs: 80 bits. */
export const newInvitation = (entropy: Entropy): string =>
  Array.from(entropy(16), (byte) => ALPHABET[byte % 32])
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-')

/** As it was typed, with or without what separates the groups. */
export const invitationTyped = (text: string): string => text.toUpperCase().replace(/[^0-9A-Z]/g, '')

export const future = (clock: Clock, ms: number): Date => new Date(clock().getTime() + ms)
