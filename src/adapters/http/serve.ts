// Listening: an application (Hono) or a bare request listener on node:http, or node:https with mutual TLS. RFC 8446.
// Not here: what is served.

import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { getRequestListener } from '@hono/node-server'
import type { Refusal } from '../../base/refusal.ts'
import { type AtOnce, answerAtOnce } from './at-once.ts'
import { noServer } from './refusals.ts'
import type { Answer } from './role-client.ts'

/** PEM. `ca` is who may have issued the other side's certificate: both sides show one. */
export interface MutualTls {
  readonly key: string
  readonly cert: string
  readonly ca: string
  /** Of one that is renewed: calls `take` with each that takes its place. */
  readonly follow?: (take: (next: MutualTls) => void) => void
}

export interface ServeOptions {
  /** 0 chooses a free one. */
  readonly port: number
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string
  readonly tls?: MutualTls
  /** Asked first, without TLS. */
  readonly atOnce?: AtOnce
  /** Milliseconds that requests which have begun may take once it closes; default 20 s. */
  readonly drain?: number
  /** Milliseconds that a connection may stand still while a request or its answer is on the way; default 2 min. */
  readonly still?: number
}

export interface Served {
  readonly url: string
  readonly port: number
  /** Takes no new connections, lets running answers end, drops connections that are or become idle, and in the end all. */
  close(): Promise<void>
}

/** Longer than a timer of a role waits, or by default a proxy; callers are told (`Keep-Alive`), and go a second earlier. */
const BETWEEN_CALLS_MS = 65_000

/** Whoever reads nothing of an answer holds it no longer; four times as long as roles wait for one another. */
export const STILL_MS = 120_000

/** Less than whoever stops processes waits before it kills them (systemd 90 s, Kubernetes 30 s). */
const DRAIN_MS = 20_000
const LOOK_EVERY_MS = 50

/** Listens, or refuses with `server/port-in-use`. */
export async function serve(app: { fetch: Answer } | RequestListener, options: ServeOptions): Promise<Served> {
  const listener =
    typeof app === 'function'
      ? app
      : getRequestListener(async (request, { incoming }) => app.fetch(request, { caller: callerOf(incoming.socket) }))
  const server = options.tls ? tlsServer(options.tls, listener) : createServer(listener)
  // Who calls every few seconds leaves an idle connection before it is closed under a call.
  server.keepAliveTimeout = BETWEEN_CALLS_MS
  server.timeout = options.still ?? STILL_MS
  const waiting = options.tls || !options.atOnce ? new Set<Socket>() : answerAtOnce(server, options.atOnce)
  const host = options.host ?? '127.0.0.1'
  const port = await listening(server, options.port, host)
  const shownHost = host.includes(':') ? `[${host}]` : host
  return {
    url: `${options.tls ? 'https' : 'http'}://${shownHost}:${port}`,
    port,
    close: () => closed(server, waiting, options.drain ?? DRAIN_MS),
  }
}

function tlsServer(tls: MutualTls, listener: RequestListener): Server {
  const shown = { requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' } as const
  const server = createTlsServer({ ...tls, ...shown }, listener)
  tls.follow?.((next) => server.setSecureContext({ ...next, ...shown }))
  return server
}

function callerOf(socket: unknown): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  // Two common names come as an array: no role of ours has them.
  const name: unknown = socket.getPeerCertificate().subject?.CN
  return typeof name === 'string' ? name : undefined
}

function listening(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port, host)))
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function cannotListen(error: NodeJS.ErrnoException, port: number, host: string): Refusal {
  if (error.code === 'EADDRINUSE') return noServer['port-in-use']({ host, port }, error)
  return noServer['cannot-listen']({ host, port, reason: error.code ?? 'unknown' }, error)
}

function closed(server: Server, waiting: ReadonlySet<Socket>, drain: number): Promise<void> {
  return new Promise((resolve) => {
    // Node keeps a connection for its next request also when none is taken any more.
    const idle = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS)
    const late = setTimeout(() => server.closeAllConnections(), drain)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
    for (const socket of waiting) socket.destroySoon()
  })
}
