// 年齢確認: yes or no for one age, from a phone that the service does not know and will not recognise again. Seed 0 (松田).

import type { Bytes } from '../../../base/bytes.ts'
import { Refusal } from '../../../base/refusal.ts'
import type { AgeRequest } from '../../authority/contract.ts'
import type { Service } from '../contract.ts'
import type { Deps } from '../model.ts'
import { partyOf, type RequestRecord } from './model.ts'
import { begin, end, known, shown, stateOf, waiting } from './requests.ts'

const view = (deps: Deps, record: RequestRecord): AgeRequest => ({
  ...shown(deps, record),
  limit: record.asks as number,
  state: stateOf(deps, record),
})

export const askAge =
  (deps: Deps): Service['askAge'] =>
  async ({ limit }) =>
    view(deps, await begin(deps, { kind: 'age', asks: limit, customerNumber: null }))

export const ageRequest =
  (deps: Deps): Service['ageRequest'] =>
  async ({ requestId }) =>
    view(deps, await known(deps, 'age', requestId))

/** The proof is not kept: of an age nothing remains but the answer. */
export const answerAge =
  (deps: Deps): Service['answerAge'] =>
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
