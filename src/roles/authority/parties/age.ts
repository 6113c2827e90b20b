// 年齢判定: yes or no for an age that the holder agreed to be asked for. The service learns nothing else, not even that
// two questions concern one person; why a question is not answered, it is not told. Ours: docs/profile.md#age-determination.

import type { Bytes } from '../../../base/bytes.ts'
import { p256Point, sha256 } from '../../../base/crypto.ts'
import type { KeyStore } from '../../../base/ports.ts'
import { type AgeQuestion, ageAnswer, ageStatement, openAgeProof } from '../../../protocol/age-proof/age-proof.ts'
import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { ageOn } from '../issue-for-card.ts'
import { no } from '../refusals.ts'
import { demand } from './accreditation.ts'
import { authenticatedHolder } from './holder.ts'
import { AGE_QUESTION_LIFE_MS } from './model.ts'

const scalarOf = (keys: KeyStore): Promise<Bytes> => keys.secret('age-determination', 32)
const answerSigner = (keys: KeyStore) => keys.signer('age-answers', 'ECDSA-P256-SHA256')

/** For the holder's app: for which key to seal; for services: by which key answers are signed. */
export const ageKey =
  ({ keys }: Deps): Authority['ageKey'] =>
  async () => ({
    sealFor: p256Point(await scalarOf(keys)),
    answers: (await answerSigner(keys)).publicKey,
  })

export const determineAge =
  (deps: Deps): Authority['determineAge'] =>
  async ({ party: name, limit, nonce, at, proof }) => {
    const { store, keys, clock, log } = deps
    const party = await demand(deps, name, 'age')
    if (!party.ageLimits.includes(limit)) throw no.ageNotGranted({ limit })
    const question = { party: name, limit, nonce, at }
    const now = clock()
    if (Math.abs(now.getTime() - at.getTime()) > AGE_QUESTION_LIFE_MS) throw no.questionOld()
    const birthDate = await birthDateOf(deps, question, proof)
    const forget = new Date(now.getTime() - 2 * AGE_QUESTION_LIFE_MS)
    if (!birthDate || !(await store.parties.useOnce(sha256(proof), now, forget))) throw no.ageNotDetermined()
    await store.parties.note({ at: now, party: name, service: 'age', detail: `${limit}` })
    log('authority.age', { party: name, limit })
    const reached = ageOn(now, birthDate) >= limit
    const answer = ageAnswer(question, reached, now)
    return { reached, answer, signature: await (await answerSigner(keys)).sign(answer) }
  }

/** Undefined for every reason that there is, and they are not told apart. */
async function birthDateOf(deps: Deps, question: AgeQuestion, sealed: Bytes): Promise<string | undefined> {
  const proof = openAgeProof(sealed, question, await scalarOf(deps.keys))
  const row = proof && (await authenticatedHolder(deps, proof, ageStatement(question)))
  if (!row) return undefined
  const resident = await deps.register.find({ residentId: row.resident_id! })
  return resident.status === 'resident' ? resident.fourInfo.birthDate : undefined
}
