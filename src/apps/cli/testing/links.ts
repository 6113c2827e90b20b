// The wires between role processes, so that a test can stand on them: each call arrives here under the caller's
// certificate, and goes on under a certificate of that name. Mutual TLS on both pieces of the wire.

import { type Answer, mutualTlsFetch, type Served, serve } from '../../../adapters/http/index.ts'
import { type TlsIdentityDeps, tlsIdentity } from '../../../adapters/tls-identity.ts'

export interface Call {
  readonly from: string
  readonly to: string
  readonly operation: string
}

/** May send it on, not at all or twice, before or after something else, and throw where the wire breaks. */
export type OnTheWire = (call: Call, send: () => Promise<Response>) => Promise<Response>

const HOST = '127.0.0.1'

/** A wire to the role `to`, which listens at `url`. */
export async function link(deps: TlsIdentityDeps, to: string, url: string, onTheWire: OnTheWire): Promise<Served> {
  const ways = new Map<string, ReturnType<typeof mutualTlsFetch>>()
  const wayOf = async (caller: string) => {
    const way = ways.get(caller) ?? mutualTlsFetch(await tlsIdentity(deps, caller, HOST))
    ways.set(caller, way)
    return way
  }
  const fetch: Answer = async (request, { caller = '' }) => {
    const way = await wayOf(caller)
    const { pathname } = new URL(request.url)
    const body = await request.text()
    const headers = { 'content-type': 'application/json' }
    const send = async () => way(new Request(`${url}${pathname}`, { method: 'POST', headers, body }))
    return onTheWire({ from: caller, to, operation: pathname.slice(1) }, send)
  }
  return serve({ fetch }, { host: HOST, port: 0, tls: await tlsIdentity(deps, to, HOST) })
}
