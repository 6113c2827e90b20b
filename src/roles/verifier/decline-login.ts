// The person says no: the browser learns it at its next question.

import type { Verifier } from './contract.ts'
import { answering, endLogin, waitingLogin } from './end-login.ts'
import type { Deps } from './model.ts'

export const declineLogin =
  (deps: Pick<Deps, 'store' | 'clock' | 'log'>): Verifier['declineLogin'] =>
  async ({ loginId, claim }) => {
    const login = answering(await waitingLogin(deps, loginId), claim)
    await endLogin(deps, login, 'decline')
    const { clientId } = login
    await deps.store.services.note({ clientId, at: deps.clock(), what: 'login', outcome: 'declined', reason: '' })
    return {}
  }
