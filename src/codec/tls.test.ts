import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import {
  decodeIdentityHint,
  decodeServerHello,
  encodeHandshake,
  encodeRecord,
  HandshakeReader,
  RecordReader,
} from './tls.ts'

test('records and messages come out whole, however they are cut', () => {
  const messages = fc.array(fc.tuple(fc.nat(30), fc.uint8Array({ maxLength: 60 })), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (all, cut, size) => {
      const stream = concat(...all.map(([type, body]) => encodeHandshake(type, body)))
      const records = pieces(stream, size).map((fragment) => encodeRecord({ type: 22, fragment }))
      const [reader, handshake] = [new RecordReader(), new HandshakeReader()]
      const found = pieces(concat(...records), cut)
        .flatMap((piece) => reader.take(piece))
        .flatMap(({ fragment }) => handshake.take(fragment))
      expect(found.map(({ type, body }) => [type, body])).toEqual(all)
      expect(handshake.waits).toBe(false)
    }),
  )
})

const pieces = (whole: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.slice(i * size, (i + 1) * size))

test('any bytes end in a value or a CodecError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (any) => {
      const decoders = [
        decodeServerHello,
        decodeIdentityHint,
        (from: Uint8Array) => new RecordReader().take(from),
        (from: Uint8Array) => new HandshakeReader().take(from),
      ]
      for (const decode of decoders) {
        try {
          decode(any)
        } catch (error) {
          if (!(error instanceof CodecError)) throw error
        }
      }
    }),
  )
})
