// Approving a login: what the verifier says is shown, the PIN opens the key in the SIM, the signature goes back.
// Seed 2 pattern 3; seed 4 別紙4 (UIアプリ等を経由).

import type { Bytes } from '../../base/bytes.ts'
import { ageStatement, sealAgeProof } from '../../protocol/age-proof/age-proof.ts'
import { ageQuestionOf, loginMessage } from '../../protocol/login/login-message.ts'
import type { Verifier } from '../verifier/contract.ts'
import { signAndRead } from './applet.ts'
import type { Asking } from './asking.ts'
import { askFor, type BiometricDeps, withPin } from './biometric/biometric.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import { type NoteUse, outcomeOf } from './uses.ts'

interface Deps extends Pick<Asking, 'authority'>, BiometricDeps {
  readonly verifier: Verifier
  /** Logins that this phone has read from screens, with the word for each. */
  readonly scanned: Map<string, string>
  readonly note: NoteUse
}

export const showLogin =
  ({ verifier }: Deps): Phone['showLogin'] =>
  async ({ loginId }) => {
    const login = await verifier.showLogin({ loginId })
    const { clientName, origin, code, expiresAt, state, scanned, asked, delegation, biometric } = login
    return { clientName, origin, code, expiresAt, state, scanned, asked, delegation, biometric }
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

/** Of what is asked, what the service cannot do without and what its owner wants to give. */
const wantedOf = ({ asked }: Pick<Shown, 'asked'>, give: readonly string[]) =>
  asked.filter(({ claim, essential }) => essential || give.includes(claim))

type Shown = Awaited<ReturnType<Verifier['showLogin']>>

/** What the platform authenticator is to answer, for one login and what is given at it. */
export async function askForLogin(
  deps: Deps,
  { loginId, give = [] }: { readonly loginId: string; readonly give?: readonly string[] | undefined },
) {
  const login = await deps.verifier.showLogin({ loginId })
  if (!login.biometric) throw no.pinWanted()
  const given = wantedOf(login, give).map(({ claim }) => claim)
  return askFor(deps, loginMessage({ ...login, by: 'biometric' }, given))
}

/** Signs what `showLogin` shows, as the verifier has it at this moment; one PIN for the proof of an age too. */
export const approveLogin =
  (deps: Deps): Phone['approveLogin'] =>
  async ({ loginId, pin, biometric, give = [], mandateId }) => {
    const { inApplet, verifier, authority, entropy } = deps
    const login = await verifier.showLogin({ loginId })
    const wanted = wantedOf(login, give)
    const given = wanted.map(({ claim }) => claim)
    const question = await ageQuestion(deps, { ...login, asked: wanted })
    const sealFor = question && (await authority.ageKey({})).sealFor
    const by = biometric && ('biometric' as const)
    const message = loginMessage({ ...login, mandateId, by }, given)
    const { signed, age } = await withPin(deps, { pin, biometric }, message, (entered) =>
      inApplet(signEach(entered, message, question && ageStatement(question))),
    )
    const ageProof = question && sealFor && age && sealAgeProof(age, question, sealFor, entropy)
    const how = { ...(mandateId && { mandateId }), ...(by && { by }) }
    const told = { ...(given.length > 0 && { given }), ...(ageProof && { ageProof }), ...how }
    const answer = await verifier.answerLogin({ loginId, ...signed, ...told, ...claimOf(deps, loginId) })
    await deps.note('login', login.clientName, outcomeOf(answer.verdict))
    return answer
  }

function* signEach(pin: string, login: Bytes, age: Bytes | undefined) {
  const signed = yield* signAndRead(pin, login)
  return { signed, age: age && (yield* signAndRead(pin, age)) }
}

/** Only for a platform that J-LIS lets ask for this age. */
async function ageQuestion({ authority }: Deps, login: Shown) {
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
