// The My Number Card by TLS: over real sockets, with the card's certificate and key in the client's hands, as a browser has
// them through its PKCS#11 module. And tokens bound to the certificate of a client. RFC 8446 §4.4.3; RFC 8705 §3.

import type { IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import * as oidc from 'openid-client'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { tlsIdentity } from '../../../adapters/tls-identity.ts'
import type { Holder } from '../testing/authority.ts'
import { fetchTokens, person, signedRequest } from '../testing/http/approval-room.ts'
import {
  approved,
  back,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  pushed,
  type Service,
  type Waiting,
  waiting,
} from '../testing/http/openid-room.ts'
import { type CardDoor, cardDoor } from './http/card-door.ts'

let room: OpenIdRoom
let shop: Service
let door: CardDoor

beforeAll(async () => {
  room = await openIdRoom()
  shop = await room.service('shop')
  const tls = await tlsIdentity(room.deps, 'verifier', 'localhost')
  door = await cardDoor({ ...room.deps, openId: room.server.openId, tls, host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  door.close()
  await room.close()
})
afterEach(() => {
  room.authority.responder = 'works'
})

interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Ask {
  readonly holder?: Pick<Holder, 'certificate' | 'key'>
  readonly headers?: Record<string, string>
  readonly body?: string
}

const at = (path: string, { holder, headers = {}, body }: Ask): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const own = holder && { cert: pem(holder.certificate), key: holder.key.export({ type: 'pkcs8', format: 'pem' }) }
    const whom = { host: '127.0.0.1', port: door.port, path, method: body ? 'POST' : 'GET', rejectUnauthorized: false }
    const options = { ...whom, headers, ...own }
    const sent = httpsRequest({ ...options, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }))
    })
    sent.on('error', reject).end(body)
  })

const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`

const cookieOf = ({ browser }: Waiting) =>
  [...browser.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')

const showCard = (login: Waiting, holder?: Holder, cookie = cookieOf(login)) =>
  at(`/verifier/interaction/${login.uid}/card`, { headers: { cookie }, ...(holder && { holder }) })

test('who shows the card’s certificate in TLS is logged in with it, at the service whose page was open', async () => {
  const begun = await plain(shop, { acr_values: 'urn:kazasu:acr:card-pin' })
  const login = await waiting(room, begun.location)
  const { status, headers } = await showCard(login, room.card)
  expect([status, headers.location]).toEqual([303, `${room.server.issuer}/interaction/${login.uid}/finish`])
  const byCard = (await exchange(shop, begun, await back(room, login))).claims()
  expect(byCard?.acr).toBe('urn:kazasu:acr:card-pin')
  // The same person as with the phone.
  const again = await plain(shop)
  expect((await exchange(shop, again, await approved(room, again.location))).claims()?.sub).toBe(byCard?.sub)
})

test('the phone held over the reader is the phone, whatever door it comes by, and no card', async () => {
  const begun = await plain(shop)
  const login = await waiting(room, begun.location)
  expect((await showCard(login, room.phone)).status).toBe(303)
  const claims = (await exchange(shop, begun, await back(room, login))).claims()
  expect(claims).toMatchObject({ acr: 'urn:kazasu:acr:phone-pin', amr: ['hwk', 'pin', 'mfa'] })
  const byCard = await waiting(room, (await plain(shop, { acr_values: 'urn:kazasu:acr:card-pin' })).location)
  expect((await showCard(byCard, room.phone)).status).toBe(409)
  expect((await room.verifier.showLogin({ loginId: byCard.loginId })).state).toBe('waiting')
})

test('what a service asks to be told is not given by TLS: its handshake signs nothing of it', async () => {
  const claims = { name: { essential: true, purpose: '口座の名義を確かめるため' } }
  const asked = JSON.stringify({ userinfo: { verified_claims: { verification: { trust_framework: null }, claims } } })
  const begun = await plain(shop, { claims: asked })
  const login = await waiting(room, begun.location)
  await showCard(login, room.card)
  const tokens = await exchange(shop, begun, await back(room, login))
  const { sub } = tokens.claims()!
  expect(await oidc.fetchUserInfo(shop.configuration, tokens.access_token, sub)).toEqual({ sub })
})

test('without a certificate the login goes on waiting, and so it does while the authority is away', async () => {
  const login = await waiting(room, (await plain(shop)).location)
  expect((await showCard(login)).status).toBe(303)
  room.authority.responder = 'down'
  await showCard(login, room.card)
  expect((await room.verifier.showLogin({ loginId: login.loginId })).state).toBe('waiting')
  room.authority.responder = 'works'
  await showCard(login, room.card)
  expect((await room.verifier.showLogin({ loginId: login.loginId })).state).toBe('approved')
})

test('another browser cannot show its card for this login: nobody is logged in by a stranger’s page', async () => {
  const [login, own] = [
    await waiting(room, (await plain(shop)).location),
    await waiting(room, (await plain(shop)).location),
  ]
  expect((await showCard(login, room.card, cookieOf(own))).status).toBe(400)
  expect((await showCard(login, room.card, '')).status).toBe(400)
  expect((await room.verifier.showLogin({ loginId: login.loginId })).state).toBe('waiting')
})

test('a revoked card and a certificate for signatures are refused', async () => {
  const lost = room.authority.issue('auth')
  room.authority.revoke(lost.serial)
  for (const holder of [lost, room.authority.issue('sign')]) {
    const login = await waiting(room, (await plain(shop)).location)
    await showCard(login, holder)
    expect((await back(room, login)).searchParams.get('error')).toBe('access_denied')
  }
})

test('RFC 8705 §3: a token goes to the certificate that asked for it, and is nothing with another or without', async () => {
  const clinic = await room.service('clinic', { profile: 'fapi2', tokensBoundBy: 'mtls' })
  const begun = await pushed(clinic)
  const callback = await approved(room, begun.location)
  byTls(clinic, room.phone)
  const { access_token } = await exchange(clinic, begun, callback)
  expect(await whoMayUse(access_token)).toEqual([200, 401, 401])
})

test('RFC 8705 §3: after a login by the card at this door, userinfo tells the certificate of the service who it was, and no other', async () => {
  const pharmacy = await room.service('pharmacy', { profile: 'fapi2', tokensBoundBy: 'mtls' })
  const begun = await pushed(pharmacy, { acr_values: 'urn:kazasu:acr:card-pin' })
  const login = await waiting(room, begun.location)
  expect((await showCard(login, room.card)).status).toBe(303)
  const callback = await back(room, login)
  const [own, other] = [room.authority.issue('auth'), room.authority.issue('auth')]
  byTls(pharmacy, own)
  const tokens = await exchange(pharmacy, begun, callback)
  const me = (holder?: Holder) =>
    at('/verifier/me', {
      headers: { authorization: `Bearer ${tokens.access_token}` },
      ...(holder && { holder }),
    })
  const { status, body } = await me(own)
  expect([status, JSON.parse(body)]).toEqual([200, { sub: tokens.claims()!.sub }])
  // Neither another certificate, nor the person's own card, nor none.
  for (const holder of [other, room.card, undefined]) {
    const { status, headers, body } = await me(holder)
    expect([status, JSON.parse(body).error]).toEqual([401, 'invalid_token'])
    expect(headers['www-authenticate']).toContain('error="invalid_token"')
  }
  expect((await me(own)).status).toBe(200)
})

test('EnsureMTLSHolderOfKeyRequired: at CIBA too a token is given to a certificate, and to nobody without', async () => {
  const sector = 'clinic.example'
  const web = await room.service('clinic-web', { sector })
  const one = await person(room, web)
  const mtls = { profile: 'fapi2', tokensBoundBy: 'mtls', sector, ciba: {} } as const
  const service = await room.service('clinic-line', mtls)
  const request = await signedRequest(room, service, { login_hint: one.subject })
  const begun = await oidc.initiateBackchannelAuthentication(service.configuration, { request })
  const [approval] = await one.phone.asked()
  await one.phone.approve(approval!, String(begun.comparison_code))
  await expect(fetchTokens(service, begun.auth_req_id)).rejects.toMatchObject({ error: 'invalid_grant' })
  byTls(service, room.phone)
  const { access_token } = await fetchTokens(service, begun.auth_req_id)
  expect(await whoMayUse(access_token)).toEqual([200, 401, 401])
})

/** The service asks for tokens over a connection with this certificate. */
function byTls({ configuration }: Service, holder: Holder): void {
  configuration[oidc.customFetch] = (async (_url: string, init: RequestInit) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answered = await at('/verifier/token', { holder, headers, body: String(init.body) })
    return new Response(answered.body, { status: answered.status, headers: { 'content-type': 'application/json' } })
  }) as never
}

/** With the certificate of the phone, that of the card, and none. */
async function whoMayUse(access_token: string): Promise<number[]> {
  const headers = { authorization: `Bearer ${access_token}` }
  const by = async (holder?: Holder) => (await at('/verifier/me', { headers, ...(holder && { holder }) })).status
  return Promise.all([by(room.phone), by(room.card), by()])
}
