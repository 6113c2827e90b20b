// Persons who are known to a service and let their phones be asked, and the service's part of CIBA by openid-client.

import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { systemEntropy } from '../../../../adapters/random.ts'
import type { Holder } from '../authority.ts'
import { type ApprovalPhone, approvalPhone } from '../phone.ts'
import { approved, exchange, type OpenIdRoom, plain, type Service } from './openid-room.ts'

export interface Person {
  readonly holder: Holder
  /** By which the service knows the person. */
  readonly subject: string
  readonly idToken: string
  readonly phone: ApprovalPhone
}

/** By an ordinary login. */
export async function known(room: OpenIdRoom, service: Service, holder: Holder) {
  const begun = await plain(service)
  const tokens = await exchange(service, begun, await approved(room, begun.location, holder))
  return { subject: tokens.claims()!.sub, idToken: tokens.id_token! }
}

export async function person(room: OpenIdRoom, service: Service, userCode?: string): Promise<Person> {
  const card = room.authority.issue('auth')
  const holder = room.authority.issue('phoneAuth', { cardSerial: card.serial })
  const { subject, idToken } = await known(room, service, holder)
  const options = userCode ? { userCode } : {}
  const phone = await approvalPhone(room.verifier, holder, systemEntropy, room.deps.clock(), options)
  return { holder, subject, idToken, phone }
}

export interface Begun extends oidc.BackchannelAuthenticationResponse {
  readonly comparison_code: string
}

export const MESSAGE = '届け出の電話番号の変更'

export const ask = async ({ configuration }: Pick<Service, 'configuration'>, parameters: Record<string, string>) =>
  (await oidc.initiateBackchannelAuthentication(configuration, {
    scope: 'openid',
    binding_message: MESSAGE,
    ...parameters,
  })) as Begun

export const fetchTokens = (
  { configuration }: Pick<Service, 'configuration'>,
  authReqId: string,
  dpop?: oidc.DPoPHandle,
) =>
  oidc.genericGrantRequest(
    configuration,
    'urn:openid:params:grant-type:ciba',
    { auth_req_id: authReqId },
    dpop ? { DPoP: dpop } : {},
  )

/** Asked, and answered with the number that was spoken. */
export async function asked(service: Service, one: Person, parameters: Record<string, string> = {}) {
  const begun = await ask(service, { login_hint: one.subject, ...parameters })
  const [approval] = await one.phone.asked()
  if (!approval) throw new Error('the phone was not asked')
  return { begun, approval }
}

/** CIBA Core 1.0 §7.1.1. A claim that is undefined is left out. */
export async function signedRequest(
  { server }: OpenIdRoom,
  { configuration, key: own }: Service,
  change: Record<string, unknown>,
  key = own,
  alg = 'ES256',
) {
  const now = Math.floor(Date.now() / 1000)
  const { client_id: iss } = configuration.clientMetadata()
  const claims = {
    ...{ iss, aud: server.issuer, iat: now, nbf: now, exp: now + 300, jti: randomUUID() },
    ...{ scope: 'openid', binding_message: MESSAGE, ...change },
  }
  return new SignJWT(JSON.parse(JSON.stringify(claims))).setProtectedHeader({ alg }).sign(key.privateKey)
}

/** By which nobody of FAPI may sign. */
export const rsaKey = () =>
  crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  )
