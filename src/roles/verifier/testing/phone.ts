// The phone of the tests: a key and its certificate that answer a login. The PIN and the SIM are elsewhere.

import * as crypto from '../../../base/crypto.ts'
import { loginMessage } from '../../../protocol/login/login-message.ts'
import type { Login, Verifier } from '../contract.ts'
import type { Holder } from './authority.ts'

/** Signs what `showLogin` says, or another login's text in its place. */
export async function answer(verifier: Verifier, holder: Holder, loginId: string, change: Partial<Login> = {}) {
  const login = { ...(await verifier.showLogin({ loginId })), ...change }
  const signature = crypto.sign('RSA-SHA256', holder.key, loginMessage(login))
  return verifier.answerLogin({ loginId, certificate: holder.certificate, signature })
}
