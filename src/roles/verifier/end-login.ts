// A login is answered once, while it waits; the record decides who was first.

import type { Approval } from './logins/store.ts'
import { type Deps, LOGIN_LIFE, type LoginEvent, type LoginRecord, loginState } from './model.ts'
import { no } from './refusals.ts'
import { kept } from './told-words.ts'

type Needs = Pick<Deps, 'store' | 'clock' | 'log'>

/** The login if it waits for an answer. */
export async function waitingLogin({ store, clock }: Needs, loginId: string): Promise<LoginRecord> {
  const login = await store.login(loginId)
  if (!login) throw no.unknownLogin()
  const state = loginState(login, clock())
  if (state === 'expired') throw no.loginExpired()
  if (state !== 'waiting') throw no.loginAnswered({ state })
  return login
}

/** Once a phone has read the code from the screen, that phone answers and no other. */
export function answering(login: LoginRecord, claim: string | undefined): LoginRecord {
  if (login.claim !== (claim === undefined ? null : kept(claim))) throw no.otherPhone()
  return login
}

/** Throws when another answer, another phone, or the end of its time, came first. */
export async function endLogin(
  needs: Needs,
  { loginId, claim }: Pick<LoginRecord, 'loginId' | 'claim'>,
  event: Exclude<LoginEvent, 'expire'>,
  approval: Partial<Approval> = {},
): Promise<void> {
  const state = LOGIN_LIFE.waiting[event]
  if (!(await needs.store.endLogin({ loginId, claim }, { state, ...approval }, needs.clock()))) {
    await waitingLogin(needs, loginId)
    throw no.loginAnswered()
  }
  needs.log('verifier.login-ended', { loginId, state })
}
