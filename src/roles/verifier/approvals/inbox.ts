// Which phone of a person is asked, and what it is asked. A phone is named by a statement of the person's key, after the PIN;
// from then on it shows a secret of its own. Nobody who has not named one is ever asked. Ours: docs/profile.md#decoupled-approval.

import { type Bytes, utf8 } from '../../../base/bytes.ts'
import { scrypt, sha256 } from '../../../base/crypto.ts'
import { inboxWish } from '../../../protocol/consent/own-page.ts'
import { ownPerson } from '../consents/own-page.ts'
import type { Verifier } from '../contract.ts'
import { ACR, allows, type Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { opener } from '../tenant-keys/sealing.ts'
import { APPROVAL_KEPT_MS, approvalState } from './model.ts'
import type { Inbox } from './store.ts'
import { type ReadApproval, read } from './words.ts'

const digest = (token: string): Bytes => sha256(utf8(token))

export const receiveApprovals =
  (deps: Deps): Verifier['receiveApprovals'] =>
  async ({ token, userCode, ...own }) => {
    const personId = await ownPerson(deps, own, inboxWish(token, userCode))
    const salt = userCode === undefined ? null : deps.entropy(16)
    const hashed = userCode !== undefined && salt ? await scrypt(utf8(userCode), salt) : null
    await deps.store.approvals.saveInbox(digest(token), { personId, salt, userCode: hashed }, deps.clock())
    deps.log('verifier.approvals.received', { userCode: hashed !== null })
    return {}
  }

export const stopApprovals =
  ({ store }: Deps): Verifier['stopApprovals'] =>
  async ({ token }) => {
    await store.approvals.removeInbox(digest(token))
    return {}
  }

async function inboxOf({ store }: Pick<Deps, 'store'>, token: string): Promise<Inbox> {
  const inbox = await store.approvals.inbox({ token: digest(token) })
  if (!inbox) throw no.unknownInbox()
  return inbox
}

/** A request of this phone's person. */
export async function ownApproval(deps: Pick<Deps, 'store' | 'keys'>, token: string, requestId: string) {
  const { personId } = await inboxOf(deps, token)
  const approval = await deps.store.approvals.approval(requestId)
  if (approval?.personId !== personId) throw no.unknownApproval()
  const words = await read(opener(deps), approval)
  if (!words) throw no.erased()
  return words
}

export const approvalsFor =
  (deps: Deps): Verifier['approvalsFor'] =>
  async ({ token }) => {
    const { personId } = await inboxOf(deps, token)
    const now = deps.clock()
    const since = new Date(now.getTime() - APPROVAL_KEPT_MS)
    const approvals = await deps.store.approvals.approvalsOf(personId, since)
    const open = opener(deps)
    const words = await Promise.all(approvals.map((approval) => read(open, approval)))
    return { approvals: words.flatMap((approval) => (approval ? [shown(approval, now)] : [])) }
  }

/** The right number is never among what is shown as such, and none is shown when it is over. */
function shown(approval: ReadApproval, now: Date) {
  const { personId, code, recorded, acr, acrValues, answeredAt, ping, ...seen } = approval
  const state = approvalState(approval, now)
  const choices = state === 'waiting' ? [...approval.choices] : []
  return { ...seen, choices, state, biometric: allows(approval, ACR.biometric) }
}
