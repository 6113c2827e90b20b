import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, fromLatin1, utf8 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { encodeRequest, ResponseReader } from './http.ts'

const all = (text: string, size = 1 << 16) => {
  const [reader, from, found] = [new ResponseReader(), utf8(text), []] as [ResponseReader, Uint8Array, unknown[]]
  for (let at = 0; at < from.length; at += size) {
    const response = reader.take(from.slice(at, at + size))
    if (response) found.push([response.status, fromLatin1(response.body)])
  }
  return found
}

const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n3\r\nabc\r\n2;a=b\r\nde\r\n0\r\nT: u\r\n\r\n'
const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody'

test.each([1, 7, 1000])('responses in pieces of %i bytes', (size) => {
  expect(all(CHUNKED, size)).toEqual([[200, 'abcde']])
  expect(all(LENGTH, size)).toEqual([[200, 'body']])
  expect(all(`HTTP/1.1 100 Continue\r\n\r\n${LENGTH}`, size)).toEqual([[200, 'body']])
  expect(all('HTTP/1.1 204 No Content\r\nX-Admin-Next-URI: /2\r\n\r\n', size)).toEqual([[204, '']])
})

test.each([
  'GARBAGE\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\nbody of no length',
  'HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nno field\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc',
  `HTTP/1.1 200 ${'x'.repeat(5000)}`,
])('%s is refused', (text) => expect(() => all(text)).toThrow(CodecError))

test('a request has one line for each header, and no more can be smuggled in', () => {
  const request = { method: 'POST', target: '/admin', headers: [['Host', 'a']] as const, body: utf8('xy') }
  expect(fromLatin1(encodeRequest(request))).toBe('POST /admin HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxy')
  for (const wrong of ['a\r\nb: c', 'a\nb']) {
    expect(() => encodeRequest({ ...request, headers: [['Host', wrong]] })).toThrow(RangeError)
    expect(() => encodeRequest({ ...request, target: wrong })).toThrow(RangeError)
  }
})

test('any bytes end in a response, in waiting or in a CodecError', () => {
  const begun = fc
    .uint8Array({ maxLength: 60 })
    .map((rest) => concat(utf8('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), rest))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), begun), (any) => {
      try {
        new ResponseReader().take(any)
      } catch (error) {
        if (!(error instanceof CodecError)) throw error
      }
    }),
  )
})
