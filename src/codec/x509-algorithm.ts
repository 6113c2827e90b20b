// AlgorithmIdentifier and what of it we sign and verify with. RFC 5280 §4.1.1.2, RFC 4055 §5, RFC 5758 §3.2.

import { type Bytes, equal, NO_BYTES } from '../base/bytes.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import { readKnown } from '../base/read-known.ts'
import { readOnce } from '../base/read-once.ts'
import * as der from './der.ts'
import { OID } from './oid.ts'

export interface AlgorithmIdentifier {
  readonly algorithm: string
  /** The whole element, when present. */
  readonly parameters?: Bytes
}

/** RFC 4055 §5: RSA has NULL parameters; RFC 5758 §3.2: ECDSA has none. */
const SIGNATURE = {
  'RSA-SHA256': { algorithm: OID.sha256WithRSAEncryption, parameters: der.nullValue(), digest: OID.sha256 },
  'ECDSA-P256-SHA256': { algorithm: OID.ecdsaWithSHA256, digest: OID.sha256 },
  'ECDSA-P384-SHA384': { algorithm: OID.ecdsaWithSHA384, digest: OID.sha384 },
} as const satisfies Record<SignatureAlgorithm, AlgorithmIdentifier & { digest: string }>

/** Those in use are few: the same object each time. */
const knownAlgorithm = readKnown(128, (whole) => der.decode(whole, (reader) => readFields(reader, der.TAG.SEQUENCE)))

export const readAlgorithm = (reader: der.DerReader, tag: number = der.TAG.SEQUENCE): AlgorithmIdentifier =>
  tag === der.TAG.SEQUENCE ? reader.known(tag, knownAlgorithm) : readFields(reader, tag)

const readFields = (reader: der.DerReader, tag: number): AlgorithmIdentifier =>
  reader.sequence((inside) => {
    const algorithm = inside.oid()
    return inside.done ? { algorithm } : { algorithm, parameters: inside.raw() }
  }, tag)

export const encodeAlgorithm: (identifier: AlgorithmIdentifier) => Bytes = readOnce(({ algorithm, parameters }) =>
  parameters ? der.sequence(der.oid(algorithm), parameters) : der.sequence(der.oid(algorithm)),
)

const identifierOf = (algorithm: SignatureAlgorithm): AlgorithmIdentifier => {
  const { digest: _, ...identifier } = SIGNATURE[algorithm]
  return identifier
}
const IDENTIFIERS = new Map((Object.keys(SIGNATURE) as SignatureAlgorithm[]).map((name) => [name, identifierOf(name)]))

export const signatureAlgorithmIdentifier = (algorithm: SignatureAlgorithm): AlgorithmIdentifier =>
  IDENTIFIERS.get(algorithm)!

/** The algorithm of the port, or `undefined` when we do not verify with it. */
export function signatureAlgorithmOf(identifier: AlgorithmIdentifier): SignatureAlgorithm | undefined {
  for (const [name, known] of IDENTIFIERS) if (algorithmEqual(identifier, known)) return name
  return undefined
}

/** The OID of the hash that a signature algorithm uses. */
export const digestOf = (algorithm: SignatureAlgorithm): string => SIGNATURE[algorithm].digest

export const algorithmEqual = (a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean =>
  a === b || (a.algorithm === b.algorithm && equal(a.parameters ?? NO_BYTES, b.parameters ?? NO_BYTES))
