// Decoupled approval on the phone: it is asked only if its holder wanted that, shows who asks and why, and signs with the one
// number that the holder chose. Nothing that happens by itself is a yes. Ours: docs/profile.md#decoupled-approval.

import { base64url } from '../../../base/bytes.ts'
import { Refusal } from '../../../base/refusal.ts'
import { inboxWish } from '../../../protocol/consent/own-page.ts'
import { approvalMessage } from '../../../protocol/login/approval-message.ts'
import type { Verifier } from '../../verifier/contract.ts'
import { signAndRead } from '../applet.ts'
import { askFor, type BiometricDeps, withPin } from '../biometric/biometric.ts'
import type { Phone } from '../contract.ts'
import { type OwnKey, ownSigned } from '../own/statement.ts'
import { no } from '../refusals.ts'
import { type NoteUse, outcomeOf } from '../uses.ts'

interface Deps extends OwnKey, Omit<BiometricDeps, keyof OwnKey> {
  /** The verification platform, as J-LIS names it: what is signed here is for it alone. */
  readonly platform: string
  readonly verifier: Verifier
  readonly note: NoteUse
}

type ApprovalVerbs = Pick<
  Phone,
  'approvalSettings' | 'receiveApprovals' | 'stopApprovals' | 'approvals' | 'approve' | 'declineApproval'
>

export const approvals = (deps: Deps): ApprovalVerbs => ({
  approvalSettings: async () => {
    const inbox = await deps.store.inbox(deps.name)
    return { receiving: inbox !== null, userCode: inbox?.userCode ?? false }
  },
  receiveApprovals: receiveApprovals(deps),
  stopApprovals: async () => {
    const inbox = await deps.store.inbox(deps.name)
    if (inbox) await deps.verifier.stopApprovals({ token: inbox.token })
    await deps.store.removeInbox(deps.name)
    return {}
  },
  approvals: async () => {
    const asked = await allAsked(deps)
    return { approvals: asked.map(({ clientId, nonce, ...shown }) => shown) }
  },
  approve: approve(deps),
  declineApproval: async ({ requestId, unexpected }) => {
    const token = await tokenOf(deps)
    const asked = (await allAsked(deps)).find((one) => one.requestId === requestId)
    await deps.verifier.declineApproval({ token, requestId, unexpected })
    if (asked) await deps.note('approval', asked.clientName, 'declined')
    return {}
  },
})

const receiveApprovals =
  (deps: Deps): Phone['receiveApprovals'] =>
  async ({ pin, userCode }) => {
    const { name, platform, verifier, store } = deps
    // It is spoken on the telephone; the PIN never is.
    if (userCode === pin) throw no.userCodeIsPin()
    const token = base64url(deps.entropy(32))
    const signed = await ownSigned(deps, { platform, wanted: inboxWish(token, userCode) }, pin)
    await verifier.receiveApprovals({ ...signed, token, ...(userCode !== undefined && { userCode }) })
    await store.saveInbox(name, { token, userCode: userCode !== undefined })
    return {}
  }

async function tokenOf({ store, name }: Deps): Promise<string> {
  const inbox = await store.inbox(name)
  if (!inbox) throw no.notAsked()
  return inbox.token
}

/** Nothing, and nothing from then on, when the holder has named another phone. */
async function allAsked({ store, name, verifier }: Deps) {
  const inbox = await store.inbox(name)
  if (!inbox) return []
  try {
    return (await verifier.approvalsFor({ token: inbox.token })).approvals
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'verifier/unknownInbox') throw error
    await store.removeInbox(name)
    return []
  }
}

/** What is asked, as the verifier has it at this moment, and only with a number that was offered. */
async function chosen(deps: Deps, { requestId, code }: { readonly requestId: string; readonly code: string }) {
  const asked = (await allAsked(deps)).find((one) => one.requestId === requestId)
  if (asked?.state !== 'waiting') throw no.questionOver()
  if (!asked.choices.includes(code)) throw no.otherQuestion()
  return asked
}

/** What the platform authenticator is to answer, for one request and one number. */
export async function askForApproval(deps: Deps, one: { readonly requestId: string; readonly code: string }) {
  const asked = await chosen(deps, one)
  if (!asked.biometric) throw no.pinWanted()
  return askFor(deps, approvalMessage({ ...asked, code: one.code, by: 'biometric' }))
}

/** Signs what is shown. */
const approve =
  (deps: Deps): Phone['approve'] =>
  async ({ requestId, code, pin, biometric }) => {
    const token = await tokenOf(deps)
    const asked = await chosen(deps, { requestId, code })
    const by = biometric && ('biometric' as const)
    const message = approvalMessage({ ...asked, code, by })
    const signed = await withPin(deps, { pin, biometric }, message, (entered) =>
      deps.inApplet(signAndRead(entered, message)),
    )
    const answer = await deps.verifier.answerApproval({ token, requestId, code, ...signed, ...(by && { by }) })
    await deps.note('approval', asked.clientName, outcomeOf(answer.verdict))
    return answer
  }
