// Service, browser and phone of a login, on bare node:http: what is done twice, before and after the person has signed.
// FAPI 2.0 Security Profile: pushed request, PKCE, private_key_jwt, DPoP; or `plain`: PKCE and private_key_jwt.

import { createHash, type KeyObject, sign } from 'node:crypto'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { base64url, hex, utf8 } from '../src/base/bytes.ts'
import { must } from './harness.ts'

export interface BenchService {
  readonly clientId: string
  readonly redirectUri: string
  readonly key: KeyObject
  readonly jwk: Readonly<Record<string, string>>
}

/** Waits for the person. */
export interface BegunLogin {
  readonly service: BenchService
  readonly verifier: string
  readonly cookies: Map<string, string>
  readonly uid: string
  /** What the phone was shown, as JSON; the nonce is in base64url. */
  readonly shown: { loginId: string; clientId: string; origin: string; code: string; nonce: string }
}

/** Waits for the person. */
export interface AskedApproval {
  readonly authReqId: string
  /** The number that the service speaks. */
  readonly code: string
  /** What the phone was shown, as JSON; the nonce is in base64url. */
  readonly shown: {
    readonly requestId: string
    readonly clientId: string
    readonly clientName: string
    readonly procedure: string
    readonly channel: 'web'
    readonly caller: string
    readonly nonce: string
    readonly state: string
  }
}

interface Sent {
  readonly method?: 'POST'
  readonly headers?: Record<string, string>
  readonly body?: string
}

export interface LoadOptions {
  /** Of the processes behind the address, which are asked in turn; default its own. */
  readonly ports?: readonly number[]
  /** No FAPI: the request goes with the browser, tokens are bearer tokens. */
  readonly plain?: boolean
}

export function openIdLoad(
  address: string,
  inFlight: number,
  random: (length: number) => Uint8Array,
  { ports = [Number(new URL(address).port)], plain = false }: LoadOptions = {},
) {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  const issuer = `${address}/verifier`
  const { host } = new URL(address)
  let turn = 0
  const ask = (url: string, { method, headers, body }: Sent = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const port = ports[turn++ % ports.length]!
      const how = { agent, port, method: method ?? 'GET', headers: { host, ...headers, ...length } }
      const sent = request(url, how, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => (text += part))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
      })
      sent.on('error', reject).end(body)
    })
  const post = (path: string, body: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(`${issuer}${path}`, { method: 'POST', headers: { ...FORM, ...headers }, body: `${new URLSearchParams(body)}` })
  const call = async (operation: string, input: unknown) => {
    const answer = await ask(`${address}/${operation}`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(input),
    })
    must(answer.status === 200, `${operation} (${answer.text})`)
    return JSON.parse(answer.text) as never
  }
  const browse = async (url: string, cookies: Map<string, string>) => {
    const answer = await ask(url, { headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') } })
    for (const line of answer.headers['set-cookie'] ?? []) keep(cookies, line)
    must(answer.status === 303, `redirect of ${url} (${answer.status} ${answer.text})`)
    return new URL(answer.headers.location ?? '', url).href
  }
  const assertion = ({ clientId, key }: BenchService) => ({
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt({ alg: 'ES256' }, { iss: clientId, sub: clientId, aud: issuer, ...fresh(60) }, key),
  })
  const proof = ({ key, jwk }: BenchService, method: string, path: string, more: Record<string, string> = {}) =>
    jwt({ alg: 'ES256', typ: 'dpop+jwt', jwk }, { htm: method, htu: issuer + path, ...fresh(), ...more }, key)
  const fresh = (seconds?: number) => {
    const iat = Math.floor(Date.now() / 1000)
    return { iat, jti: hex(random(16)), ...(seconds && { exp: iat + seconds }) }
  }
  const pushed = async (service: BenchService, asked: Record<string, string>) => {
    const answer = await post('/request', { ...assertion(service), ...asked })
    must(answer.status === 201, `pushed request (${answer.text})`)
    return { request_uri: JSON.parse(answer.text).request_uri as string }
  }
  /** Request and authorization: where the provider sends the browser. */
  const push = async (service: BenchService) => {
    const verifier = base64url(random(32))
    const asked = {
      ...{ response_type: 'code', scope: 'openid', redirect_uri: service.redirectUri, state: hex(random(8)) },
      ...{ nonce: hex(random(8)), code_challenge_method: 'S256', code_challenge: digest(verifier) },
    }
    const cookies = new Map<string, string>()
    const sent = plain ? asked : await pushed(service, asked)
    const query = new URLSearchParams({ client_id: service.clientId, ...sent })
    return { verifier, cookies, interaction: await browse(`${issuer}/auth?${query}`, cookies) }
  }
  /** Back at the service: token and userinfo, the subject. */
  const redeem = async (service: BenchService, verifier: string, returned: string): Promise<string> => {
    const grant = {
      grant_type: 'authorization_code',
      code: new URL(returned).searchParams.get('code') ?? '',
      redirect_uri: service.redirectUri,
      code_verifier: verifier,
    }
    const bound = plain ? {} : { dpop: proof(service, 'POST', '/token') }
    const token = await post('/token', { ...assertion(service), ...grant }, bound)
    must(token.status === 200, `token (${token.text})`)
    const { access_token, id_token } = JSON.parse(token.text)
    const claims = JSON.parse(Buffer.from(String(id_token).split('.')[1] ?? '', 'base64url').toString())
    const own = () => ({
      authorization: `DPoP ${access_token}`,
      dpop: proof(service, 'GET', '/me', { ath: digest(access_token) }),
    })
    const me = await ask(`${issuer}/me`, { headers: plain ? { authorization: `Bearer ${access_token}` } : own() })
    must(me.status === 200 && JSON.parse(me.text).sub === claims.sub, `userinfo (${me.text})`)
    return claims.sub
  }
  return {
    /** At a provider that asks nobody: the interaction leads straight back. */
    async straight(service: BenchService): Promise<string> {
      const { verifier, cookies, interaction } = await push(service)
      return redeem(service, verifier, await browse(await browse(interaction, cookies), cookies))
    },

    /** Pushed request, authorization, the login of this browser, and what the phone shows. */
    async begin(service: BenchService): Promise<BegunLogin> {
      const { verifier, cookies, interaction } = await push(service)
      const screen = new URL(await browse(interaction, cookies))
      const shown = (await call('showLogin', { loginId: screen.pathname.slice(1) })) as BegunLogin['shown']
      return { service, verifier, cookies, uid: screen.searchParams.get('uid') ?? '', shown }
    },

    /** The phone's answer, the way back to the service, token and userinfo: the subject. */
    async finish(login: BegunLogin, certificate: string, signature: string): Promise<string> {
      const { service, verifier, cookies, uid, shown } = login
      const answered: { verdict: { outcome: string }; release: string } = await call('answerLogin', {
        ...{ loginId: shown.loginId, certificate, signature },
      })
      must(answered.verdict.outcome === 'passed', 'the answer')
      const resumed = await browse(`${issuer}/interaction/${uid}/finish?release=${answered.release}`, cookies)
      return redeem(service, verifier, await browse(resumed, cookies))
    },
    /** CIBA: a signed request, and what the phone shows of it, by the secret of the phone. */
    async ask(service: BenchService, subject: string, token: string, more: object): Promise<AskedApproval> {
      const { iat: nbf, ...rest } = fresh(60)
      const claims = { iss: service.clientId, aud: issuer, iat: nbf, nbf, ...rest, login_hint: subject }
      const shownToPerson = { scope: 'openid', binding_message: 'one of many' }
      const request = jwt({ alg: 'ES256' }, { ...claims, ...shownToPerson, ...more }, service.key)
      const asked = await post('/backchannel', { ...assertion(service), request })
      must(asked.status === 200, `request (${asked.text})`)
      const { auth_req_id: authReqId, comparison_code: code } = JSON.parse(asked.text)
      const { approvals }: { approvals: AskedApproval['shown'][] } = await call('approvalsFor', { token })
      const shown = approvals.find(({ state }) => state === 'waiting')
      if (!shown) throw new Error('bench: the phone was not asked')
      return { authReqId, code, shown }
    },

    /** The phone's answer, and the tokens once the service may know of it. */
    async approve(
      service: BenchService,
      token: string,
      { authReqId, code, shown }: AskedApproval,
      signed: object,
      told: Promise<void> | undefined,
    ) {
      const answer = { token, requestId: shown.requestId, code, ...signed }
      const { verdict }: { verdict: { outcome: string } } = await call('answerApproval', answer)
      must(verdict.outcome === 'passed', 'the answer')
      await told
      const grant = { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: authReqId }
      const dpop = proof(service, 'POST', '/token')
      const tokens = await post('/token', { ...assertion(service), ...grant }, { dpop })
      must(tokens.status === 200, `tokens (${tokens.text})`)
    },
    close: () => agent.destroy(),
  }
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'content-type': 'application/json' }

function keep(cookies: Map<string, string>, line: string): void {
  const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
  if (value === '') cookies.delete(name)
  else cookies.set(name, value)
}

const digest = (text: string): string => base64url(createHash('sha256').update(text).digest())

function jwt(header: object, payload: object, key: KeyObject): string {
  const input = [header, payload].map((part) => base64url(utf8(JSON.stringify(part)))).join('.')
  return `${input}.${base64url(sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }))}`
}
