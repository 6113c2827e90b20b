// A login from a screen to the phone that is held to it: a code that turns every second, read once, by one phone, which
// alone may answer then. Its key never leaves the keeper. Ours: docs/profile.md#login-on-another-device.

import { base64url, hex, utf8 } from '../../base/bytes.ts'
import { equalSecret, hmacSha256 } from '../../base/crypto.ts'
import type { KeyStore } from '../../base/ports.ts'
import type { Verifier } from './contract.ts'
import { waitingLogin } from './end-login.ts'
import type { Deps } from './model.ts'
import { no } from './refusals.ts'
import { kept } from './told-words.ts'

/** Long enough for a camera; too short to be sent to somebody as a picture. */
export const QR_SECONDS = 10

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

export const scanLogin =
  (deps: Pick<Deps, 'store' | 'clock' | 'entropy' | 'keys' | 'log'>): Verifier['scanLogin'] =>
  async ({ qr }) => {
    const { store, clock, entropy, keys, log } = deps
    const [, loginId = '', second = '', shown = ''] = FORM.exec(qr) ?? []
    if (!loginId || !equalSecret(utf8(shown), utf8(await proof(keys, loginId, second)))) throw no.notThisQr()
    const age = secondOf(clock()) - Number(second)
    if (age < 0 || age > QR_SECONDS) throw no.qrOld()
    await waitingLogin(deps, loginId)
    const claim = hex(entropy(16))
    if (!(await store.claimLogin(loginId, kept(claim), clock()))) throw no.qrUsed()
    log('verifier.login-scanned', { loginId })
    return { loginId, claim }
  }
