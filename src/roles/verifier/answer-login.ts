// The phone's answer: certificate and signature over what the person saw. Approved only when every check passed.
// A failed answer ends the login; one that could not be checked leaves it waiting. Ours: docs/profile.md#login.

import { hex, utf8 } from '../../base/bytes.ts'
import { equalSecret, hmacSha256, keySize, publicKey, verify } from '../../base/crypto.ts'
import { type Check, joined, judge, type Verdict, verdict } from '../../base/verdict.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { type LoginStatement, loginMessage } from '../../protocol/login/login-message.ts'
import { checkCertificate, online } from './certificate-checks.ts'
import type { Client, Verifier } from './contract.ts'
import { answering, endLogin, waitingLogin } from './end-login.ts'
import { keptFor } from './kept-status/kept-status.ts'
import type { Approval } from './logins/store.ts'
import { assume } from './mandates/acting.ts'
import { ACR, allows, type Deps, type LoginRecord } from './model.ts'
import { pairwiseSubject } from './pairwise.ts'
import { personOf } from './person.ts'
import { no } from './refusals.ts'
import { noteVerdict } from './services/activity.ts'
import { kept } from './told-words.ts'

interface Answer {
  readonly login: LoginRecord
  readonly certificate: Certificate
}

export const KEY_SIZE: Check<Pick<Answer, 'certificate'>> = {
  name: 'key is RSA of 2,048 bits or more',
  cite: 'observed: 公的個人認証法施行規則, article 2',
  test: ({ certificate }) => {
    const bits = keySize(publicKey(certificate.subjectPublicKeyInfo))
    return [bits >= 2048 ? 'passed' : 'failed', `${bits} bits`]
  },
}

/** What shows that the holder of the certificate's key answers this login. */
export type Possession = Check<Answer>

interface Said extends Pick<LoginStatement, 'by' | 'mandateId'> {
  readonly given: readonly string[]
}

const signed = (signature: Uint8Array, { given, ...how }: Said): Possession => ({
  name: 'this login was signed by the key of the certificate',
  cite: 'RFC 8017 §8.2.2',
  test: ({ login, certificate }) => {
    const key = publicKey(certificate.subjectPublicKeyInfo)
    return verify('RSA-SHA256', key, loginMessage({ ...login, ...how }, given), signature)
      ? ['passed', `login ${login.loginId} at ${login.origin}`]
      : ['failed', 'another statement, another key or no signature at all']
  },
})

export const answerLogin =
  (deps: AnsweringDeps): Verifier['answerLogin'] =>
  async ({ loginId, certificate, signature, claim, given = [], ageProof, mandateId, by }) => {
    const release = claim === undefined ? await releaseOf(deps, loginId, certificate) : null
    const possession = signed(signature, { given, mandateId, by })
    try {
      const login = answering(await waitingLogin(deps, loginId), claim)
      if (login.readerId !== null) throw no.otherPhone()
      mustBeWhatIsAsked(login, given)
      // What may be told of a person is that person's own to give.
      if (mandateId !== undefined && given.length > 0) throw no.otherClaims()
      const how = { release, given: [...new Set(given)], ageProof: ageProof ?? null, mandateId, by }
      const told = await answered(deps, login, certificate, possession, how)
      return { ...told, release: told.verdict.outcome === 'passed' ? release : null }
    } catch (error) {
      if (release !== null && (await counted(deps, loginId, { certificate, possession, release })))
        return { verdict: COUNTED, release }
      throw error
    }
  }

/** Nothing that the service did not ask for, and all that it cannot do without: else the person declines. */
function mustBeWhatIsAsked({ asked }: LoginRecord, given: readonly string[]): void {
  const known = given.every((claim) => asked.some((one) => one.claim === claim))
  if (!known || !asked.every(({ essential, claim }) => !essential || given.includes(claim))) throw no.otherClaims()
}

/**
 * The browser of the phone's own device goes on with this word, which whoever sent a link to the phone does not learn. For one
 * login and one certificate it is the same, so that a phone that was never told answers again and is told.
 */
async function releaseOf({ keys }: AnsweringDeps, loginId: string, certificate: Uint8Array): Promise<string> {
  const secret = await keys.secret('verifier-login-releases', 32)
  return hex(hmacSha256(secret, utf8(`${loginId} ${hex(certificate)}`)).subarray(0, 16))
}

interface Repeated {
  readonly certificate: Uint8Array
  readonly possession: Possession
  readonly release: string
}

/** Whether the login was approved with this certificate, whose key answers once more; while its time lasts. */
async function counted({ store, clock }: AnsweringDeps, loginId: string, repeated: Repeated): Promise<boolean> {
  const login = await store.login(loginId)
  if (login?.recorded !== 'approved' || login.release === null || clock() >= login.expiresAt) return false
  if (!equalSecret(utf8(login.release), utf8(kept(repeated.release)))) return false
  const certificate = decodeCertificate(repeated.certificate)
  return judge([repeated.possession], { login, certificate }).outcome === 'passed'
}

const COUNTED = verdict([
  {
    name: 'this answer has been counted',
    cite: 'ours: docs/profile.md#login-on-another-device',
    outcome: 'passed',
    evidence: 'approved with this certificate before',
  },
])

export type AnsweringDeps = Pick<Deps, 'store' | 'clock' | 'entropy' | 'authority' | 'keys' | 'log'>

function wayOf({ claim }: LoginRecord, release: string | null): Approval['way'] {
  if (claim !== null) return 'other-device'
  return release === null ? 'card-reader' : 'same-device'
}

/** What comes with an answer: for the browser to go on with, for the service to be told, and for whom the person acts. */
interface Told extends Pick<LoginRecord, 'release' | 'given' | 'ageProof'>, Pick<LoginStatement, 'mandateId'> {
  /** `touch`: held to a reader, and no PIN. */
  readonly by: LoginStatement['by'] | 'touch'
  readonly way: Approval['way']
}

/** A card knows no finger: its PIN is entered where it lies. Without a PIN it is no login: who finds it would be its holder. */
export function meansOf(profile: string, by: Told['by']): string {
  if (by === undefined) return ACR[profile === 'phoneAuth' ? 'phone' : 'card']
  if (profile !== 'phoneAuth') throw by === 'touch' ? no.cardWithoutPin() : no.otherMeans()
  return ACR[by === 'touch' ? 'pinless' : by]
}

/** The verdict over an answer, and what follows from it for the login. */
export async function answered(
  deps: AnsweringDeps,
  login: LoginRecord,
  encoded: Uint8Array,
  possession: Possession,
  { release = null, given = [], ageProof = null, mandateId, by, way = wayOf(login, release) }: Partial<Told> = {},
): Promise<{ verdict: Verdict }> {
  const begun = performance.now()
  const client = await deps.store.client(login.clientId)
  const checked = await checkCertificate(online(deps, keptFor(deps, client)), encoded, 'auth')
  const { verdict: own, certificate, profile, path, statusAt = null } = checked
  const acr = profile && meansOf(profile, by)
  if (acr && !allows(login, acr)) throw no.otherMeans()
  const all = certificate ? joined(own, judge([KEY_SIZE, possession], { login, certificate })) : own
  const tookMs = Math.round(performance.now() - begun)
  await noteVerdict(deps, { clientId: login.clientId, what: 'login', verdict: all, certificate, path, tookMs, given })
  if (all.outcome === 'failed') await endLogin(deps, login, 'refuse')
  if (all.outcome === 'passed' && certificate && acr)
    await endLogin(deps, login, 'approve', {
      ...(await approval(deps, client, login.loginId, certificate, mandateId)),
      ...{ acr, serial: certificate.serialNumber, way },
      ...{ release: release && kept(release), given, ageProof, statusAt },
    })
  return { verdict: all }
}

/** Who has logged in at the service; or by which mandate, and for whom. */
async function approval(
  deps: AnsweringDeps,
  client: Client | undefined,
  loginId: string,
  certificate: Certificate,
  mandateId?: string,
) {
  const personId = await personOf(deps, certificate)
  if (!client) throw no.unknownClient()
  if (mandateId === undefined) return { personId, subject: await pairwiseSubject(deps.keys, client, personId) }
  const of = { mandateId, loginId, serial: certificate.serialNumber, delegate: personId }
  const assumed = await assume(deps, client, of)
  return { personId: assumed.account, assumed }
}
