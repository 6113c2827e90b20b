// A policy of a service: while J-LIS does not answer, what it has signed so many minutes ago is enough. J-LIS is asked first, each
// time; only silence lets the kept answer speak, never an answer that is not to be believed. Ours: docs/profile.md#kept-status.

import type { CheckResult } from '../../../base/verdict.ts'
import type { PathVerdict, RevocationEvidence } from '../../../protocol/path-validation/index.ts'
import type { Client } from '../contract.ts'
import type { Deps } from '../model.ts'
import type { Subject } from './model.ts'

/** What is kept of an answer, and what serves where there is none. */
export interface Kept {
  learn(of: Subject, askedAt: Date, status: PathVerdict['status'], evidence: RevocationEvidence): Promise<void>
  /** Undefined where the service allows nothing of the kind, or nothing serves. */
  before(of: Subject): Promise<Before | undefined>
}

export interface Before {
  readonly evidence: RevocationEvidence
  readonly askedAt: Date
  readonly check: CheckResult
}

const CHECK = {
  name: 'status of before is one that the service allows',
  cite: 'ours: docs/profile.md#kept-status',
  outcome: 'passed',
} as const

/** Nobody answered: an answer that is no good is another thing. */
export const silent = ({ crls = [], ocspResponses = [] }: RevocationEvidence): boolean =>
  crls.length + ocspResponses.length === 0

export function keptFor({ store, clock }: Pick<Deps, 'store' | 'clock'>, client: Client | undefined): Kept {
  const minutes = client?.keptStatusMinutes
  return {
    learn: async (of, askedAt, status, { ocspResponses: [response] = [], nonce }) => {
      if (status === 'revoked') return store.keptStatus.revoked([of], clock())
      if (minutes === undefined || status !== 'good' || !response || !nonce) return
      await store.keptStatus.keep({ ...of, response, nonce, askedAt })
    },
    before: async (of) => {
      if (minutes === undefined) return undefined
      const found = await store.keptStatus.kept(of, new Date(clock().getTime() - minutes * 60_000))
      if (!found) return undefined
      const { response, nonce, askedAt } = found
      const evidence = `revocation checked at ${askedAt.toISOString()}; the service allows ${minutes} minutes`
      return { evidence: { required: true, ocspResponses: [response], nonce }, askedAt, check: { ...CHECK, evidence } }
    },
  }
}
