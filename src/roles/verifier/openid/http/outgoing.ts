// What the provider asks of services because they have named it: their keys (`jwks_uri`), and to log somebody out
// (`backchannel_logout_uri`). OpenID Connect Core 1.0 §10.1.1; OpenID Connect Back-Channel Logout 1.0 §2.5.

import type { Configuration } from 'oidc-provider'
import { outside } from '../../../../adapters/http/index.ts'
import { isLoopback } from '../../../../base/loopback.ts'
import type { Deps } from '../../model.ts'
import { clientKeys, keysHere } from '../client-metadata.ts'
import { isPublicKey } from './public-key.ts'

type Ask = NonNullable<Configuration['fetch']>
type Way = ReturnType<typeof outside>

/** Octets of a service's keys; the rest is cut, and then they are none. */
const LARGEST = 64 * 1024
/** Each is tried where a signature names none of them. */
const MOST_KEYS = 20
/** A site that gave no keys is left alone so long: anybody can send what makes us ask for them. */
const COOLING_MS = 10_000
const MOST_COOLING = 1000

/** The sandbox, whose own issuer is this machine, lets services of this machine be asked. */
export function outgoing({ issuer, store, clock }: Pick<Deps, 'store' | 'clock'> & { readonly issuer: string }): Ask {
  const out = outside({ loopback: isLoopback(new URL(issuer).hostname), largest: LARGEST })
  const keysAt = siteKeys(out, clock)
  return async (url, { method, headers: given, body, signal } = {}) => {
    const here = keysHere(String(url))
    if (here !== undefined) {
      const client = await store.client(here)
      return Response.json(client ? clientKeys(client, clock()) : { keys: [] })
    }
    const question = { url: String(url), headers: Object.fromEntries(new Headers(given)), signal: signal! }
    // Without fields of its answer: how long keys are good here is not for the site to say.
    if (method === 'GET') return Response.json({ keys: await keysAt(question) })
    return new Response(null, { status: (await out.post({ ...question, body: String(body) })).status })
  }
}

function siteKeys(out: Way, clock: Deps['clock']) {
  const cooling = new Map<string, number>()
  return async (question: Parameters<Way['get']>[0]) => {
    if ((cooling.get(question.url) ?? 0) > clock().getTime()) throw new TypeError('this site gave no keys just now')
    try {
      const keys = keysIn(await out.get(question))
      cooling.delete(question.url)
      return keys
    } catch (error) {
      if (cooling.size === MOST_COOLING) cooling.clear()
      cooling.set(question.url, clock().getTime() + COOLING_MS)
      throw error
    }
  }
}

/** Of the kinds that are registered here, and no more than are worth trying. RFC 7517 §5: others are passed over. */
function keysIn({ status, body }: Awaited<ReturnType<Way['get']>>): Record<string, string>[] {
  const { keys } = JSON.parse(status === 200 ? body : '{}') as { keys?: unknown }
  if (!Array.isArray(keys)) throw new TypeError('no JWK set')
  return keys.slice(0, MOST_KEYS).filter((key) => key instanceof Object && isPublicKey(key))
}
