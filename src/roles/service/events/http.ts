// The receiver's side of the Shared Signals Framework: its stream at the verifier, tokens that are believed, and the door where they
// are pushed. SSF 1.0 §7 and §8.1; RFC 8417; RFC 8935.

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import type { z } from 'zod'
import type { Clock } from '../../../base/ports.ts'
import { Refusal } from '../../../base/refusal.ts'
import { DELIVERY } from '../../../protocol/security-event/event-types.ts'
import { metadataPath } from '../../../protocol/security-event/metadata-path.ts'
import type { Service } from '../contract.ts'
import { zSetClaims, zStream, zTransmitter } from './contract.ts'
import { type HeardEvent, refuseSet, type SetError, type Signals, WANTED } from './model.ts'

export interface SignalsOptions {
  readonly issuer: string
  /** By this name the verifier knows the service: the audience of its tokens. */
  readonly clientId: string
  /** Where the verifier pushes to. */
  readonly endpoint: string
  readonly authorization: string
  /** Access token of the service itself for this scope (SSF 1.0 §7.1.1; RFC 6749 §4.4). */
  readonly token: (scope: 'ssf.manage' | 'ssf.read') => Promise<string>
  readonly clock: Clock
  /** The way to the verifier; the default is the network. */
  readonly fetch?: (request: Request) => Promise<Response> | Response
}

type Transmitter = z.output<typeof zTransmitter>

export function signalsOf(options: SignalsOptions): Signals {
  const { fetch: ask = fetch, issuer } = options
  let transmitter: Transmitter | undefined
  const metadata = async () => (transmitter ??= await metadataOf(ask, issuer))
  let keys: ReturnType<typeof createLocalJWKSet> | undefined
  const fetchKeys = async () => {
    const answer = await answered(ask, new Request((await metadata()).jwks_uri))
    return (keys = createLocalJWKSet(answer as JSONWebKeySet))
  }
  return {
    authorization: options.authorization,
    subscribe: async (state) => subscribe(options, ask, await metadata(), state),
    read: async (set) => {
      const judge = (by: ReturnType<typeof createLocalJWKSet>) =>
        jwtVerify(set, by, {
          issuer,
          audience: options.clientId,
          typ: 'secevent+jwt',
          algorithms: ['ES256'],
          currentDate: options.clock(),
        })
      try {
        return eventIn((await judge(keys ?? (await fetchKeys())).catch(newKeys(judge, fetchKeys))).payload, issuer)
      } catch (error) {
        throw error instanceof errors.JOSEError ? refuseSet(codeOf(error), error) : error
      }
    },
  }
}

/** A key that we do not know may be new. */
const newKeys =
  <K, R>(judge: (keys: K) => Promise<R>, fetchKeys: () => Promise<K>) =>
  async (error: unknown): Promise<R> => {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
    return judge(await fetchKeys())
  }

/** RFC 8935 §2.4. */
function codeOf(error: errors.JOSEError): SetError {
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'invalid_issuer'
    if (error.claim === 'aud') return 'invalid_audience'
  }
  const key = [errors.JWKSNoMatchingKey, errors.JWSSignatureVerificationFailed, errors.JOSEAlgNotAllowed]
  return key.some((kind) => error instanceof kind) ? 'invalid_key' : 'invalid_request'
}

function eventIn(payload: JWTPayload, issuer: string): HeardEvent {
  const { success, data } = zSetClaims.safeParse(payload)
  if (!success) throw refuseSet('invalid_request')
  const { jti, sub_id: of, events } = data
  // SSF 1.0 §8.1.3: the verifier speaks of its own subjects.
  if (of.format === 'iss_sub' && of.iss !== issuer) throw refuseSet('invalid_request')
  const [[type, claims]] = Object.entries(events) as [[string, Record<string, unknown>]]
  return { jti, subject: of.format === 'iss_sub' ? of.sub : null, type, claims }
}

type Ask = NonNullable<SignalsOptions['fetch']>

async function answered(ask: Ask, request: Request): Promise<unknown> {
  const answer = await ask(request)
  if (!answer.ok) throw new Refusal('peer/refused', 502, 'the verifier did not take it', { status: answer.status })
  return answer.status === 204 ? undefined : answer.json()
}

/** SSF 1.0 §7.2.3: the issuer must be the one asked for, and what it names lies with it. */
async function metadataOf(ask: Ask, issuer: string): Promise<Transmitter> {
  const { origin } = new URL(issuer)
  const found = zTransmitter.parse(await answered(ask, new Request(origin + metadataPath(issuer))))
  const { jwks_uri, configuration_endpoint, verification_endpoint } = found
  const elsewhere = [jwks_uri, configuration_endpoint, verification_endpoint].some((url) => !url.startsWith(issuer))
  if (found.issuer !== issuer || elsewhere) throw new Refusal('peer/refused', 502, 'metadata of another issuer')
  return found
}

/** One stream per service; what is there and is as it should be stays. */
async function subscribe(
  { token, endpoint, authorization }: SignalsOptions,
  ask: Ask,
  { configuration_endpoint: streams, verification_endpoint }: Transmitter,
  state: string,
): Promise<string> {
  const send = async (method: string, url: string, body?: object) => {
    const bearer = `Bearer ${await token(method === 'GET' ? 'ssf.read' : 'ssf.manage')}`
    const headers = { authorization: bearer, 'content-type': 'application/json' }
    return answered(ask, new Request(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }))
  }
  const delivery = { method: DELIVERY.push, endpoint_url: endpoint, authorization_header: authorization }
  const wanted = { delivery, events_requested: WANTED }
  const [there] = zStream.array().parse(await send('GET', streams))
  const { stream_id } = zStream.parse(
    there
      ? await send('PATCH', streams, { ...wanted, stream_id: there.stream_id })
      : await send('POST', streams, wanted),
  )
  await send('POST', verification_endpoint, { stream_id, state })
  return stream_id
}

const LARGEST = 64 * 1024

/** RFC 8935 §2: 202 when the event has had its effect here, 400 with a code when it is no good, 5xx when it must come again. */
export function receiver(service: Pick<Service, 'takeEvent'>): Hono {
  const app = new Hono()
  app.use(bodyLimit({ maxSize: LARGEST }))
  app.post('*', async (c) => {
    const authorization = c.req.header('authorization') ?? null
    try {
      await service.takeEvent({ set: await c.req.text(), authorization })
      return c.body(null, 202)
    } catch (error) {
      if (!(error instanceof Refusal) || error.status >= 500) return c.body(null, 503)
      const { err = 'invalid_request' } = error.detail
      return c.json({ err, description: error.message }, 400)
    }
  })
  return app
}
