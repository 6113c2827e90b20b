// Signature algorithms and keys that a path may use, as one table, and which of them are refused unless a caller asks.
// RFC 4055 §§3, 5; RFC 3279 §2.2.2; RFC 5758 §3; RFC 8410 §6; RFC 9688 §3. ROCA: CVE-2017-15361.

import { type Bytes, equal } from '../../base/bytes.ts'
import type { HashName, SignatureMethod } from '../../base/crypto.ts'
import { readOnce } from '../../base/read-once.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import { readPublicKey } from '../../codec/x509.ts'
import { type AlgorithmIdentifier, readAlgorithm } from '../../codec/x509-algorithm.ts'
import { ed25519Flaw, pointFlaw } from './public-points.ts'

/** What a caller may ask for beyond the default, which is: no SHA-1, no DSA, RSA from 2048 bits. */
export interface AlgorithmPolicy {
  readonly sha1?: boolean
  readonly dsa?: boolean
  readonly minimumRsaBits?: number
}

/** RFC 4055 §5: RSA has NULL, and its absence must be accepted; the others have none. */
const ALGORITHMS: Record<string, SignatureMethod> = {
  [OID.sha1WithRSAEncryption]: { keyType: 'rsa', hash: 'sha1' },
  [OID.sha256WithRSAEncryption]: { keyType: 'rsa', hash: 'sha256' },
  [OID.sha384WithRSAEncryption]: { keyType: 'rsa', hash: 'sha384' },
  [OID.sha512WithRSAEncryption]: { keyType: 'rsa', hash: 'sha512' },
  [OID.sha3256WithRSAEncryption]: { keyType: 'rsa', hash: 'sha3-256' },
  [OID.sha3384WithRSAEncryption]: { keyType: 'rsa', hash: 'sha3-384' },
  [OID.sha3512WithRSAEncryption]: { keyType: 'rsa', hash: 'sha3-512' },
  [OID.ecdsaWithSHA1]: { keyType: 'ec', hash: 'sha1' },
  [OID.ecdsaWithSHA256]: { keyType: 'ec', hash: 'sha256' },
  [OID.ecdsaWithSHA384]: { keyType: 'ec', hash: 'sha384' },
  [OID.ecdsaWithSHA512]: { keyType: 'ec', hash: 'sha512' },
  [OID.ecdsaWithSHA3256]: { keyType: 'ec', hash: 'sha3-256' },
  [OID.ecdsaWithSHA3384]: { keyType: 'ec', hash: 'sha3-384' },
  [OID.ecdsaWithSHA3512]: { keyType: 'ec', hash: 'sha3-512' },
  [OID.dsaWithSHA1]: { keyType: 'dsa', hash: 'sha1' },
  [OID.dsaWithSHA256]: { keyType: 'dsa', hash: 'sha256' },
  [OID.ed25519]: { keyType: 'ed25519' },
}

/** `undefined` when we do not verify with it. */
export function methodOf(identifier: AlgorithmIdentifier): SignatureMethod | undefined {
  if (identifier.algorithm === OID.rsassaPss) return pssMethod(identifier.parameters)
  const method = ALGORITHMS[identifier.algorithm]
  if (!method || !identifier.parameters) return method
  const isNull = identifier.parameters.length === 2 && identifier.parameters[0] === der.TAG.NULL
  return method.keyType === 'rsa' && isNull ? method : undefined
}

const PSS_HASH: Record<string, HashName> = {
  [OID.sha256]: 'sha256',
  [OID.sha384]: 'sha384',
  [OID.sha512]: 'sha512',
  [OID['sha3-256']]: 'sha3-256',
  [OID['sha3-384']]: 'sha3-384',
  [OID['sha3-512']]: 'sha3-512',
}

/** RFC 4055 §3.1: the defaults are SHA-1, so that what we verify with is written out; one hash in both places. */
function pssMethod(parameters: Bytes | undefined): SignatureMethod | undefined {
  try {
    return parameters && der.decode(parameters, (r) => r.sequence(readPss))
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}

function readPss(reader: der.DerReader): SignatureMethod {
  const digest = reader.explicit(0, readAlgorithm)
  const mask = reader.explicit(1, (r) => r.sequence((mgf) => ({ oid: mgf.oid(), hash: readAlgorithm(mgf) })))
  const saltLength = reader.optional(der.contextConstructed(2), (r) => r.explicit(2, (s) => s.smallInteger(64))) ?? 20
  const hash = PSS_HASH[digest.algorithm]
  if (!hash || mask.oid !== OID.mgf1 || mask.hash.algorithm !== digest.algorithm)
    throw new CodecError('pss-parameters', 'RSASSA-PSS with parameters that are not used here')
  return { keyType: 'rsa', hash, saltLength }
}

/** RFC 4055 §3.1: an RSASSA-PSS key signs with nothing else, with its own hash, and with no less salt than it says. */
export function keyAllows(key: AlgorithmIdentifier, method: SignatureMethod): boolean {
  if (key.algorithm !== OID.rsassaPss) return true
  if (method.saltLength === undefined) return false
  if (!key.parameters) return true
  const least = pssMethod(key.parameters)
  return least?.saltLength !== undefined && least.hash === method.hash && least.saltLength <= method.saltLength
}

/** What is wrong with a signature of this algorithm, if anything. */
export function weakAlgorithm(identifier: AlgorithmIdentifier, policy: AlgorithmPolicy = {}): string | undefined {
  const method = methodOf(identifier)
  if (!method) return 'an algorithm that is not supported'
  if (method.hash === 'sha1' && !policy.sha1) return 'SHA-1'
  return method.keyType === 'dsa' && !policy.dsa ? 'DSA' : undefined
}

/** What a policy looks at. */
interface KeyFacts {
  readonly algorithm: string
  /** Of an RSA modulus. */
  readonly bits: number
  /** Weak whatever the policy. */
  readonly flaw: string | undefined
}

/** What is wrong with this key, if anything. */
export function weakKey({ algorithm, bits, flaw }: KeyFacts, policy: AlgorithmPolicy = {}): string | undefined {
  if (flaw) return flaw
  if (isRsa(algorithm) && bits < (policy.minimumRsaBits ?? 2048)) return `RSA of ${bits} bits`
  return algorithm === OID.dsa && !policy.dsa ? 'DSA' : undefined
}

const isRsa = (algorithm: string): boolean => algorithm === OID.rsaEncryption || algorithm === OID.rsassaPss

/** Of a SubjectPublicKeyInfo. Throws `CodecError`. */
export function keyFacts(publicKeyInfo: Bytes): KeyFacts {
  const { algorithm: identifier, bits: key } = readPublicKey(publicKeyInfo)
  const { algorithm } = identifier
  const rsa = isRsa(algorithm) ? rsaFacts(key) : { bits: 0 }
  return { algorithm, bits: rsa.bits, flaw: rsa.flaw ?? flawOfKind(identifier, key) }
}

/** Keys of CAs come again and again. */
export const knownKeyFacts = readOnce(keyFacts)

const NULL = der.nullValue()

/** Keys of other algorithms are not used here. RFC 3279 §2.3, RFC 5480 §2.1.1.1, RFC 8410 §3. */
function flawOfKind({ algorithm, parameters }: AlgorithmIdentifier, key: Bytes): string | undefined {
  if (algorithm === OID.ecPublicKey) {
    const isNamed = parameters?.[0] === der.TAG.OID
    const curve = isNamed ? der.decode(parameters, (r) => r.oid()) : 'of explicit parameters'
    return pointFlaw(curve, key)
  }
  // RFC 3279 §2.3.1, RFC 8410 §3.
  if (algorithm === OID.rsaEncryption && !(parameters && equal(parameters, NULL))) return 'RSA without NULL'
  if (algorithm === OID.ed25519) return parameters ? 'Ed25519 with parameters' : ed25519Flaw(key)
  if (algorithm === OID.rsassaPss && parameters && !pssMethod(parameters))
    return 'RSASSA-PSS parameters that are not used'
  return isRsa(algorithm) || algorithm === OID.dsa ? undefined : `a key of the kind ${algorithm}`
}

const MAX_RSA_BITS = 8192

/** RFC 8017 §A.1.1. Read from the octets: numbers of this size cost as much as the check of a signature. */
function rsaFacts(key: Bytes): { readonly bits: number; readonly flaw?: string } {
  const { modulus, exponent } = der.decode(key, (r) =>
    r.sequence((inside) => ({ modulus: inside.integerOctets(), exponent: inside.integerOctets() })),
  )
  const bits = bitsOf(modulus)
  // NIST SP 800-56B §6.2 asks for more; these break RSA at once, or cost more than anybody should pay.
  if (!isPositiveOdd(modulus) || !isPositiveOdd(exponent) || bitsOf(exponent) < 2)
    return { bits, flaw: 'a broken RSA key' }
  if (bits > MAX_RSA_BITS || bitsOf(exponent) > 256) return { bits, flaw: 'an RSA key of absurd size' }
  return hasRocaFingerprint(modulus) ? { bits, flaw: 'an RSA key that can be factored (ROCA)' } : { bits }
}

const isPositiveOdd = (integer: Bytes): boolean => integer[0]! < 0x80 && (integer.at(-1)! & 1) === 1

/** Of a positive INTEGER, whose first octet may be a zero for the sign. */
function bitsOf(integer: Bytes): number {
  const leading = integer[0] === 0 ? 1 : 0
  return 8 * (integer.length - leading) - Math.clz32(integer[leading] ?? 0) + 24
}

const ROCA_PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
]

/** For each prime the remainders that powers of 65537 have: first where they are the fewest of all, which tells most. */
const ROCA_REMAINDERS = ROCA_PRIMES.map((prime) => {
  const remainders = new Set<number>()
  for (let power = 1; !remainders.has(power); power = (power * 65537) % prime) remainders.add(power)
  return { prime, remainders, share: remainders.size / (prime - 1) }
})
  .filter(({ share }) => share < 1)
  .sort((a, b) => a.share - b.share)

/** Primes of that form are powers of 65537 modulo every small prime, and so is their product. */
export const hasRocaFingerprint = (modulus: Bytes): boolean =>
  ROCA_REMAINDERS.every(({ prime, remainders }) => remainders.has(remainder(modulus, prime)))

/** Two octets at a time: all stays below 2^24. */
function remainder(integer: Bytes, prime: number): number {
  const odd = integer.length & 1
  let rest = odd ? integer[0]! % prime : 0
  for (let i = odd; i < integer.length; i += 2) rest = ((rest << 16) | (integer[i]! << 8) | integer[i + 1]!) % prime
  return rest
}
