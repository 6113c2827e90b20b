// What a platform authenticator answers when it has looked at its owner, as the phone checks it: one challenge, one screen, one
// credential, a person verified there and then, and a key that stays in this device. WebAuthn §7.2.

import { type Bytes, base64url, concat, equal, fromUint, utf8 } from '../../base/bytes.ts'
import { keyFacts, publicKey, sha256, verify } from '../../base/crypto.ts'
import { jsonIn } from '../../base/json.ts'
import { type Check, judge, type Verdict } from '../../base/verdict.ts'

/** WebAuthn §5.2.2; `clientData` is the JSON in UTF-8 that the browser made. */
export interface Assertion {
  readonly credentialId: Bytes
  readonly authenticatorData: Bytes
  readonly clientData: Bytes
  readonly signature: Bytes
}

export interface Expected {
  /** Of the screen on which the credential was made. */
  readonly origin: string
  readonly challenge: Bytes
  readonly credentialId: Bytes
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Bytes
  /** Of the last assertion that was accepted; 0 before the first. */
  readonly counter: number
}

interface Evidence extends Assertion {
  readonly expected: Expected
  readonly client: Readonly<Record<string, unknown>>
}

/** WebAuthn §6.1: rpIdHash, flags, signCount. */
const HEAD_LENGTH = 37
const UP = 0x01
const UV = 0x04
const BE = 0x08

/** WebAuthn §6.1.1. Zero for ever where an authenticator does not count. */
export const counterIn = ({ authenticatorData }: Pick<Assertion, 'authenticatorData'>): number =>
  fromUint(authenticatorData.subarray(33, HEAD_LENGTH))

/** The challenge that it says it answers, in base64url; undefined where it is no client data. */
export function challengeIn({ clientData }: Pick<Assertion, 'clientData'>): string | undefined {
  const { challenge } = clientOf(clientData)
  return typeof challenge === 'string' ? challenge : undefined
}

const clientOf = (clientData: Bytes): Readonly<Record<string, unknown>> => {
  const read = jsonIn(clientData)
  return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
}

const holds = (it: boolean, evidence: string) => [it ? 'passed' : 'failed', evidence] as const
const flag = ({ authenticatorData }: Evidence, bit: number): boolean => ((authenticatorData[32] ?? 0) & bit) !== 0

/** ES256 on P-256, or RS256: those of `pubKeyCredParams`. */
function signed({ expected, authenticatorData, clientData, signature }: Evidence): boolean {
  const key = publicKey(expected.publicKey)
  const { type, curve } = keyFacts(key)
  if (type === 'ec' && curve !== 'prime256v1') return false
  const algorithm = type === 'rsa' ? 'RSA-SHA256' : 'ECDSA-P256-SHA256'
  return verify(algorithm, key, concat(authenticatorData, sha256(clientData)), signature)
}

/** The steps of WebAuthn §7.2 by their numbers there. */
const CHECKS: readonly Check<Evidence>[] = [
  {
    name: 'credential',
    cite: 'WebAuthn §7.2 (5)',
    test: ({ credentialId, expected }) => holds(equal(credentialId, expected.credentialId), 'the one that was made'),
  },
  {
    name: 'type',
    cite: 'WebAuthn §7.2 (11)',
    test: ({ client }) => holds(client.type === 'webauthn.get', 'an assertion'),
  },
  {
    name: 'challenge',
    cite: 'WebAuthn §7.2 (12)',
    test: ({ client, expected }) => holds(client.challenge === base64url(expected.challenge), 'the one asked'),
  },
  {
    name: 'origin',
    cite: 'WebAuthn §7.2 (13, 14)',
    test: ({ client, expected }) =>
      holds(client.origin === expected.origin && client.crossOrigin !== true, 'the screen of this phone, in no frame'),
  },
  {
    name: 'relying party',
    cite: 'WebAuthn §7.2 (15)',
    test: ({ authenticatorData, expected }) => {
      const own = sha256(utf8(new URL(expected.origin).hostname))
      return holds(
        authenticatorData.length >= HEAD_LENGTH && equal(authenticatorData.subarray(0, 32), own),
        'the host of the screen',
      )
    },
  },
  { name: 'present', cite: 'WebAuthn §7.2 (16)', test: (it) => holds(flag(it, UP), 'somebody was there') },
  { name: 'verified', cite: 'WebAuthn §7.2 (17)', test: (it) => holds(flag(it, UV), 'and was recognised') },
  {
    name: 'stays in this device',
    cite: 'WebAuthn §6.1.3',
    test: (it) => holds(!flag(it, BE), 'a key that may be copied to other devices would open the PIN there'),
  },
  { name: 'signature', cite: 'WebAuthn §7.2 (21)', test: (it) => holds(signed(it), 'by the key of the credential') },
  {
    name: 'counter',
    cite: 'WebAuthn §7.2 (22)',
    test: (it) => {
      const [now, before] = [counterIn(it), it.expected.counter]
      return holds(now > before || (now === 0 && before === 0), `${now} after ${before}`)
    },
  },
]

export const judgeAssertion = (assertion: Assertion, expected: Expected): Verdict =>
  judge(CHECKS, { ...assertion, expected, client: clientOf(assertion.clientData) })
