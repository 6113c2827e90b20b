// Approving a login: what the verifier says is shown, the PIN opens the key in the SIM, the signature goes back.
// Seed 2 pattern 3; seed 4 別紙4 (UIアプリ等を経由).

import type { Bytes } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import { ageStatement, sealAgeProof } from '../../protocol/age-proof/age-proof.ts'
import { ageQuestionOf, loginMessage } from '../../protocol/login/login-message.ts'
import type { Verifier } from '../verifier/contract.ts'
import { signAndRead, type UiApp } from './applet.ts'
import type { Asking } from './asking.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import { type NoteUse, outcomeOf } from './uses.ts'

interface Deps extends Pick<Asking, 'authority'> {
  readonly entropy: Entropy
  readonly inApplet: UiApp
  readonly verifier: Verifier
  /** Logins that this phone has read from screens, with the word for each. */
  readonly scanned: Map<string, string>
  readonly note: NoteUse
}

export const showLogin =
  ({ verifier }: Deps): Phone['showLogin'] =>
  async ({ loginId }) => {
    const login = await verifier.showLogin({ loginId })
    const { clientName, origin, code, expiresAt, state, scanned, asked, delegation } = login
    return { clientName, origin, code, expiresAt, state, scanned, asked, delegation }
  }

/** No more than a person has under way. */
const MOST_SCANNED = 16

export const scanLogin =
  ({ verifier, scanned }: Deps): Phone['scanLogin'] =>
  async ({ qr }) => {
    const { loginId, claim } = await verifier.scanLogin({ qr })
    const [oldest] = scanned.keys()
    if (oldest !== undefined && scanned.size >= MOST_SCANNED) scanned.delete(oldest)
    scanned.set(loginId, claim)
    return { loginId }
  }

const claimOf = ({ scanned }: Deps, loginId: string): { claim?: string } => {
  const claim = scanned.get(loginId)
  return claim === undefined ? {} : { claim }
}

/** Signs what `showLogin` shows, as the verifier has it at this moment; one PIN for the proof of an age too. */
export const approveLogin =
  (deps: Deps): Phone['approveLogin'] =>
  async ({ loginId, pin, give = [], mandateId }) => {
    const { inApplet, verifier, authority, entropy } = deps
    const login = await verifier.showLogin({ loginId })
    const wanted = login.asked.filter(({ claim, essential }) => essential || give.includes(claim))
    const given = wanted.map(({ claim }) => claim)
    const question = await ageQuestion(deps, { ...login, asked: wanted })
    const sealFor = question && (await authority.ageKey({})).sealFor
    const { signed, age } = await inApplet(
      signEach(pin, loginMessage({ ...login, mandateId }, given), question && ageStatement(question)),
    )
    const ageProof = question && sealFor && age && sealAgeProof(age, question, sealFor, entropy)
    const told = { ...(given.length > 0 && { given }), ...(ageProof && { ageProof }), ...(mandateId && { mandateId }) }
    const answer = await verifier.answerLogin({ loginId, ...signed, ...told, ...claimOf(deps, loginId) })
    await deps.note('login', login.clientName, outcomeOf(answer.verdict))
    return answer
  }

function* signEach(pin: string, login: Bytes, age: Bytes | undefined) {
  const signed = yield* signAndRead(pin, login)
  return { signed, age: age && (yield* signAndRead(pin, age)) }
}

/** Only for a platform that J-LIS lets ask for this age. */
async function ageQuestion({ authority }: Deps, login: Awaited<ReturnType<Verifier['showLogin']>>) {
  const question = ageQuestionOf(login, { party: login.party ?? '', at: login.since })
  if (!question) return undefined
  const { services, ageLimits } = await authority.grantedTo({ party: question.party })
  if (!services.includes('age') || !ageLimits.includes(question.limit)) throw no.askerNotAccredited()
  return question
}

export const declineLogin =
  (deps: Deps): Phone['declineLogin'] =>
  async ({ loginId }) => {
    const { clientName } = await deps.verifier.showLogin({ loginId })
    await deps.verifier.declineLogin({ loginId, ...claimOf(deps, loginId) })
    await deps.note('login', clientName, 'declined')
    return {}
  }
