// The person's answer on the phone. Approved only with the number that was spoken and when every check of the signature
// passed; a wrong number ends the request. One answer counts: the database decides which was first.

import { utf8 } from '../../../base/bytes.ts'
import { equalSecret, publicKey, verify } from '../../../base/crypto.ts'
import { type Check, joined, judge } from '../../../base/verdict.ts'
import type { Certificate } from '../../../codec/x509.ts'
import { type ApprovalStatement, approvalMessage } from '../../../protocol/login/approval-message.ts'
import { KEY_SIZE, meansOf } from '../answer-login.ts'
import { checkCertificate, online } from '../certificate-checks.ts'
import type { Verifier } from '../contract.ts'
import { keptFor } from '../kept-status/kept-status.ts'
import { allows, type Deps } from '../model.ts'
import { pairwiseSubject } from '../pairwise.ts'
import { personOf } from '../person.ts'
import { no } from '../refusals.ts'
import { noteVerdict } from '../services/activity.ts'
import { ownApproval } from './inbox.ts'
import { APPROVAL_LIFE, approvalState } from './model.ts'
import { pingDue } from './notify.ts'
import type { Answer } from './store.ts'
import type { ReadApproval } from './words.ts'

interface Answered {
  readonly approval: ReadApproval
  readonly certificate: Certificate
}

const signed = (signature: Uint8Array, by: ApprovalStatement['by']): Check<Answered> => ({
  name: 'this request, with the number that was chosen, was signed by the key of the certificate',
  cite: 'RFC 8017 §8.2.2',
  test: ({ approval, certificate }) => {
    const key = publicKey(certificate.subjectPublicKeyInfo)
    return verify('RSA-SHA256', key, approvalMessage({ ...approval, by }), signature)
      ? ['passed', `request ${approval.requestId} of ${approval.clientId}`]
      : ['failed', 'another statement, another key or no signature at all']
  },
})

async function waiting(deps: Deps, token: string, requestId: string): Promise<ReadApproval> {
  const approval = await ownApproval(deps, token, requestId)
  if (approvalState(approval, deps.clock()) !== 'waiting') throw no.approvalOver()
  return approval
}

export const answerApproval =
  (deps: Deps): Verifier['answerApproval'] =>
  async ({ token, requestId, code, certificate: encoded, signature, by }) => {
    const approval = await waiting(deps, token, requestId)
    if (!equalSecret(utf8(code), utf8(approval.code))) {
      await end(deps, approval, { state: APPROVAL_LIFE.waiting.refuse })
      throw no.otherNumber()
    }
    const begun = performance.now()
    const client = await deps.store.client(approval.clientId)
    const checked = await checkCertificate(online(deps, keptFor(deps, client)), encoded, 'auth')
    const { verdict, certificate, profile, path, statusAt } = checked
    const acr = profile && meansOf(profile, by)
    if (acr && !allows(approval, acr)) throw no.otherMeans()
    const own = [KEY_SIZE, signed(signature, by)]
    const all = certificate ? joined(verdict, judge(own, { approval, certificate })) : verdict
    const tookMs = Math.round(performance.now() - begun)
    await noteVerdict(deps, { clientId: approval.clientId, what: 'approval', verdict: all, certificate, path, tookMs })
    if (all.outcome === 'failed') await end(deps, approval, { state: APPROVAL_LIFE.waiting.refuse })
    if (all.outcome === 'passed' && certificate && acr) {
      if ((await personOf(deps, certificate)) !== approval.personId) throw no.notTheirs()
      if (!client) throw no.unknownClient()
      const subject = await pairwiseSubject(deps.keys, client, approval.personId)
      const { serialNumber: serial } = certificate
      await end(deps, approval, {
        state: APPROVAL_LIFE.waiting.approve,
        acr,
        serial,
        subject,
        ...(statusAt && { statusAt }),
      })
    }
    return { verdict: all }
  }

export const declineApproval =
  (deps: Deps): Verifier['declineApproval'] =>
  async ({ token, requestId, unexpected }) => {
    const approval = await waiting(deps, token, requestId)
    await end(deps, approval, { state: APPROVAL_LIFE.waiting.decline, unexpected })
    return {}
  }

async function end(deps: Deps, approval: ReadApproval, answer: Answer) {
  const { approvals } = deps.store
  const { requestId, clientId } = approval
  const ping = approval.ping !== null
  if (!(await approvals.answerApproval(approval, { ...answer, ping }, deps.clock()))) throw no.approvalOver()
  const { state, unexpected = false } = answer
  deps.log('verifier.approval-ended', { requestId, clientId, state, unexpected })
  if (!ping) return
  // What fails now is tried again; the answer itself is kept.
  await pingDue(deps).catch((error: Error) => deps.log('verifier.ping-failed', { error: error.name }))
}
