// Seed 0 高橋②: a service asks a person who is not at its screen. CIBA Core 1.0 and FAPI-CIBA, by the names of the conformance
// plan (they begin with FAPICIBAID1), with openid-client as the service.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outside } from '../../../adapters/http/index.ts'
import { ACR } from '../model.ts'
import {
  ask,
  asked,
  fetchTokens,
  MESSAGE,
  type Person,
  person,
  rsaKey,
  signedRequest,
} from '../testing/http/approval-room.ts'
import { clientOf, dpopOf, type OpenIdRoom, openIdRoom, type Service } from '../testing/http/openid-room.ts'

let room: OpenIdRoom
let bank: Service
let fapi: Service
let customer: Person
let fapiCustomer: Person
const toInside = outside({ loopback: true })

beforeAll(async () => {
  room = await openIdRoom(undefined, { ping: toInside })
  bank = await room.service('bank', { ciba: {} })
  customer = await person(room, bank)
  // FAPI logins are pushed requests: the room knows the person by another service of the same organisation.
  const sector = 'fapi.example'
  const web = await room.service('fapi-web', { sector, redirectUris: ['https://fapi-web.example/callback'] })
  fapi = await room.service('fapi', { ciba: {}, profile: 'fapi2', sector })
  fapiCustomer = await person(room, web)
})
afterAll(async () => {
  toInside.close()
  await room.close()
})

const refused = (error: string) => expect.objectContaining({ error })

const signed = (service: Service, change = {}, key = service.key, alg = 'ES256') =>
  signedRequest(room, service, { login_hint: fapiCustomer.subject, ...change }, key, alg)

const send = (service: Service, request: string) =>
  oidc.initiateBackchannelAuthentication(service.configuration, { request }) as ReturnType<typeof ask>

/** So that nobody waits for an answer, and the pace begins anew. */
async function later(): Promise<void> {
  room.time.ahead += 26 * 3_600_000
}

test('DiscoveryEndpointVerification: CIBA is announced, poll and ping, signed by algorithms of FAPI', () => {
  expect(bank.configuration.serverMetadata()).toMatchObject({
    backchannel_authentication_endpoint: `${room.server.issuer}/backchannel`,
    backchannel_token_delivery_modes_supported: ['poll', 'ping'],
    backchannel_authentication_request_signing_alg_values_supported: ['ES256', 'PS256'],
    backchannel_user_code_parameter_supported: true,
    grant_types_supported: expect.arrayContaining(['urn:openid:params:grant-type:ciba']),
  })
})

/** The `auth_req_id` of the one that is approved first; the records know its digest only. */
let approvedRequest = ''

test('MultipleCallToTokenEndpoint, poll: asked, chosen, signed; the tokens are those of any login', async () => {
  const request_context = JSON.stringify({ channel: 'telephone', caller: 'person' })
  const { begun, approval } = await asked(bank, customer, { request_context, nonce: 'n-1' })
  approvedRequest = begun.auth_req_id
  expect(begun).toMatchObject({ expires_in: 120, interval: 2, comparison_code: expect.stringMatching(/^\d\d$/) })
  for (let i = 0; i < 3; i++)
    await expect(fetchTokens(bank, begun.auth_req_id)).rejects.toEqual(refused('authorization_pending'))
  expect(approval).toMatchObject({ clientName: 'bank', procedure: MESSAGE, channel: 'telephone', caller: 'person' })
  expect(new Set(approval.choices).size).toBe(6)
  expect(approval.choices).toContain(begun.comparison_code)
  expect(JSON.stringify(approval)).not.toContain(begun.auth_req_id)
  expect((await customer.phone.approve(approval, begun.comparison_code)).verdict.outcome).toBe('passed')
  const tokens = await oidc.pollBackchannelAuthenticationGrant(bank.configuration, begun)
  expect(tokens.claims()).toMatchObject({ sub: customer.subject, acr: ACR.phone, aud: 'bank', iss: room.server.issuer })
  expect(tokens.expires_in).toBe(300)
})

test('the outcome of the procedure comes back to the phone, once, from the service that asked', async () => {
  const { approvals } = await room.verifier.approvalsFor({ token: customer.phone.token })
  expect(approvals[0]).toMatchObject({ state: 'approved', choices: [], result: null })
  const auth_req_id = approvedRequest
  const report = async (service: Service, body: object, scope = 'approval.outcome') => {
    const { access_token } = await oidc.clientCredentialsGrant(service.configuration, { scope })
    const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await fetch(`${room.server.issuer}/approval/outcome`, init)).status
  }
  const outcome = { auth_req_id, outcome: 'completed', text: '電話番号を変えました' }
  const other = await room.service('other')
  expect(await report(other, outcome)).toBe(409)
  expect(await report(bank, outcome, 'ssf.read')).toBe(403)
  expect(await report(bank, { ...outcome, text: 'line\nline' })).toBe(400)
  expect(await report(bank, { ...outcome, outcome: 'perhaps' })).toBe(400)
  expect(await report(bank, outcome)).toBe(204)
  expect(await report(bank, { ...outcome, outcome: 'failed' })).toBe(409)
  const [shown] = (await room.verifier.approvalsFor({ token: customer.phone.token })).approvals
  expect(shown!.result).toEqual({ outcome: 'completed', text: '電話番号を変えました' })
})

test('id_token_hint names the person too; EnsureAuthorizationRequestWithMultipleHintsFails; no hint, a hint token: refused', async () => {
  const begun = await ask(bank, { id_token_hint: customer.idToken })
  const [approval] = await customer.phone.asked()
  await customer.phone.approve(approval!, begun.comparison_code)
  expect((await fetchTokens(bank, begun.auth_req_id)).claims()!.sub).toBe(customer.subject)
  const two = { id_token_hint: customer.idToken, login_hint: customer.subject }
  for (const hints of [two, {}, { login_hint_token: 'x' }, { id_token_hint: 'x.y.z' }] as Record<string, string>[])
    await expect(ask(bank, hints)).rejects.toEqual(refused('invalid_request'))
})

test('EnsureAuthorizationRequestWithPotentiallyBadBindingMessage: none, too long, of two lines, with an address or a telephone number', async () => {
  const bad = [
    '',
    '字'.repeat(101),
    'a\nb',
    '右\u202eから',
    'https://x.example',
    'www.x.example',
    '電話 03-1234-5678 へ',
    '電話 ０３－１２３４－５６７８ へ',
    '090.1234.5678',
    'see x.example',
  ]
  for (const binding_message of bad)
    await expect(ask(bank, { login_hint: customer.subject, binding_message })).rejects.toEqual(
      refused('invalid_binding_message'),
    )
  expect(await customer.phone.asked()).toEqual([])
})

test('UserRejects: the service hears access_denied, and no token is to be had', async () => {
  const { begun, approval } = await asked(bank, customer)
  const { token } = customer.phone
  await room.verifier.declineApproval({ token, requestId: approval.requestId, unexpected: false })
  await expect(fetchTokens(bank, begun.auth_req_id)).rejects.toEqual(refused('access_denied'))
  await expect(customer.phone.approve(approval, begun.comparison_code)).rejects.toMatchObject({
    code: 'verifier/approvalOver',
  })
})

test('AuthReqIdExpired, EnsureRequestedExpiryAsString: over when the service said, and never more than five minutes', async () => {
  await later()
  const { begun, approval } = await asked(bank, customer, { requested_expiry: '30' })
  expect(begun.expires_in).toBe(30)
  room.time.ahead += 31_000
  await expect(customer.phone.approve(approval, begun.comparison_code)).rejects.toMatchObject({
    code: 'verifier/approvalOver',
  })
  expect((await ask(bank, { login_hint: customer.subject, requested_expiry: '9999' })).expires_in).toBe(300)
  for (const requested_expiry of ['0', '-1', 'x'])
    await expect(ask(bank, { login_hint: customer.subject, requested_expiry })).rejects.toEqual(
      refused('invalid_request'),
    )
  await later()
})

test('EnsureWrongAuthenticationRequestId, EnsureWrongClientId, EnsureWithoutClientAssertion', async () => {
  await expect(fetchTokens(bank, 'x'.repeat(43))).rejects.toEqual(refused('invalid_grant'))
  const stranger = clientOf(bank, 'nobody', bank.key.privateKey)
  await expect(ask({ configuration: stranger }, { login_hint: 'x' })).rejects.toEqual(refused('invalid_client'))
  const body = new URLSearchParams({ client_id: 'bank', scope: 'openid', login_hint: 'x', binding_message: 'x' })
  expect((await fetch(`${room.server.issuer}/backchannel`, { method: 'POST', body })).status).toBe(401)
  expect(Object.keys(await ask(bank, { login_hint: 'x\0' }))).toContain('auth_req_id')
  const plain = await room.service('plain')
  await expect(ask(plain, { login_hint: 'x' })).rejects.toEqual(refused('invalid_request'))
})

test('FAPI-CIBA: a signed request, a bound token; EnsureBackchannelAuthorizationRequestWithoutRequestFails', async () => {
  await expect(ask(fapi, { login_hint: fapiCustomer.subject })).rejects.toEqual(refused('invalid_request'))
  const request = await signed(fapi)
  const begun = await send(fapi, request)
  const [approval] = await fapiCustomer.phone.asked()
  await fapiCustomer.phone.approve(approval!, begun.comparison_code)
  await expect(fetchTokens(fapi, begun.auth_req_id)).rejects.toEqual(refused('invalid_grant'))
  const tokens = await fetchTokens(fapi, begun.auth_req_id, await dpopOf(fapi))
  expect(tokens).toMatchObject({ token_type: 'dpop' })
  expect(tokens.claims()!.sub).toBe(fapiCustomer.subject)
  await expect(send(fapi, request)).rejects.toEqual(refused('invalid_request'))
})

type Change = readonly [module: string, change: () => Record<string, unknown>]
const minutes = (count: number) => Math.floor(Date.now() / 1000) + count * 60
test.each<Change>([
  ['EnsureRequestObjectBadAudFails', () => ({ aud: 'https://elsewhere.example' })],
  ['EnsureRequestObjectBadIssFails', () => ({ iss: 'bank' })],
  ['EnsureRequestObjectExpIs70MinutesInFutureFails', () => ({ exp: minutes(70) })],
  ['EnsureRequestObjectExpiredExpFails', () => ({ exp: minutes(-5), nbf: minutes(-10), iat: minutes(-10) })],
  ['EnsureRequestObjectNbfIs10MinutesInFutureFails', () => ({ nbf: minutes(10), exp: minutes(15) })],
  ['EnsureRequestObjectNbfIs70MinutesInPastFails', () => ({ nbf: minutes(-70) })],
  ...(['aud', 'iss', 'exp', 'iat', 'nbf', 'jti'] as const).map(
    (name): Change => [`EnsureRequestObjectMissing${name}Fails`, () => ({ [name]: undefined })],
  ),
])('%s', async (_, change) => {
  await expect(signed(fapi, change()).then((request) => send(fapi, request))).rejects.toEqual(
    refused('invalid_request'),
  )
})

test('EnsureRequestObjectSignedByOtherClientFails, SignatureAlgorithmIsNone, IsRS256, IsBad', async () => {
  const [head, body] = (await signed(fapi)).split('.')
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
  const rsa = await rsaKey()
  const requests = [
    await signed(fapi, {}, bank.key),
    none,
    await signed(fapi, {}, rsa, 'RS256'),
    `${head}.${body}.${'A'.repeat(86)}`,
  ]
  for (const request of requests) await expect(send(fapi, request)).rejects.toEqual(refused('invalid_request'))
  expect(await fapiCustomer.phone.asked()).toEqual([])
})

test('a signed request elsewhere than at CIBA is not taken', async () => {
  const form = new URLSearchParams({ client_id: 'bank', request: await signed(bank) })
  const answer = await fetch(`${room.server.issuer}/auth?${form}`, { redirect: 'manual' })
  const told = answer.headers.get('location') ?? (await answer.text())
  expect(told).toContain('request_not_supported')
})

test('by a finger or a face: the token says so; to a service that demands the PIN it is none, nor the PIN to one that demands this', async () => {
  await later()
  const means = async (acr_values: string, by?: 'biometric') => {
    const { begun, approval } = await asked(bank, customer, acr_values ? { acr_values } : {})
    const { comparison_code: code, auth_req_id } = begun
    const other = by ? {} : { by: 'biometric' as const }
    if (acr_values) {
      expect(approval.biometric).toBe(by === 'biometric')
      const refusal = customer.phone.approve(approval, code, undefined, other)
      await expect(refusal).rejects.toMatchObject({ code: 'verifier/otherMeans' })
    }
    await customer.phone.approve(approval, code, undefined, by ? { by } : {})
    const { acr, amr } = (await fetchTokens(bank, auth_req_id)).claims()!
    return [acr, amr]
  }
  const byFinger = [ACR.biometric, ['hwk', 'user', 'mfa']]
  expect(await means('', 'biometric')).toEqual(byFinger)
  expect(await means(ACR.biometric, 'biometric')).toEqual(byFinger)
  expect(await means(ACR.phone)).toEqual([ACR.phone, ['hwk', 'pin', 'mfa']])
  const { begun, approval } = await asked(bank, customer)
  const typed = customer.phone.signed(approval, begun.comparison_code)
  const { verdict } = await room.verifier.answerApproval({ ...typed, by: 'biometric' })
  expect(verdict.outcome).toBe('failed')
})

test('a service that demands the card is told that the phone is asked here', async () => {
  await expect(ask(bank, { login_hint: customer.subject, acr_values: ACR.card })).rejects.toEqual(
    refused('unmet_authentication_requirements'),
  )
})

test('ping: told once that the answer is there, with its own token; a receiver that fails is told again, and the answer is kept', async () => {
  const heard: { authorization: string | undefined; body: string }[] = []
  const answers = [500, 204]
  const receiver = createServer(async (req, res) => {
    let body = ''
    for await (const part of req) body += part
    heard.push({ authorization: req.headers.authorization, body })
    res.writeHead(answers.shift() ?? 204).end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => receiver.once('listening', resolve))
  const notificationEndpoint = `http://localhost:${(receiver.address() as AddressInfo).port}/told`
  const pinged = await room.service('pinged', { ciba: { notificationEndpoint } })
  const one = await person(room, pinged)
  await expect(ask(pinged, { login_hint: one.subject })).rejects.toEqual(refused('invalid_request'))
  const { begun, approval } = await asked(pinged, one, { client_notification_token: 'one-token' })
  await one.phone.approve(approval, begun.comparison_code)
  expect(heard).toEqual([
    { authorization: 'Bearer one-token', body: JSON.stringify({ auth_req_id: begun.auth_req_id }) },
  ])
  expect(await room.verifier.notifyClients({})).toEqual({ told: 0, failed: 0 })
  room.time.ahead += 6_000
  expect(await room.verifier.notifyClients({})).toEqual({ told: 1, failed: 0 })
  room.time.ahead += 60_000
  expect(await room.verifier.notifyClients({})).toEqual({ told: 0, failed: 0 })
  expect(heard.length).toBe(2)
  expect((await fetchTokens(pinged, begun.auth_req_id)).claims()!.sub).toBe(one.subject)
  receiver.close()
})
