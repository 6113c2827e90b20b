// Responses that are ready, from the socket to the socket: a plain GET is answered with octets made before, and anything
// else, with all that follows on its connection, is node:http's. RFC 9112 §§2, 3, 6.3, 9.3.

import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** The whole response to a GET of this path, when it is at hand or will be; undefined, also later, leaves it to node:http. */
export type AtOnce = (path: string) => Uint8Array | Promise<Uint8Array | undefined> | undefined

/** What is longer, node:http reads. */
const LARGEST = 4096

/**
 * One whole request without a body, whose header fields change nothing of the answer: no condition, no range, no end of
 * the connection. Whatever has an odd form is not one either.
 */
const PLAIN_GET = new RegExp(
  [
    '^GET (/[!-~]*) HTTP/1\\.1\\r\\n',
    'Host: ?[!-~]+\\r\\n',
    '(?:(?!Host:|If-|Range:|Connection:(?! ?keep-alive\\r\\n)|Content-|Transfer-|TE:|Trailer:|Expect:|Upgrade:)',
    "[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ -~]*\\r\\n)*\\r\\n$",
  ].join(''),
  'i',
)

/** Stands before the server's own reading of connections; the sockets that wait for a request here. */
export function answerAtOnce(server: Server, atOnce: AtOnce): ReadonlySet<Socket> {
  const waiting = new Set<Socket>()
  const [readByNode, ...others] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[]
  if (!readByNode || others.length > 0) throw new Error('node:http takes connections in another way than it did')
  server.removeListener('connection', readByNode)
  server.on('connection', (socket: Socket) => {
    const answer = (chunk: Buffer, ready: Uint8Array | undefined) => {
      if (ready) socket.write(ready)
      else handOver(chunk)
    }
    const read = (chunk: Buffer) => {
      const ready = socket.writableNeedDrain ? undefined : readyFor(chunk, atOnce)
      if (!(ready instanceof Promise)) return answer(chunk, ready)
      // One request at a time: what follows is read after its answer.
      socket.pause().setTimeout(0)
      void ready
        .catch(() => undefined)
        .then((later) => {
          if (socket.destroyed) return
          socket.setTimeout(server.keepAliveTimeout)
          answer(chunk, later)
          socket.resume()
        })
    }
    const leave = () => void waiting.delete(socket)
    const drop = () => void socket.destroy()
    const end = () => void socket.end()
    const handOver = (chunk: Buffer) => {
      leave()
      socket.off('data', read).off('close', leave).off('error', drop).off('timeout', drop).off('end', end)
      socket.setTimeout(0)
      socket.unshift(chunk)
      readByNode.call(server, socket)
    }
    waiting.add(socket)
    socket.setTimeout(server.keepAliveTimeout)
    socket.on('data', read).on('close', leave).on('error', drop).on('timeout', drop).on('end', end)
  })
  return waiting
}

function readyFor(chunk: Buffer, atOnce: AtOnce): ReturnType<AtOnce> {
  if (chunk.length > LARGEST) return undefined
  const path = PLAIN_GET.exec(chunk.toString('latin1'))?.[1]
  return path === undefined ? undefined : atOnce(path)
}
