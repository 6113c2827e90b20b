// The phone of the tests: a key and its certificate that answer a login. The PIN and the SIM are elsewhere.

import { type Bytes, base64url, hex } from '../../../base/bytes.ts'
import * as crypto from '../../../base/crypto.ts'
import type { Entropy } from '../../../base/ports.ts'
import { inboxWish, ownStatement } from '../../../protocol/consent/own-page.ts'
import { approvalMessage } from '../../../protocol/login/approval-message.ts'
import { loginMessage } from '../../../protocol/login/login-message.ts'
import type { Approval } from '../approvals/contract.ts'
import type { Login, Verifier } from '../contract.ts'
import type { Holder } from './authority.ts'

const SCANNED = new Map<string, string>()

interface Gives {
  readonly given?: readonly string[]
  readonly ageProof?: Bytes
  readonly mandateId?: string
  readonly by?: 'biometric'
}

/** Reads the code from the screen, and signs what `showLogin` says, or another login's text in its place. */
export async function answer(verifier: Verifier, holder: Holder, loginId: string, change: Partial<Login> & Gives = {}) {
  const { given = [], ageProof, mandateId, by, ...other } = change
  const login = { ...(await verifier.showLogin({ loginId })), ...other, mandateId, by }
  const signature = crypto.sign('RSA-SHA256', holder.key, loginMessage(login, given))
  const { qr } = await verifier.loginQr({ loginId })
  if (qr) SCANNED.set(loginId, (await verifier.scanLogin({ qr })).claim)
  const claim = SCANNED.get(loginId)
  const told = {
    given: [...given],
    ...(ageProof && { ageProof }),
    ...(claim && { claim }),
    ...(mandateId && { mandateId }),
    ...(by && { by }),
  }
  return verifier.answerLogin({ loginId, certificate: holder.certificate, signature, ...told })
}

/** Another text; what stood for the PIN is said beside it too. */
type Change = Partial<Approval> & Pick<Gives, 'by'>

export interface ApprovalPhone {
  readonly token: string
  /** What it is asked just now. */
  asked(): Promise<Approval[]>
  /** What `approve` sends. */
  signed(approval: Approval, code: string, by?: Holder, change?: Change): Parameters<Verifier['answerApproval']>[0]
  /** Signs for this number; `by` another key, over another text. */
  approve(approval: Approval, code: string, by?: Holder, change?: Change): ReturnType<Verifier['answerApproval']>
}

/** A phone that its person lets be asked. */
export async function approvalPhone(
  verifier: Verifier,
  holder: Holder,
  entropy: Entropy,
  at: Date,
  { userCode, platform = PLATFORM }: { readonly userCode?: string; readonly platform?: string } = {},
): Promise<ApprovalPhone> {
  const token = base64url(entropy(32))
  const nonce = hex(entropy(16))
  const statement = ownStatement({ platform, wanted: inboxWish(token, userCode), nonce, at })
  const signature = crypto.sign('RSA-SHA256', holder.key, statement)
  const own = { certificate: holder.certificate, signature, nonce, at }
  await verifier.receiveApprovals({ ...own, token, ...(userCode && { userCode }) })
  const signed: ApprovalPhone['signed'] = (approval, code, by = holder, change = {}) => {
    const message = approvalMessage({ ...approval, code, ...change })
    const signature = crypto.sign('RSA-SHA256', by.key, message)
    const means = change.by && { by: change.by }
    return { token, requestId: approval.requestId, code, certificate: by.certificate, signature, ...means }
  }
  return {
    token,
    asked: async () => (await verifier.approvalsFor({ token })).approvals.filter(({ state }) => state === 'waiting'),
    signed,
    approve: (approval, code, by = holder, change = {}) => verifier.answerApproval(signed(approval, code, by, change)),
  }
}

/** By which J-LIS knows the platform of the tests. */
export const PLATFORM = 'kazasu-platform'
