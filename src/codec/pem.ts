// PEM: the textual encoding of DER, reading only. RFC 7468.

import { type Bytes, fromBase64url, fromLatin1, utf8 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

const BEGIN = utf8('-----BEGIN ')
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]+)-----END \1-----/g

/** Every block of PEM text, or the bytes themselves when they are no PEM. Throws `CodecError` for broken PEM. */
export function pemBlocks(input: Bytes): Bytes[] {
  if (indexOf(input, BEGIN) === -1) return [input]
  const blocks = [...asText(input).matchAll(BLOCK)].map(([, , base64]) => decoded(base64!))
  if (blocks.length === 0) throw new CodecError('pem', 'a PEM block that is broken')
  return blocks
}

/** Not one call: an argument for each byte would be too many. */
function asText(input: Bytes): string {
  let text = ''
  for (let at = 0; at < input.length; at += 8192) text += fromLatin1(input.subarray(at, at + 8192))
  return text
}

function decoded(base64: string): Bytes {
  try {
    return fromBase64url(base64.replace(/[\s=]/g, '').replaceAll('+', '-').replaceAll('/', '_'))
  } catch (cause) {
    throw new CodecError('pem', 'a PEM block that is no base64', undefined, cause)
  }
}

function indexOf(within: Bytes, wanted: Bytes): number {
  const last = within.length - wanted.length
  for (let at = 0; at <= last; at++) if (wanted.every((byte, i) => within[at + i] === byte)) return at
  return -1
}
