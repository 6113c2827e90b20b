// A time-stamping authority of somebody else, over HTTP. RFC 3161 §3.4. What it answers is judged in protocol/time-stamp.

import { readFileSync } from 'node:fs'
import type { Bytes } from '../base/bytes.ts'
import { Refusal } from '../base/refusal.ts'
import { pemBlocks } from '../codec/pem.ts'
import { decodeCertificate } from '../codec/x509.ts'

export interface TimeStampServer {
  readonly url: string
  /** Under which its certificates are, DER. */
  readonly anchors: readonly Bytes[]
  /** Where its CAs publish their lists, DER. */
  readonly crlUrls?: readonly string[]
  readonly fetch?: (request: Request) => Response | Promise<Response>
}

const TIMEOUT_MS = 10_000
const MAX_TOKEN = 1 << 18
const MAX_LIST = 1 << 24

/** In the place of the verifier's own authority: `createVerifier({ ..., timeStamps })`. */
export function timeStampsOf({ url, anchors, crlUrls = [], fetch: send = fetch }: TimeStampServer) {
  const type = 'application/timestamp-query'
  return {
    anchors: anchors.map(decodeCertificate),
    ask: (request: Bytes) =>
      answer(
        send,
        new Request(url, { method: 'POST', headers: { 'content-type': type }, body: request.slice() }),
        MAX_TOKEN,
      ),
    crls: () => Promise.all(crlUrls.map((one) => answer(send, new Request(one), MAX_LIST))),
  }
}

/** `KAZASU_TSA_URL`, `KAZASU_TSA_CA` (files of its anchors, PEM or DER) and `KAZASU_TSA_CRL` (addresses); apart by spaces. */
export function timeStampSettings(env: Readonly<Record<string, string | undefined>>): TimeStampServer | undefined {
  const url = env.KAZASU_TSA_URL
  if (!url) return undefined
  const list = (text = '') => text.split(/\s+/).filter((one) => one !== '')
  const files = list(env.KAZASU_TSA_CA)
  const crlUrls = list(env.KAZASU_TSA_CRL)
  if (files.length === 0 || ![url, ...crlUrls].every((one) => /^https?:$/.test(URL.parse(one)?.protocol ?? '')))
    throw new Refusal('time-stamps/bad-settings', 400, 'KAZASU_TSA_URL is http(s), and KAZASU_TSA_CA names its anchors')
  return { url, anchors: files.flatMap((file) => pemBlocks(new Uint8Array(readFileSync(file)))), crlUrls }
}

async function answer(send: NonNullable<TimeStampServer['fetch']>, request: Request, limit: number): Promise<Bytes> {
  const unreachable = (cause?: unknown) =>
    new Refusal('time-stamps/unreachable', 503, 'the time-stamping authority does not answer', {}, cause)
  try {
    const response = await send(new Request(request, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' }))
    const octets = new Uint8Array(await response.arrayBuffer())
    if (!response.ok || octets.length > limit) throw unreachable()
    return octets
  } catch (error) {
    throw error instanceof Refusal ? error : unreachable(error)
  }
}
