// The person says no, on the phone or in the browser that began the login: the other one learns it at its next question.

import type { Verifier } from './contract.ts'
import { answering, endLogin, waitingLogin } from './end-login.ts'
import type { Deps, LoginRecord } from './model.ts'

type Needs = Pick<Deps, 'store' | 'clock' | 'log'>

export const declineLogin =
  (deps: Needs): Verifier['declineLogin'] =>
  async ({ loginId, claim }) => {
    await declined(deps, answering(await waitingLogin(deps, loginId), claim))
    return {}
  }

/** Throws when another answer, or the end of its time, came first. */
export async function declined(deps: Needs, login: LoginRecord): Promise<void> {
  await endLogin(deps, login, 'decline')
  const { clientId } = login
  await deps.store.services.note({ clientId, at: deps.clock(), what: 'login', outcome: 'declined', reason: '' })
}
