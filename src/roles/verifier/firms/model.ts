// A representative's standing, its life, and the account of a firm. Ours: docs/profile.md#firms.

import { hex, utf8 } from '../../../base/bytes.ts'
import { hmacSha256 } from '../../../base/crypto.ts'
import type { KeyStore } from '../../../base/ports.ts'
import type { Account } from '../mandates/model.ts'
import type { Place } from '../tenant-keys/sealing.ts'
import type { OwnFirm } from './contract.ts'

export type RepresentationState = OwnFirm['state']

/** Nothing leads out of what has ended: it is claimed anew. `strike`: the firm is struck off. `joint`: by themselves they represent nobody. */
export const REPRESENTATION_LIFE = {
  claimed: {
    release: 'standing',
    end: 'refused',
    joint: 'joint',
    leave: 'ended',
    strike: 'refused',
    expire: 'expired',
  },
  standing: { end: 'ended', joint: 'joint', leave: 'ended', strike: 'struck', expire: 'expired' },
  refused: {},
  joint: {},
  ended: {},
  struck: {},
  expired: {},
} as const satisfies Record<RepresentationState, Partial<Record<string, RepresentationState>>>
export type RepresentationEnd = 'end' | 'joint' | 'leave' | 'strike'

const DAY_MS = 24 * 3_600_000
/** A claim waits so long for two clerks. */
export const CLAIM_MS = 30 * DAY_MS
/** The commercial register is looked at anew each year. */
export const STANDING_MS = 366 * DAY_MS
/** That wait for clerks, of one person. */
export const CLAIMS_AT_MOST = 10

export interface RepresentationRecord {
  readonly representationId: string
  readonly firm: Account
  readonly personId: string
  readonly recorded: RepresentationState
  readonly claimedAt: Date
  /** Of the claim, or of the standing. */
  readonly until: Date
}

/** What is sealed of it. */
export interface Claimed {
  readonly number: string
  readonly name: string
  readonly person: { readonly name: string; readonly address: string; readonly birthDate: string }
  /** The CMS that the person signed, base64url. */
  readonly document: string
}

export const claimPlace = (representationId: string): Place => ({ table: 'representation', row: representationId })

export function representationState(
  { recorded, until }: Pick<RepresentationRecord, 'recorded' | 'until'>,
  now: Date,
): RepresentationState {
  const open = recorded === 'claimed' || recorded === 'standing'
  return open && now >= until ? REPRESENTATION_LIFE[recorded].expire : recorded
}

/** The name of a firm within the platform: who reads the records does not see which one. */
export async function firmAccount(keys: KeyStore, number: string): Promise<Account> {
  return `firm ${hex(hmacSha256(await keys.secret('verifier-firms', 32), utf8(number)).subarray(0, 16))}`
}

export const isFirm = (account: Account): boolean => account.startsWith('firm ')
