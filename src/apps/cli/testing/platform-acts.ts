// What people and services do with the platform while it dies under them, each as they do in life: what was not answered is asked
// again, what is refused is begun again from the start. Each tells what must not be.

import * as oidc from 'openid-client'
import { systemEntropy } from '../../../adapters/random.ts'
import { utf8 } from '../../../base/bytes.ts'
import { sign } from '../../../base/crypto.ts'
import { Refusal } from '../../../base/refusal.ts'
import type { Verdict } from '../../../base/verdict.ts'
import { loginMessage } from '../../../protocol/login/login-message.ts'
import { draftOf } from '../../../roles/verifier/signatures/make.ts'
import { browser } from '../../../roles/verifier/testing/browser.ts'
import { ask, fetchTokens, MESSAGE } from '../../../roles/verifier/testing/http/approval-room.ts'
import { type Begun, dpopOf, exchange, pushed, type Service } from '../../../roles/verifier/testing/http/openid-room.ts'
import { type ApprovalPhone, approvalPhone } from '../../../roles/verifier/testing/phone.ts'
import { PLATFORM } from '../../../world/people.ts'
import type { Chance } from '../../../world/testing/chance.ts'
import { type Citizen, type PlatformWorld, Unanswered } from './platform-world.ts'
import { eventually } from './strikes.ts'

/** What one act found; all of them must be nothing. */
export interface Found {
  /** Told to somebody as done, and not there. */
  readonly lost: string[]
  /** Done twice: a code, an answer, a signature, an event. */
  readonly doubled: string[]
  readonly missed: string[]
  readonly outOfOrder: string[]
}

export const nothing = (): Found => ({ lost: [], doubled: [], missed: [], outOfOrder: [] })

/** How often something came to a clear end and was begun again. */
export interface Count {
  again: number
}

const TRIES = 12

/** Refused, and the person or the service begins anew. */
class Over extends Error {}

/** Asked again until somebody answers; an answer that is a no is one. */
export const again = <T>(act: () => Promise<T>): Promise<T> => eventually(act, unanswered)

function unanswered(error: unknown): boolean {
  if (error instanceof Over) return false
  if (error instanceof Refusal) return error.status >= 500 && error.code !== 'verifier/statusUnknown'
  for (let at = error; at instanceof Error; at = at.cause as Error) if (at instanceof Unanswered) return true
  return false
}

async function fromTheStart<T>(
  count: Count,
  found: Found,
  what: string,
  act: () => Promise<T>,
): Promise<T | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return await act()
    } catch (error) {
      if (!isNo(error)) throw error
      count.again += 1
    }
  }
  found.lost.push(`${what}: not done in ${TRIES} tries`)
  return undefined
}

const isNo = (error: unknown): boolean =>
  error instanceof Over ||
  error instanceof Refusal ||
  error instanceof oidc.ResponseBodyError ||
  error instanceof oidc.AuthorizationResponseError ||
  error instanceof oidc.ClientError

/** Until it could be checked; undefined where somebody has answered already. */
async function answered(
  answer: () => Promise<{ verdict: Verdict; release?: string | null }>,
  over: string,
): Promise<{ release?: string | null } | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const { verdict, release } = await again(answer)
      if (verdict.outcome === 'failed') throw new Over(`refused: ${over}`)
      if (verdict.outcome === 'passed') return release === undefined ? {} : { release }
    } catch (error) {
      if (error instanceof Refusal && error.code === over) return undefined
      throw error
    }
  }
  throw new Over('never checked')
}

export interface LogIn {
  readonly world: PlatformWorld
  readonly service: Service
  readonly citizen: Citizen
  readonly chance: Chance
  readonly found: Found
  readonly count: Count
}

/** The subject by which the service knows the person. */
export async function logIn(of: LogIn): Promise<string | undefined> {
  const { world, found, count } = of
  const approved: string[] = []
  const notes = await eventually(() => world.count('login_note', 'true'))
  const subject = await fromTheStart(count, found, 'login', () => oneLogin(of, approved))
  for (const loginId of approved)
    if ((await eventually(() => world.count('login', `login_id = '${loginId}' and state = 'approved'`))) !== 1)
      found.lost.push(`login ${loginId} was approved`)
  const made = (await eventually(() => world.count('login_note', 'true'))) - notes
  if (made !== approved.length) found.doubled.push(`${made} logins noted for ${approved.length}`)
  spentOnce(world, found)
  return subject
}

const spentOnce = ({ given }: PlatformWorld, found: Found) => {
  for (const [code, times] of given) if (times > 1) found.doubled.push(`tokens for ${code.slice(0, 6)}…`)
}

async function oneLogin({ world, service, citizen, chance }: LogIn, approved: string[]): Promise<string> {
  const { verifier, issuer } = world
  const dpop = await dpopOf(service)
  const begun: Begun = await again(() => pushed(service, {}, dpop))
  const own = browser(issuer, world.fetch)
  const { url } = await again(() => own.go(begun.location.href))
  const [, loginId, uid] = /\/login\/(\w+)\?uid=([\w-]+)/.exec(url) ?? []
  if (!loginId || !uid) throw new Over('no login screen')
  const login = await again(() => verifier.showLogin({ loginId }))
  const claim = chance.oneOf([true, false]) ? await scanned(world, loginId) : undefined
  const signature = sign('RSA-SHA256', citizen.auth.key, loginMessage(login))
  const { certificate } = citizen.auth
  const answer = () => verifier.answerLogin({ loginId, certificate, signature, ...(claim && { claim }) })
  const told = await answered(answer, 'verifier/loginAnswered')
  const { state } = await again(() => verifier.showLogin({ loginId }))
  // Its own answer, of which it was not told.
  if (told || state === 'approved') approved.push(loginId)
  const release = told?.release ? `?release=${told.release}` : ''
  const finish = await again(() => own.go(`${issuer}/interaction/${uid}/finish${release}`))
  if (!finish.url.startsWith(service.redirectUri)) throw new Over('not sent back')
  const tokens = await again(() => exchange(service, begun, new URL(finish.url), dpop))
  return tokens.claims()!.sub
}

async function scanned({ verifier }: PlatformWorld, loginId: string): Promise<string> {
  const { qr } = await again(() => verifier.loginQr({ loginId }))
  if (!qr) throw new Over('scanned already')
  return (await again(() => verifier.scanLogin({ qr }))).claim
}

const HOUR_MS = 3_600_000
const HOLD_MS = 100

export interface Approve extends LogIn {
  readonly subject: string
  readonly phone: ApprovalPhone
}

export const phoneOf = ({ verifier, now }: PlatformWorld, { auth }: Citizen): Promise<ApprovalPhone> =>
  approvalPhone(verifier, auth, systemEntropy, now(), { platform: PLATFORM.party })

/** Asked by CIBA, answered on the phone, fetched by the service. */
export async function approve(of: Approve): Promise<void> {
  const { world, found, count } = of
  // So that the pace begins anew.
  world.pass(2 * HOUR_MS)
  await fromTheStart(count, found, 'approval', () => oneApproval(of))
  spentOnce(world, found)
}

async function oneApproval({ world, service, subject, phone, found, count }: Approve): Promise<void> {
  const { verifier } = world
  const message = `${MESSAGE} ${count.again}`
  const begun = await again(() => ask(service, { login_hint: subject, binding_message: message })).catch((error) => {
    // Asked already, and the answer did not come: the service waits until that is over.
    world.pass(2 * HOUR_MS)
    throw error
  })
  const all = async () => (await again(() => verifier.approvalsFor({ token: phone.token }))).approvals
  const approval = (await all()).find(({ procedure, state }) => procedure === message && state === 'waiting')
  if (!approval) {
    found.lost.push('an approval that the service was told of')
    return
  }
  const signed = phone.signed(approval, begun.comparison_code)
  const told = await answered(() => verifier.answerApproval(signed), 'verifier/approvalOver')
  const after = (await all()).find(({ requestId }) => requestId === approval.requestId)
  if (told && after?.state !== 'approved') found.lost.push('an approval that the person was told of')
  if (after?.state !== 'approved') throw new Over('not approved')
  await fetched(service, begun.auth_req_id, subject, found)
}

async function fetched(service: Service, authReqId: string, subject: string, found: Found): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const tokens = await again(() => fetchTokens(service, authReqId))
      if (tokens.claims()?.sub !== subject) found.doubled.push('tokens for somebody else')
      return
    } catch (error) {
      const { error: code } = error as { error?: string }
      if (code !== 'slow_down') throw error
      await new Promise((resolve) => setTimeout(resolve, HOLD_MS))
    }
  }
  found.lost.push('tokens of an approval')
}

/** A document goes to its signer and back. */
export async function signDocument({ world, citizen, found, count }: Omit<LogIn, 'service'>): Promise<void> {
  await fromTheStart(count, found, 'signature', async () => {
    const { verifier } = world
    const asked = { clientId: 'bank', title: '申込書', format: 'CAdES' as const, level: 'B-LT' as const }
    const { requestId } = await again(() => verifier.askSignature({ ...asked, document: utf8('申込み') }))
    const { format, document } = await again(() => verifier.signatureRequest({ requestId }))
    const { certificate, key } = citizen.sign
    const signingTime = new Date(Math.floor(world.now().getTime() / 1000) * 1000)
    const { toBeSigned } = draftOf({ format, document, certificate, signingTime })
    const signature = sign('RSA-SHA256', key, toBeSigned)
    const told = await signedOnce(() => verifier.answerSignature({ requestId, certificate, signingTime, signature }))
    const { state, signed } = await again(() => verifier.signedDocument({ clientId: 'bank', requestId }))
    if (state !== 'signed' || !signed) {
      if (told) found.lost.push('a signature that the signer was told of')
      throw new Over('not signed')
    }
    if (told && told !== signed.reportId) found.doubled.push('two reports on one signature')
    if (signed.serial !== citizen.sign.serial) found.doubled.push('a signature of somebody else')
    const { report } = await again(() => verifier.report({ reportId: signed.reportId }))
    if (report.indication !== 'TOTAL-PASSED') found.lost.push(`a report: ${report.indication}`)
  })
}

/** The name of its report; undefined where it was answered already. */
async function signedOnce(answer: () => Promise<{ reportId: string }>): Promise<string | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return (await again(answer)).reportId
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === 'verifier/requestOver') return undefined
      if (code !== 'verifier/statusUnknown') throw error
    }
  }
  throw new Over('never checked')
}
