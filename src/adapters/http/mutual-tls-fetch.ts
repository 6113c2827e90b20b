// `fetch` for calls between roles with mutual TLS, on node:https: Node's own fetch takes no client certificate.
// Keeps connections open for the next call. Not here: redirects, compression, streaming.

import { Agent, request as httpsRequest } from 'node:https'
import type { Fetch } from './role-client.ts'
import type { MutualTls } from './serve.ts'

/** Shows our certificate and accepts only servers whose certificate `tls.ca` has issued for the host name. */
export function mutualTlsFetch(tls: MutualTls): Fetch {
  const agentOf = ({ key, cert, ca }: MutualTls) =>
    new Agent({ ...{ key, cert, ca }, keepAlive: true, minVersion: 'TLSv1.3', rejectUnauthorized: true })
  let agent = agentOf(tls)
  // What the one before has open ends as idle connections do.
  tls.follow?.((next) => (agent = agentOf(next)))
  return async (request) => {
    const body = new Uint8Array(await request.arrayBuffer())
    const headers = { ...Object.fromEntries(request.headers), 'content-length': body.length }
    return new Promise((resolve, reject) => {
      const options = { agent, method: request.method, headers, signal: request.signal }
      const sent = httpsRequest(request.url, options, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part)).on('error', reject)
        answer.on('end', () =>
          resolve(
            new Response(Buffer.concat(parts), {
              status: answer.statusCode ?? 500,
              headers: { 'content-type': answer.headers['content-type'] ?? '' },
            }),
          ),
        )
      })
      sent.on('error', reject).end(body)
    })
  }
}
