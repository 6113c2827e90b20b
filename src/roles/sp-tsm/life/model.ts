// The life of a phone's certificate as one table: state × event → state. A state that a worker leaves by a step is in
// TRANSITIONS (../model.ts); what happens to it there, and what all parties hold then, is in docs/life-cycle.md. Seed 4 (4)②, (5).

import type { OrderState } from '../contract.ts'
import { type LifeEvent, mayLift, type Party } from './contract.ts'

type Events = Partial<Record<LifeEvent, OrderState>>

/** Nothing is usable yet: who stops it takes it back, and so does another SIM. */
const ON_THE_WAY = { stop: 'undoing', move: 'undoing', end: 'undoing' } as const satisfies Events
const NOT_SENT = { stop: 'undone', move: 'undone', end: 'undone' } as const satisfies Events
/** A certificate is there: a stop always comes through, whatever is being done to it. That it has to move changes nothing yet. */
const atWork = <S extends OrderState>(state: S) => ({ stop: 'holding', move: state, end: 'undoing' }) as const

export const LIFE = {
  applied: { approve: 'accepted', ...NOT_SENT },
  accepted: { install: 'deploying', ...NOT_SENT },
  deploying: ON_THE_WAY,
  deployed: ON_THE_WAY,
  keyed: ON_THE_WAY,
  loaded: ON_THE_WAY,
  keyPairMade: ON_THE_WAY,
  issued: ON_THE_WAY,
  // Without a PIN of its holder's it serves nobody.
  written: { ...atWork('written'), move: 'undoing', confirmPin: 'active', resetPin: 'resetting' },
  active: { ...atWork('active'), renew: 'renewing', resetPin: 'resetting', upgrade: 'upgrading' },

  holding: { stop: 'holding', resume: 'resuming', move: 'holding', end: 'undoing' },
  held: { stop: 'held', resume: 'resuming', move: 'held', end: 'undoing' },
  suspended: { stop: 'suspended', resume: 'resuming', move: 'suspended', end: 'undoing' },
  resuming: atWork('resuming'),
  awake: atWork('awake'),

  renewing: atWork('renewing'),
  nextKeyPairMade: atWork('nextKeyPairMade'),
  nextIssued: atWork('nextIssued'),
  nextWritten: atWork('nextWritten'),
  renewalFailed: atWork('renewalFailed'),
  nextRevoked: atWork('nextRevoked'),

  resetting: atWork('resetting'),
  upgrading: atWork('upgrading'),

  undoing: {},
  certificateRevoked: {},
  undone: {},
} as const satisfies Record<OrderState, Events>

export const afterEvent = (state: OrderState, event: LifeEvent): OrderState | undefined =>
  (LIFE[state] as Events)[event]

/** Where the certificate is on hold, or is about to be. */
export const STOPPED: readonly OrderState[] = ['holding', 'held', 'suspended', 'resuming', 'awake']

/** The way out: nothing more happens to it. */
export const ENDING: readonly OrderState[] = ['undoing', 'certificateRevoked', 'undone']

/** So long a certificate serves in a SIM that has no line any more. Ours: docs/profile.md#life. */
export const MOVE_MS = 30 * 86_400_000

export const partiesOf = (stoppedBy: string): Party[] => stoppedBy.split(' ').filter(Boolean) as Party[]
export const joined = (parties: readonly Party[]): string => [...new Set(parties)].toSorted().join(' ')

/** Those whose stops remain when this one lifts what he may. */
export const remaining = (stoppedBy: string, by: Party): Party[] =>
  partiesOf(stoppedBy).filter((party) => !mayLift(party, by))
