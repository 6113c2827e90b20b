// A service sent a browser: the login that a phone may answer within two minutes. Ours: docs/profile.md#login.

import { hex } from '../../base/bytes.ts'
import { comparisonCode } from '../../base/comparison-code.ts'
import type { AskedClaim } from '../../protocol/login/login-message.ts'
import { type Deps, LOGIN_SECONDS, type LoginRecord } from './model.ts'

export interface LoginStart {
  /** The interaction of the browser: one login each. */
  readonly uid: string
  readonly clientId: string
  readonly redirectUri: string
  readonly acrValues?: readonly string[]
  readonly asked?: readonly AskedClaim[]
}

/** The same interaction again gives the same login. */
export const startLogin =
  ({ store, clock, entropy, log }: Pick<Deps, 'store' | 'clock' | 'entropy' | 'log'>) =>
  async ({ uid, clientId, redirectUri, acrValues = [], asked = [] }: LoginStart): Promise<LoginRecord> => {
    const client = await store.client(clientId)
    const login = await store.startLogin(uid, {
      loginId: hex(entropy(16)),
      clientId,
      clientName: client?.name ?? clientId,
      origin: new URL(redirectUri).origin,
      code: comparisonCode(entropy),
      nonce: entropy(32),
      acrValues: [...acrValues],
      asked: [...asked],
      expiresAt: new Date(clock().getTime() + LOGIN_SECONDS * 1000),
      recorded: 'waiting',
      personId: null,
      acr: null,
      given: [],
      ageProof: null,
      claim: null,
      release: null,
      statusAt: null,
      readerId: null,
    })
    log('verifier.login-started', { loginId: login.loginId, clientId })
    return login
  }
