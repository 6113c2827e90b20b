// A login at a reader of the service: what the reader signs when it takes a login from a screen and when it hands on what was
// held to it, and the challenge that a touch without a PIN answers. Ours: docs/profile.md#login-at-a-reader.

import { type Bytes, concat, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { CHALLENGE_LENGTH } from '../pinless/message.ts'

const lines = (...all: readonly string[]): Bytes => utf8(all.join('\n'))

/** Signed by the reader's key (RSASSA-PKCS1-v1_5 SHA-256): this reader has read this code from a screen at this moment. */
export const readerTakes = (readerId: string, qr: string): Bytes => lines('kazasu reader takes 1', readerId, qr)

/** What was held to a reader: the certificate and signature that a PIN opened, or the answer of a touch without one. */
export type Held =
  | { readonly kind: 'pin'; readonly certificate: Bytes; readonly signature: Bytes }
  | { readonly kind: 'touch'; readonly serial: bigint; readonly cardChallenge: Bytes; readonly signature: Bytes }

/**
 * Signed by the reader's key: this reader saw this answer to this login. `statement` is the `loginMessage` that names the
 * reader; a touch that is called an entry of the PIN, or the other way round, is another message.
 */
export const readerSaw = (statement: Bytes, held: Held): Bytes =>
  lines('kazasu reader saw 1', hex(sha256(statement)), ...wordsOf(held), hex(sha256(held.signature)))

const wordsOf = (held: Held): string[] =>
  held.kind === 'pin'
    ? ['with PIN', hex(sha256(held.certificate))]
    : ['without PIN', String(held.serial), hex(held.cardChallenge)]

/**
 * What the reader gives to INTERNAL AUTHENTICATE in a touch without a PIN, 16 bytes: it follows from the login, whose nonce
 * the platform chose, so that an answer counts for this login at this reader and for nothing else.
 */
export const touchChallenge = (statement: Bytes): Bytes =>
  sha256(concat(utf8('kazasu pinless login 1\n'), statement)).slice(0, CHALLENGE_LENGTH)
