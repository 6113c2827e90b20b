// The person says no: the browser learns it at its next question.

import type { Verifier } from './contract.ts'
import { endLogin, waitingLogin } from './end-login.ts'
import type { Deps } from './model.ts'

export const declineLogin =
  (deps: Pick<Deps, 'store' | 'clock' | 'log'>): Verifier['declineLogin'] =>
  async ({ loginId }) => {
    await waitingLogin(deps, loginId)
    await endLogin(deps, loginId, 'decline')
    return {}
  }
