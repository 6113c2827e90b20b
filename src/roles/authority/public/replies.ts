// What anyone gets from the authority, as bytes with their validators: one reply for a path, good until it may be asked
// again. RFC 5019 §6, RFC 9110 §8.8, §13, §14. Not here: the socket.

import type { Bytes } from '../../../base/bytes.ts'

/** Bytes under an address, with what caches need to know. */
export interface Publication {
  readonly body: Bytes
  readonly type: string
  readonly lastModified: Date
  readonly expires?: Date | undefined
  /** Seconds for which a cache may keep it; 0: not at all. */
  readonly maxAge: number
  readonly etag: string
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Bytes
}

export interface Conditions {
  readonly ifNoneMatch?: string | undefined
  readonly range?: string | undefined
}

/** The headers of the whole publication. */
export function headersOf({ body, type, lastModified, expires, maxAge, etag }: Publication): Record<string, string> {
  const common = { 'content-type': type, 'content-length': `${body.length}` }
  if (maxAge <= 0) return { ...common, 'cache-control': 'no-store' }
  return {
    ...common,
    'cache-control': `public,max-age=${maxAge},no-transform,must-revalidate`,
    'last-modified': lastModified.toUTCString(),
    ...(expires && { expires: expires.toUTCString() }),
    etag,
    'accept-ranges': 'bytes',
  }
}

/** The reply under these conditions: whole, a part of it, or that it has not changed. RFC 9110 §13.1.2, §14.2. */
export function replyTo(publication: Publication, { ifNoneMatch, range }: Conditions): Reply {
  const { body, etag } = publication
  const headers = headersOf(publication)
  if (ifNoneMatch?.split(/\s*,\s*/).some((one) => one === etag || one === '*'))
    return { status: 304, headers: { ...headers, 'content-length': '0' }, body: body.subarray(0, 0) }
  const part = range === undefined ? undefined : partOf(range, body.length)
  if (!part) return { status: 200, headers, body }
  const [first, last] = part
  if (first >= body.length || first > last)
    return {
      status: 416,
      headers: { 'content-length': '0', 'content-range': `bytes */${body.length}` },
      body: body.subarray(0, 0),
    }
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': `${last - first + 1}`,
      'content-range': `bytes ${first}-${last}/${body.length}`,
    },
    body: body.subarray(first, last + 1),
  }
}

/** One range of octets; several, or what is none, are as if nothing was asked. */
function partOf(range: string, length: number): readonly [first: number, last: number] | undefined {
  const [, first, last] = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(range) ?? []
  if (first === undefined || last === undefined || first + last === '') return undefined
  if (first === '') return [Math.max(0, length - Number(last)), length - 1]
  return [Number(first), last === '' ? length - 1 : Math.min(Number(last), length - 1)]
}
