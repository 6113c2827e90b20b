// The person says no: the browser learns it at its next question.

import type { Verifier } from './contract.ts'
import { endLogin, waitingLogin } from './end-login.ts'
import type { Deps } from './model.ts'

export const declineLogin =
  (deps: Pick<Deps, 'store' | 'clock' | 'log'>): Verifier['declineLogin'] =>
  async ({ loginId }) => {
    const { clientId } = await waitingLogin(deps, loginId)
    await endLogin(deps, loginId, 'decline')
    await deps.store.services.note({ clientId, at: deps.clock(), what: 'login', outcome: 'declined', reason: '' })
    return {}
  }
