// Services by other authors, in other languages, log a person in for real: at the provider of the world that `npm start`
// boots, with a phone whose SIM signs after its PIN.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enrollableWorld } from '../../bench/enrolled-world.ts'
import { browser } from '../../src/roles/verifier/testing/browser.ts'
import { CITIZENS } from '../../src/world/people.ts'
import type { World } from '../../src/world/world.ts'
import { CLIENTS, logInWith } from './clients.ts'

let world: World
let issuer: string
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kazasu-openid-'))
  const made = await enrollableWorld()
  await made.enrol()
  world = made.world
  issuer = `${world.origin}/verifier`
})
afterAll(async () => {
  await world?.close()
  await rm(folder, { recursive: true })
})

/** A service with a key of its own, entered by the operator. */
async function registered(clientId: string, redirectUri: string, profile: 'openid' | 'fapi2') {
  const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', key.privateKey)
  const publicJwk = { kty: kty!, crv: crv!, x: x!, y: y! }
  await world.verifier.registerClient({ clientId, name: clientId, redirectUris: [redirectUri], publicJwk, profile })
  const keyFile = join(folder, `${clientId}.jwk`)
  await writeFile(keyFile, JSON.stringify({ ...publicJwk, d }))
  return { key, keyFile }
}

/** The person's browser goes to the provider, the phone approves, and the browser is sent back. */
async function atTheProvider(location: string): Promise<string> {
  const own = browser(issuer)
  const { url } = await own.go(location)
  const { pathname, searchParams } = new URL(url)
  const loginId = pathname.slice('/login/'.length)
  const { verdict, release } = await world.citizens.adult.phone.approveLogin({ loginId, pin: CITIZENS.adult.phonePin })
  expect(verdict.outcome).toBe('passed')
  return (await own.go(`${issuer}/interaction/${searchParams.get('uid')}/finish?release=${release}`)).url
}

const ACR = 'urn:kazasu:acr:phone-pin'

describe.each(Object.entries(CLIENTS))('%s', (name, { command, absent }) => {
  test.skipIf(absent)(`logs the holder of the phone in, twice as the same person (absent: ${absent})`, async () => {
    const clientId = `peer-${name.split(' ')[0]!.toLowerCase()}`
    const redirectUri = `https://${clientId}.example/callback`
    const { keyFile } = await registered(clientId, redirectUri, 'openid')
    const once = () => logInWith(command, { issuer, clientId, redirectUri, keyFile }, atTheProvider)
    const [first, second] = [await once(), await once()]
    expect(first).toMatchObject({ iss: issuer, aud: clientId, acr: ACR, userinfo_sub: first.sub })
    expect([second.sub, second.nonce === first.nonce]).toEqual([first.sub, false])
  })
})

test('openid-client logs in after the FAPI 2.0 Security Profile: pushed request, DPoP, private_key_jwt', async () => {
  const redirectUri = 'https://fapi-bank.example/callback'
  const { key } = await registered('fapi-bank', redirectUri, 'fapi2')
  const algorithms = { id_token_signed_response_alg: 'ES256' }
  const insecure = { execute: [oidc.allowInsecureRequests] }
  const auth = oidc.PrivateKeyJwt(key.privateKey)
  const configuration = await oidc.discovery(new URL(issuer), 'fapi-bank', algorithms, auth, insecure)
  const DPoP = oidc.getDPoPHandle(configuration, await oidc.randomDPoPKeyPair('ES256'))
  const [pkceCodeVerifier, expectedState, expectedNonce] = [
    oidc.randomPKCECodeVerifier(),
    oidc.randomState(),
    oidc.randomNonce(),
  ]
  const parameters = {
    redirect_uri: redirectUri,
    scope: 'openid',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  }
  const location = await oidc.buildAuthorizationUrlWithPAR(configuration, parameters, { DPoP })
  const callback = new URL(await atTheProvider(location.href))
  const expected = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  const tokens = await oidc.authorizationCodeGrant(configuration, callback, expected, undefined, { DPoP })
  expect([tokens.token_type, tokens.claims()?.acr]).toEqual(['dpop', ACR])
})
