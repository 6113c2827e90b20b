// A login from a screen to the phone that is held to it: a code that turns every second, read once, by one phone, which
// alone may answer then. Its key never leaves the keeper. Ours: docs/profile.md#login-on-another-device.

import { base64url, hex, utf8 } from '../../base/bytes.ts'
import { equalSecret, hmacSha256 } from '../../base/crypto.ts'
import type { KeyStore } from '../../base/ports.ts'
import type { Verifier } from './contract.ts'
import { waitingLogin } from './end-login.ts'
import type { Deps, LoginRecord } from './model.ts'
import { no } from './refusals.ts'
import { kept } from './told-words.ts'

/** Long enough for a camera; too short to be sent to somebody as a picture. */
const QR_SECONDS = 10

const FORM = /^kazasu:login:([0-9a-f]{32})\.([0-9]{1,12})\.([\w-]{22})$/

async function proof(keys: KeyStore, loginId: string, second: string): Promise<string> {
  const key = await keys.secret('verifier-login-qr', 32)
  return base64url(hmacSha256(key, utf8(`kazasu login qr 1\n${loginId}\n${second}`)).subarray(0, 16))
}

const secondOf = (at: Date): number => Math.floor(at.getTime() / 1000)

export const loginQr =
  ({ store, clock, keys }: Pick<Deps, 'store' | 'clock' | 'keys'>): Verifier['loginQr'] =>
  async ({ loginId }) => {
    const login = await store.login(loginId)
    if (!login) throw no.unknownLogin()
    const now = clock()
    if (login.recorded !== 'waiting' || login.claim !== null || now >= login.expiresAt) return { qr: null }
    const second = String(secondOf(now))
    return { qr: `kazasu:login:${loginId}.${second}.${await proof(keys, loginId, second)}` }
  }

type Scanning = Pick<Deps, 'store' | 'clock' | 'entropy' | 'keys' | 'log'>

export const scanLogin =
  (deps: Scanning): Verifier['scanLogin'] =>
  async ({ qr }) => {
    const { loginId } = await loginOfCode(deps, qr)
    return { loginId, claim: await claimed(deps, loginId) }
  }

/** The login that waits behind a code of this moment. */
export async function loginOfCode(deps: Scanning, qr: string): Promise<LoginRecord> {
  const [, loginId = '', second = '', shown = ''] = FORM.exec(qr) ?? []
  if (!loginId || !equalSecret(utf8(shown), utf8(await proof(deps.keys, loginId, second)))) throw no.notThisQr()
  const age = secondOf(deps.clock()) - Number(second)
  if (age < 0 || age > QR_SECONDS) throw no.qrOld()
  return waitingLogin(deps, loginId)
}

/** The word with which whoever read the code answers, alone; `readerId` where that is a reader of the service. */
export async function claimed(
  { store, clock, entropy, log }: Scanning,
  loginId: string,
  readerId: string | null = null,
) {
  const claim = hex(entropy(16))
  if (!(await store.claimLogin(loginId, { claim: kept(claim), readerId }, clock()))) throw no.qrUsed()
  log('verifier.login-scanned', { loginId, ...(readerId && { readerId }) })
  return claim
}
