// Approving a login: what the verifier says is shown, the PIN opens the key in the SIM, the signature goes back.
// Seed 2 pattern 3; seed 4 別紙4 (UIアプリ等を経由).

import { loginMessage } from '../../protocol/login/login-message.ts'
import type { Verifier } from '../verifier/contract.ts'
import { signAndRead, type UiApp } from './applet.ts'
import type { Phone } from './contract.ts'

interface Deps {
  readonly inApplet: UiApp
  readonly verifier: Verifier
}

export const showLogin =
  ({ verifier }: Deps): Phone['showLogin'] =>
  async ({ loginId }) => {
    const { clientName, origin, code, expiresAt, state } = await verifier.showLogin({ loginId })
    return { clientName, origin, code, expiresAt, state }
  }

/** Signs what `showLogin` shows, as the verifier has it at this moment. */
export const approveLogin =
  ({ inApplet, verifier }: Deps): Phone['approveLogin'] =>
  async ({ loginId, pin }) => {
    const message = loginMessage(await verifier.showLogin({ loginId }))
    const signed = await inApplet(signAndRead(pin, message))
    return verifier.answerLogin({ loginId, ...signed })
  }

export const declineLogin =
  ({ verifier }: Deps): Phone['declineLogin'] =>
  async ({ loginId }) =>
    verifier.declineLogin({ loginId })
