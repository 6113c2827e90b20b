// What anyone may fetch, on bare node:http; what is in memory is ready as the octets of its response. GET, HEAD and
// POST. RFC 6960 App. A.1, RFC 5019, RFC 9110. Without authentication; no address holds a person.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type AtOnce, problemResponse } from '../../../adapters/http/index.ts'
import type { Bytes } from '../../../base/bytes.ts'
import type { Clock } from '../../../base/ports.ts'
import { type CertificateKind, zKind } from '../contract.ts'
import { createMemory, type Memory } from '../memory.ts'
import { no } from '../refusals.ts'
import { caAt, crlAt, type Found, filterAt, ocspAnswer, type Published } from './publications.ts'
import { headersOf, type Publication, type Reply, replyTo } from './replies.ts'

const OCSP_REQUEST = 'application/ocsp-request'
/** Room for twenty CertIDs and a nonce. */
const LARGEST_REQUEST = 16 * 1024

interface Kept {
  readonly publication: Publication
  /** The whole response of this second; undefined when it is too large to be written anew each second. */
  readonly response: (() => Buffer) | undefined
}

/** What is larger is better off with node:http, which writes head and body apart. */
const LARGEST_READY = 16 * 1024

/** The addresses of `publicSite`. */
export const isPublic = (path: string): boolean => PUBLIC.test(path)
const PUBLIC = /^(?:\/authority)?\/(ocsp|crl|ca|filter)\/([a-z]+)(-delta)?(?:\.(?:crt|krf))?(?:\/(.*))?$/

export interface Site {
  readonly listener: RequestListener
  /** What is found, and small enough: from memory at once. */
  readonly atOnce: AtOnce
  /** The same for those who have no socket. */
  answer(request: Request): Promise<Response>
}

/** `/ocsp/:kind`, `/crl/:kind/:name`, `/ca/:kind.crt`, `/filter/:kind.krf`, with or without `/authority` before them. */
export function publicSite(authority: Published, clock: Clock): Site {
  const memory = createMemory<Kept>(authority, clock)
  return {
    listener: (request, response) => void respond({ authority, clock, memory }, request, response),
    atOnce: (path) => {
      const kept = memory.at(path)
      if (kept) return kept.response?.()
      return isPublic(path) ? found({ authority, clock, memory }, path).then((one) => one.response?.()) : undefined
    },
    answer: async (request) => {
      const { method, url } = request
      const { pathname } = new URL(url)
      const asked = { method, path: pathname, header: (name: string) => request.headers.get(name) ?? undefined }
      const body = async () => new Uint8Array(await request.arrayBuffer())
      const reply = await replyOf({ authority, clock, memory }, asked, body)
      return new Response(method === 'HEAD' || reply.status === 304 ? null : Buffer.from(reply.body), reply)
    },
  }
}

interface Context {
  readonly authority: Published
  readonly clock: Clock
  readonly memory: Memory<Kept>
}

interface Asked {
  readonly method: string | undefined
  readonly path: string
  header(name: string): string | undefined
}

async function respond(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = {
    method: request.method,
    path: request.url!,
    header: (name: string) => request.headers[name] as string | undefined,
  }
  const reply = await replyOf(context, asked, () => bodyOf(request))
  response.writeHead(reply.status, { ...reply.headers })
  response.end(request.method === 'HEAD' ? undefined : reply.body)
}

class TooLarge extends Error {}

async function bodyOf(request: IncomingMessage): Promise<Bytes> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    parts.push(part)
    if ((length += part.length) > LARGEST_REQUEST) throw new TooLarge()
  }
  return new Uint8Array(Buffer.concat(parts))
}

/** Never throws. */
async function replyOf(context: Context, asked: Asked, body: () => Promise<Bytes>): Promise<Reply> {
  try {
    if (asked.method === 'POST') return await posted(context, asked, body)
    if (asked.method !== 'GET' && asked.method !== 'HEAD') return text(405, 'GET, HEAD or POST')
    const { publication } = await found(context, asked.path)
    return replyTo(publication, { ifNoneMatch: asked.header('if-none-match'), range: asked.header('range') })
  } catch (error) {
    if (error instanceof TooLarge) return text(413, 'a request for too many certificates')
    const { status, headers, text: content } = await plainProblem(error)
    return { status, headers, body: new TextEncoder().encode(content) }
  }
}

async function plainProblem(error: unknown) {
  const response = problemResponse(error)
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() }
}

const text = (status: number, content: string): Reply => ({
  status,
  headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
  body: new TextEncoder().encode(content),
})

async function posted({ authority, clock }: Context, asked: Asked, body: () => Promise<Bytes>): Promise<Reply> {
  const { what, kind } = addressOf(asked.path)
  if (what !== 'ocsp') return text(405, 'only OCSP requests are posted')
  if (asked.header('content-type') !== OCSP_REQUEST) return text(415, `send ${OCSP_REQUEST}`)
  const { publication } = await ocspAnswer(authority, kind, await body(), { now: clock(), cacheable: false })
  return { status: 200, headers: headersOf(publication), body: publication.body }
}

async function found(context: Context, path: string): Promise<Kept> {
  const { memory } = context
  const kept = await memory.look(path).catch(() => undefined)
  if (kept) return kept
  const known = memory.known()
  const { publication, subject } = await made(context, path)
  const response = publication.body.length > LARGEST_READY ? undefined : dated(publication, context.clock)
  const value = { publication, response }
  if (subject) memory.keep(path, subject, value, known)
  return value
}

/** With the date of its second: RFC 9110 §6.6.1. */
function dated(publication: Publication, clock: Clock): () => Buffer {
  const fields = Object.entries(headersOf(publication)).map(([name, value]) => `${name}: ${value}\r\n`)
  const beforeDate = `HTTP/1.1 200 OK\r\n${fields.join('')}date: `
  const head = Buffer.from(`${beforeDate}${new Date(0).toUTCString()}\r\n\r\n`, 'latin1')
  let octets = Buffer.concat([head, publication.body])
  let second = 0
  return () => {
    const now = clock()
    if (Math.floor(now.getTime() / 1000) === second) return octets
    // A copy: the last one may still be on its way.
    octets = Buffer.from(octets)
    octets.write(now.toUTCString(), beforeDate.length, 'latin1')
    second = Math.floor(now.getTime() / 1000)
    return octets
  }
}

function made({ authority, clock }: Context, path: string): Promise<Found> {
  const { what, kind, delta, rest } = addressOf(path)
  const now = clock()
  if (what === 'ocsp') return ocspAnswer(authority, kind, requestIn(rest), { now, cacheable: true })
  if (what === 'crl') return crlAt(authority, kind, rest.replace(/\.crl$/, ''), now)
  if (what === 'filter') return filterAt(authority, kind, delta, now)
  return caAt(authority, kind)
}

interface Address {
  readonly what: 'ocsp' | 'crl' | 'ca' | 'filter'
  readonly kind: CertificateKind
  readonly delta: boolean
  readonly rest: string
}

function addressOf(path: string): Address {
  const [, what, name, delta, rest = ''] = PUBLIC.exec(path) ?? []
  const kind = zKind.safeParse(name)
  if (!what || !kind.success) throw no.unknownAuthority()
  return { what: what as Address['what'], kind: kind.data, delta: delta !== undefined, rest }
}

/** RFC 6960 App. A.1: `{url}/{url-encoding of base64 encoding of the DER encoding of the OCSPRequest}`. */
function requestIn(encoded: string): Bytes {
  try {
    const base64 = decodeURIComponent(encoded)
    return /^[A-Za-z0-9+/]*={0,2}$/.test(base64) ? new Uint8Array(Buffer.from(base64, 'base64')) : new Uint8Array()
  } catch {
    return new Uint8Array()
  }
}
