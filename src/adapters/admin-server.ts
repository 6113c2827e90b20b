// A remote administration server: HTTPS whose clients, cards, are known by a pre-shared key. GPC-B §3.3; RFC 4279.
// What is said to a card is in protocol/ota/admin-conversation.

import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Bytes } from '../base/bytes.ts'
import type { AdminPost, AdminReply } from '../protocol/ota/admin-conversation.ts'

/** Suites of GPC-B that are still held to be safe. */
const CIPHERS = 'PSK-AES128-GCM-SHA256:PSK-AES128-CBC-SHA256'
const BODY_MAX = 0x10000

export interface AdminServerOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** The key of this identity; undefined when it is nobody's. */
  readonly keyOf: (identity: string) => Bytes | undefined
  /** Who asks is in the X-Admin-From header. */
  readonly answer: (post: AdminPost) => AdminReply
}

export interface RunningAdminServer {
  readonly port: number
  close(): Promise<void>
}

/** Listens until it is closed. */
export async function startAdminServer(options: AdminServerOptions): Promise<RunningAdminServer> {
  const server = createServer({
    ciphers: CIPHERS,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    pskCallback: (_socket: TLSSocket, identity: string) => options.keyOf(identity) ?? null,
  })
  answering(server, options.answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answering(server: Server, answer: AdminServerOptions['answer']): void {
  server.on('request', (request, response) => {
    const pieces: Uint8Array[] = []
    let length = 0
    request.on('data', (piece: Uint8Array) => {
      pieces.push(piece)
      length += piece.length
      if (length > BODY_MAX) request.destroy()
    })
    request.on('end', () => {
      const header = (name: string) => [request.headers[name.toLowerCase()]].flat()[0]
      const body = Uint8Array.from(Buffer.concat(pieces))
      const reply = answer({ target: request.url ?? '/', header, body })
      response.writeHead(reply.status, reply.headers)
      response.end(reply.body.length > 0 ? reply.body : undefined)
    })
  })
}
