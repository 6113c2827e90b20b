// What the platform authenticator is asked: for what the SIM is going to sign, or to be turned on.

import * as jpki from '../../../protocol/jpki-ap/index.ts'
import { askForApproval } from '../approvals/approvals.ts'
import type { Phone } from '../contract.ts'
import { askForLogin } from '../login.ts'
import { askFor } from './biometric.ts'

type Deps = Parameters<typeof askForApproval>[0] & Parameters<typeof askForLogin>[0]

export const askBiometric =
  (deps: Deps): Phone['askBiometric'] =>
  async (what) => {
    if ('loginId' in what) return askForLogin(deps, what)
    if ('approval' in what) return askForApproval(deps, what.approval)
    // Who mistypes hears it before a finger is asked for.
    await deps.inApplet(jpki.verifyPin('auth', what.pin))
    return askFor(deps)
  }
