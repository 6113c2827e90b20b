// A remote administration server: HTTPS whose clients, cards, are known by a pre-shared key. GPC-B §3.3; RFC 4279.
// What is said to a card is in protocol/ota/admin-conversation.

import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type Bytes, NO_BYTES } from '../base/bytes.ts'
import type { AdminGate, AdminPost, AdminReply, AdminSession } from '../protocol/ota/admin-messages.ts'

/** Suites of GPC-B that are still held to be safe. */
const CIPHERS = 'PSK-AES128-GCM-SHA256:PSK-AES128-CBC-SHA256'
const BODY_MAX = 0x10000

export interface AdminServerOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** The key of this identity; undefined when it is nobody's. */
  readonly keyOf: (identity: string) => Bytes | undefined
  /** `identity` is whose key the caller has; what it says of itself is in the X-Admin-From header. */
  readonly answer: (post: AdminPost, identity: string) => AdminReply | Promise<AdminReply>
}

export interface RunningAdminServer {
  readonly port: number
  close(): Promise<void>
}

/** Listens until it is closed. */
export async function startAdminServer(options: AdminServerOptions): Promise<RunningAdminServer> {
  const identities = new WeakMap<object, string>()
  const server = createServer({
    ciphers: CIPHERS,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    pskCallback: (socket: TLSSocket, identity: string) => {
      identities.set(socket, identity)
      return options.keyOf(identity) ?? null
    },
  })
  answering(server, (post, socket) => options.answer(post, identities.get(socket) ?? ''))
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

type AnswerOn = (post: AdminPost, socket: object) => AdminReply | Promise<AdminReply>

function answering(server: Server, answer: AnswerOn): void {
  server.on('request', (request, response) => {
    const pieces: Uint8Array[] = []
    let length = 0
    request.on('data', (piece: Uint8Array) => {
      pieces.push(piece)
      length += piece.length
      if (length > BODY_MAX) request.destroy()
    })
    request.on('end', async () => {
      const header = (name: string) => [request.headers[name.toLowerCase()]].flat()[0]
      const body = Uint8Array.from(Buffer.concat(pieces))
      const reply = await answer({ target: request.url ?? '/', header, body }, request.socket)
      response.writeHead(reply.status, reply.headers)
      response.end(reply.body.length > 0 ? reply.body : undefined)
    })
  })
}

/** Longer than a card waits before it calls again. */
const PATIENCE_MS = 30_000

/** Where the sessions of a carrier's SIMs come together: one server, started when the first session is expected. */
export function adminGate(host = '127.0.0.1'): AdminGate & { close(): Promise<void> } {
  const sessions = new Map<string, AdminSession>()
  const timers = new Map<string, NodeJS.Timeout>()
  const listen = (identity: string) => {
    clearTimeout(timers.get(identity))
    timers.set(identity, setTimeout(() => sessions.get(identity)?.lost(), PATIENCE_MS).unref())
  }
  let running: Promise<RunningAdminServer> | undefined
  const start = () =>
    (running ??= startAdminServer({
      host,
      port: 0,
      keyOf: (identity) => sessions.get(identity)?.psk,
      // A session is answered to whoever has its key, and to nobody else.
      answer: (post, identity) => {
        listen(identity)
        return sessions.get(identity)?.post(post) ?? { status: 400, headers: {}, body: NO_BYTES }
      },
    }))
  return {
    expect: async (identity, session) => {
      const { port } = await start()
      sessions.set(identity, session)
      listen(identity)
      return { host, port }
    },
    forget: (identity, session) => {
      if (sessions.get(identity) !== session) return
      clearTimeout(timers.get(identity))
      sessions.delete(identity)
    },
    close: async () => (await running)?.close(),
  }
}
