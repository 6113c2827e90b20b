// The authority over HTTP: its contract for other roles, and what anyone may fetch: OCSP (RFC 6960 App. A, RFC 5019),
// CRLs (RFC 5280 §4.2.1.13, RFC 2585) and CA certificates.

import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type ClientOptions, problemResponse, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import type { Bytes } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { decodeCrl } from '../../codec/crl.ts'
import { decodeOcspResponse, ocspErrorResponse } from '../../codec/ocsp.ts'
import { type Authority, authorityContract, type CertificateKind, zKind } from './contract.ts'
import { no } from './refusals.ts'

export const routes = (authority: Authority) => roleRoutes(authorityContract, authority)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): Authority =>
  roleClient(authorityContract, { ...options, url })

const OCSP_REQUEST = 'application/ocsp-request'
const OCSP_RESPONSE = 'application/ocsp-response'
/** Room for twenty CertIDs and a nonce. */
const LARGEST_REQUEST = 16 * 1024

const tooLarge = (context: Context): Response => context.text('a request for too many certificates', 413)

type Public = Pick<Authority, 'ocsp' | 'crl' | 'caCertificates'>

/** Without authentication: `/ocsp/:kind`, `/crl/:kind/:municipality`, `/ca/:kind`, where kind is `auth` or `sign`. */
export function publicRoutes(authority: Public): Hono {
  const app = new Hono()
  app.post('/ocsp/:kind', bodyLimit({ maxSize: LARGEST_REQUEST, onError: tooLarge }), async (context) => {
    if (context.req.header('content-type') !== OCSP_REQUEST) return context.text(`send ${OCSP_REQUEST}`, 415)
    const request = new Uint8Array(await context.req.arrayBuffer())
    return ocspAnswer(context, await ask(authority, kindOf(context), request))
  })
  // The base64 of the request may contain '/', so the rest of the path is one value.
  app.get('/ocsp/:kind/*', async (context) => {
    const request = requestInPath(new URL(context.req.url).pathname, context.req.param('kind'))
    return ocspAnswer(context, await ask(authority, kindOf(context), request), true)
  })
  app.get('/crl/:kind/:municipality', async (context) => {
    const municipalityCode = context.req.param('municipality').replace(/\.crl$/, '')
    const { crl } = await authority.crl({ kind: kindOf(context), municipalityCode })
    const { thisUpdate, nextUpdate } = decodeCrl(crl)
    return der(context, crl, 'application/pkix-crl', cached(crl, thisUpdate, nextUpdate, 'max-age=300'))
  })
  app.get('/ca/:kind', async (context) => {
    const certificate = (await authority.caCertificates({}))[kindOf(context)]
    return der(context, certificate, 'application/pkix-cert', { 'cache-control': 'public, max-age=86400' })
  })
  app.onError((error) => problemResponse(error))
  return app
}

function kindOf(context: Context): CertificateKind {
  const kind = zKind.safeParse(context.req.param('kind'))
  if (!kind.success) throw no.unknownAuthority()
  return kind.data
}

/** A responder that breaks says so in its own language. RFC 6960 §2.3. */
async function ask(authority: Public, kind: CertificateKind, request: Bytes): Promise<Bytes> {
  try {
    return (await authority.ocsp({ kind, request })).response
  } catch {
    return ocspErrorResponse('internalError')
  }
}

/** RFC 6960 App. A.1: `{url}/{url-encoding of base64 encoding of the DER encoding of the OCSPRequest}`. */
function requestInPath(path: string, kind: string): Bytes {
  const encoded = path.slice(path.indexOf(`/ocsp/${kind}/`) + `/ocsp/${kind}/`.length)
  try {
    const text = decodeURIComponent(encoded)
    return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : new Uint8Array()
  } catch {
    return new Uint8Array()
  }
}

/** RFC 5019 §6.2: an answer to a GET may be kept until the next is due; never an error or one with a nonce. */
function ocspAnswer(context: Context, response: Bytes, cacheable = false): Response {
  const decoded = decodeOcspResponse(response)
  const [single] = decoded.status === 'successful' ? decoded.basic.responses : []
  if (!cacheable || !single || (decoded.status === 'successful' && decoded.basic.nonce))
    return der(context, response, OCSP_RESPONSE, { 'cache-control': 'no-store' })
  const seconds = single.nextUpdate ? (single.nextUpdate.getTime() - single.thisUpdate.getTime()) / 1000 : 0
  return der(
    context,
    response,
    OCSP_RESPONSE,
    cached(response, single.thisUpdate, single.nextUpdate, `max-age=${seconds},no-transform,must-revalidate`),
  )
}

const cached = (content: Bytes, thisUpdate: Date, nextUpdate: Date | undefined, control: string) => ({
  'cache-control': `public,${control}`,
  'last-modified': thisUpdate.toUTCString(),
  ...(nextUpdate && { expires: nextUpdate.toUTCString() }),
  etag: `"${Buffer.from(sha256(content)).toString('hex')}"`,
})

const der = (context: Context, content: Bytes, type: string, headers: Record<string, string>): Response =>
  context.body(new Uint8Array(content), 200, { ...headers, 'content-type': type })
