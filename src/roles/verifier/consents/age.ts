// 年齢判定 for a service that is no party itself: the platform asks J-LIS, and passes on yes or no. Of whom, neither knows.

import type { Bytes } from '../../../base/bytes.ts'
import { Refusal } from '../../../base/refusal.ts'
import type { AgeRequest } from '../../authority/contract.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { partyOf, type RequestRecord } from './model.ts'
import { begin, end, known, shown, stateOf, waiting } from './requests.ts'

const view = (deps: Deps, record: RequestRecord): AgeRequest => ({
  ...shown(deps, record),
  limit: record.asks as number,
  state: stateOf(deps, record),
})

export const askAge =
  (deps: Deps): Verifier['askAge'] =>
  async ({ clientId, limit }) =>
    view(deps, await begin(deps, { kind: 'age', clientId, asks: limit, personId: null, subject: null }))

export const ageRequest =
  (deps: Deps): Verifier['ageRequest'] =>
  async ({ requestId }) =>
    view(deps, await known(deps, 'age', requestId))

/** The proof is sealed for J-LIS and not kept. */
export const answerAge =
  (deps: Deps): Verifier['answerAge'] =>
  async ({ requestId, proof }) => {
    const record = await waiting(deps, 'age', requestId)
    return view(deps, await end(deps, record, await determined(deps, record, proof)))
  }

async function determined(deps: Deps, { asks, nonce, at }: RequestRecord, proof: Bytes) {
  const { name, authority } = partyOf(deps)
  try {
    const { reached } = await authority.determineAge({ party: name, limit: asks as number, nonce, at, proof })
    return reached ? 'reached' : 'notReached'
  } catch (error) {
    if (error instanceof Refusal && error.code === 'authority/ageNotDetermined') return 'undetermined'
    throw error
  }
}
