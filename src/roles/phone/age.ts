// 年齢確認: the holder sees who asks for which age, enters the PIN, and the SIM signs for this one question of this one service.
// What leaves the phone is sealed for J-LIS; the service forwards it and learns yes or no. Seed 0 (松田).

import type { Entropy } from '../../base/ports.ts'
import { ageStatement, sealAgeProof } from '../../protocol/age-proof/age-proof.ts'
import type { AgeRequest } from '../service/contract.ts'
import { signAndRead, type UiApp } from './applet.ts'
import { type Asking, askedBy } from './asking.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import type { NoteUse } from './uses.ts'

interface Deps extends Asking {
  readonly inApplet: UiApp
  readonly entropy: Entropy
  readonly note: NoteUse
}

/** Who asks is as J-LIS has it in its register, never as the service calls itself. */
async function asked(deps: Deps, party: string, requestId: string) {
  const { service, displayName, ageLimits } = await askedBy(deps, party, 'age')
  const request = await service.ageRequest({ requestId })
  if (request.party !== party || !ageLimits.includes(request.limit)) throw no.askerNotAccredited()
  return { service, displayName, request }
}

const view = (displayName: string, { limit, code, expiresAt, state, onBehalfOf }: AgeRequest) => ({
  displayName,
  onBehalfOf: onBehalfOf?.name ?? null,
  limit,
  code,
  expiresAt,
  state,
})

export const showAge =
  (deps: Deps): Phone['showAge'] =>
  async ({ party, requestId }) => {
    const { displayName, request } = await asked(deps, party, requestId)
    return view(displayName, request)
  }

/** For the age that was shown: a question that has changed meanwhile is another one. */
export const proveAge =
  (deps: Deps): Phone['proveAge'] =>
  async ({ party, requestId, limit, pin }) => {
    const { service, displayName, request } = await asked(deps, party, requestId)
    if (request.limit !== limit) throw no.otherQuestion()
    if (request.state !== 'waiting') throw no.questionOver()
    const { sealFor } = await deps.authority.ageKey({})
    const signed = await deps.inApplet(signAndRead(pin, ageStatement(request)))
    const proof = sealAgeProof(signed, request, sealFor, deps.entropy)
    const answered = view(displayName, await service.answerAge({ requestId, proof }))
    await deps.note('age', answered.onBehalfOf ?? displayName, 'done')
    return answered
  }
