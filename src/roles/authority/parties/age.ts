// 年齢判定: yes or no for an age that the holder agreed to be asked for. The service learns nothing else, not even that
// two questions concern one person; why a question is not answered, it is not told. Ours: docs/profile.md#age-determination.

import { type Bytes, equal } from '../../../base/bytes.ts'
import { keyFacts, p256Point, publicKey, sha256, verify } from '../../../base/crypto.ts'
import type { KeyStore } from '../../../base/ports.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import { type AgeQuestion, ageAnswer, ageStatement, openAgeProof } from '../../../protocol/age-proof/age-proof.ts'
import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { ageOn } from '../issue-for-card.ts'
import { no } from '../refusals.ts'
import type { CertificateRow } from '../store.ts'
import { demand } from './accreditation.ts'
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
  const certificate = proof && decoded(proof.certificate)
  if (!certificate) return undefined
  const row = await deps.store.find('auth', certificate.serialNumber)
  if (!row?.certificate || !equal(row.certificate, certificate.raw) || !isValid(row, deps.clock())) return undefined
  const key = publicKey(certificate.subjectPublicKeyInfo)
  if (
    !verify(
      keyFacts(key).type === 'rsa' ? 'RSA-SHA256' : 'ECDSA-P384-SHA384',
      key,
      ageStatement(question),
      proof.signature,
    )
  )
    return undefined
  const resident = await deps.register.find({ residentId: row.resident_id! })
  return resident.status === 'resident' ? resident.fourInfo.birthDate : undefined
}

const isValid = (row: CertificateRow, now: Date): boolean => row.status === 'valid' && row.not_after >= now

function decoded(der: Bytes): Certificate | undefined {
  try {
    return decodeCertificate(der)
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}
