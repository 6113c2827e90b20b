// Approving a login: what the verifier says is shown, the PIN opens the key in the SIM, the signature goes back.
// Seed 2 pattern 3; seed 4 別紙4 (UIアプリ等を経由).

import { loginMessage } from '../../protocol/login/login-message.ts'
import type { Verifier } from '../verifier/contract.ts'
import { signAndRead, type UiApp } from './applet.ts'
import type { Phone } from './contract.ts'

interface Deps {
  readonly inApplet: UiApp
  readonly verifier: Verifier
  /** Logins that this phone has read from screens, with the word for each. */
  readonly scanned: Map<string, string>
}

export const showLogin =
  ({ verifier }: Deps): Phone['showLogin'] =>
  async ({ loginId }) => {
    const { clientName, origin, code, expiresAt, state, scanned } = await verifier.showLogin({ loginId })
    return { clientName, origin, code, expiresAt, state, scanned }
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

/** Signs what `showLogin` shows, as the verifier has it at this moment. */
export const approveLogin =
  (deps: Deps): Phone['approveLogin'] =>
  async ({ loginId, pin }) => {
    const { inApplet, verifier } = deps
    const message = loginMessage(await verifier.showLogin({ loginId }))
    const signed = await inApplet(signAndRead(pin, message))
    return verifier.answerLogin({ loginId, ...signed, ...claimOf(deps, loginId) })
  }

export const declineLogin =
  (deps: Deps): Phone['declineLogin'] =>
  async ({ loginId }) =>
    deps.verifier.declineLogin({ loginId, ...claimOf(deps, loginId) })
