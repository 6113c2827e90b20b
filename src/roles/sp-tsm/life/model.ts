// The life of a phone's certificate as one table: state × event → state. A state that a worker leaves by a step is in
// TRANSITIONS (../model.ts); what happens to it there, and what all parties hold then, is in docs/life-cycle.md. Seed 4 (4)②, (5).

import type { OrderState } from '../contract.ts'
import { type LifeEvent, mayLift, type Party } from './contract.ts'

type Events = Partial<Record<LifeEvent, OrderState>>

/** Nothing is usable yet: who stops it takes it back. */
const ON_THE_WAY = { stop: 'undoing', end: 'undoing' } as const satisfies Events
/** A certificate is there: a stop always comes through, whatever is being done to it. */
const AT_WORK = { stop: 'holding', end: 'undoing' } as const satisfies Events

export const LIFE = {
  applied: { approve: 'accepted', stop: 'undone', end: 'undone' },
  accepted: { install: 'deploying', stop: 'undone', end: 'undone' },
  deploying: ON_THE_WAY,
  deployed: ON_THE_WAY,
  keyed: ON_THE_WAY,
  loaded: ON_THE_WAY,
  keyPairMade: ON_THE_WAY,
  issued: ON_THE_WAY,
  written: { ...AT_WORK, confirmPin: 'active', resetPin: 'resetting' },
  active: { ...AT_WORK, renew: 'renewing', resetPin: 'resetting', upgrade: 'upgrading' },

  holding: { stop: 'holding', resume: 'resuming', end: 'undoing' },
  held: { stop: 'held', resume: 'resuming', end: 'undoing' },
  suspended: { stop: 'suspended', resume: 'resuming', end: 'undoing' },
  resuming: AT_WORK,
  awake: AT_WORK,

  renewing: AT_WORK,
  nextKeyPairMade: AT_WORK,
  nextIssued: AT_WORK,
  nextWritten: AT_WORK,
  renewalFailed: AT_WORK,
  nextRevoked: AT_WORK,

  resetting: AT_WORK,
  upgrading: AT_WORK,

  undoing: {},
  certificateRevoked: {},
  undone: {},
} as const satisfies Record<OrderState, Events>

export const afterEvent = (state: OrderState, event: LifeEvent): OrderState | undefined =>
  (LIFE[state] as Events)[event]

/** Where the certificate is on hold, or is about to be. */
export const STOPPED: readonly OrderState[] = ['holding', 'held', 'suspended', 'resuming', 'awake']

export const partiesOf = (stoppedBy: string): Party[] => stoppedBy.split(' ').filter(Boolean) as Party[]
export const joined = (parties: readonly Party[]): string => [...new Set(parties)].toSorted().join(' ')

/** Those whose stops remain when this one lifts what he may. */
export const remaining = (stoppedBy: string, by: Party): Party[] =>
  partiesOf(stoppedBy).filter((party) => !mayLift(party, by))

/** Renewal is offered from three months before the end. 公的個人認証法 practice: docs/profile.md#life. */
export function renewableFrom(notAfter: Date): Date {
  const from = new Date(notAfter)
  from.setUTCMonth(from.getUTCMonth() - 3)
  return from
}
