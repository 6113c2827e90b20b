// The wires between role processes, so that a test can stand on them: each call arrives here under the caller's
// certificate, and goes on under a certificate of that name. Mutual TLS on both pieces of the wire.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { mutualTlsFetch, type Served, serve } from '../../../adapters/http/index.ts'
import { type TlsIdentityDeps, tlsIdentity } from '../../../adapters/tls-identity.ts'

export interface Call {
  readonly from: string
  readonly to: string
  readonly operation: string
}

/** May send it on, not at all or twice, before or after something else, and throw where the wire breaks. */
export type OnTheWire = (call: Call, send: () => Promise<Response>) => Promise<Response>

const HOST = '127.0.0.1'
const JSON_TYPE = { 'content-type': 'application/json' }

/** A wire to the role `to`, which listens at `url`. */
export async function link(deps: TlsIdentityDeps, to: string, url: string, onTheWire: OnTheWire): Promise<Served> {
  const ways = new Map<string, ReturnType<typeof mutualTlsFetch>>()
  const wayOf = async (caller: string) => {
    const way = ways.get(caller) ?? mutualTlsFetch(await tlsIdentity(deps, caller, HOST))
    ways.set(caller, way)
    return way
  }
  const carried = async (request: IncomingMessage): Promise<Response> => {
    const from = String((request.socket as TLSSocket).getPeerCertificate().subject.CN)
    const way = await wayOf(from)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    const send = async () => way(new Request(url + request.url, { method: 'POST', headers: JSON_TYPE, body }))
    return onTheWire({ from, to, operation: request.url!.slice(1) }, send)
  }
  const answered = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const answer = await carried(request)
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
      response.end(Buffer.from(await answer.arrayBuffer()))
    } catch {
      request.socket.destroy()
    }
  }
  const tls = await tlsIdentity(deps, to, HOST)
  return serve((request, response) => void answered(request, response), { host: HOST, port: 0, tls })
}
