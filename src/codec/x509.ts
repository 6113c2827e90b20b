// X.509 certificates, both ways; what was decoded encodes to the same octets. RFC 5280 §4.1.
// Whether a certificate is to be trusted is not decided here but in protocol/path-validation.

import type { Bytes } from '../base/bytes.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import { readKnown } from '../base/read-known.ts'
import { readOnce } from '../base/read-once.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { decodeName, encodeName, type Name, readName } from './name.ts'
import {
  type AlgorithmIdentifier,
  algorithmEqual,
  encodeAlgorithm,
  readAlgorithm,
  signatureAlgorithmIdentifier,
} from './x509-algorithm.ts'

export interface Extension {
  readonly oid: string
  readonly critical: boolean
  /** The DER inside the OCTET STRING. */
  readonly value: Bytes
}

export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

export interface Certificate {
  readonly raw: Bytes
  /** The signed part as it stands. */
  readonly tbs: Bytes
  readonly version: 1 | 2 | 3
  readonly serialNumber: bigint
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly issuer: Name
  readonly validity: Validity
  readonly subject: Name
  /** DER SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Bytes
  /** What of it says the kind of key. */
  readonly publicKeyAlgorithm: AlgorithmIdentifier
  readonly extensions: readonly Extension[]
  readonly signature: Bytes
}

export const decodeCertificate = (bytes: Bytes): Certificate => der.decode(bytes, readCertificate)

export const readCertificate = (reader: der.DerReader): Certificate => readSigned(reader, readTbs)

interface SignedFields {
  /** The signed part as it stands. */
  readonly tbs: Bytes
  readonly signatureAlgorithm: AlgorithmIdentifier
}

/** `SIGNED` of RFC 5280 §§4.1, 5.1 whose signed part names the algorithm too: `readTbs` is given that part's reader and octets. */
export const readSigned = <T extends SignedFields>(
  reader: der.DerReader,
  readTbs: (reader: der.DerReader, tbs: Bytes) => T,
): T & { readonly raw: Bytes; readonly signature: Bytes } =>
  reader.whole((outer, raw) => {
    const fields = outer.whole(readTbs)
    // RFC 5280 §4.1.1.2: the two must be the same.
    if (!algorithmEqual(fields.signatureAlgorithm, readAlgorithm(outer)))
      throw new CodecError('algorithm-mismatch', 'the signed algorithm is not the one outside')
    return { ...fields, raw, signature: outer.bitStringOctets() }
  })

/** Issuers are few: the same object each time, so that what is found of a name can be kept. */
const knownIssuer = readKnown(512, decodeName)

const readValidity = (reader: der.DerReader): Validity => ({
  notBefore: reader.eitherTime(),
  notAfter: reader.eitherTime(),
})

const UNIQUE_IDENTIFIERS = [der.contextPrimitive(1), der.contextPrimitive(2)]
const EXTENSIONS = der.contextConstructed(3)

type TbsFields = Omit<Certificate, 'raw' | 'signature'>

function readTbs(reader: der.DerReader, tbs: Bytes): TbsFields {
  const version = readVersion(reader)
  const serialNumber = reader.integer()
  const signatureAlgorithm = readAlgorithm(reader)
  const issuer = reader.known(der.TAG.SEQUENCE, knownIssuer)
  const validity = reader.sequence(readValidity)
  const subject = readName(reader)
  const key = reader.whole(readKey)
  for (const n of UNIQUE_IDENTIFIERS) if (reader.has(n)) reader.bitString(n)
  const extensions = reader.has(EXTENSIONS) ? reader.enter(EXTENSIONS, readExtensions) : []
  if (extensions.length > 0 && version !== 3) throw new CodecError('version', 'extensions need version 3')
  return {
    tbs,
    version,
    serialNumber,
    signatureAlgorithm,
    issuer,
    validity,
    subject,
    subjectPublicKeyInfo: key.raw,
    publicKeyAlgorithm: key.algorithm,
    extensions,
  }
}

/** DEFAULT v1, so v1 is never written out. */
function readVersion(reader: der.DerReader): 1 | 2 | 3 {
  const number = reader.optional(der.contextConstructed(0), (r) => r.explicit(0, (inside) => inside.smallInteger(2)))
  if (number === 0) throw new CodecError('default-encoded', 'version 1 is written out')
  if (number === undefined) return 1
  return number === 1 ? 2 : 3
}

/** The contents of the `subjectPublicKey` BIT STRING: what key identifiers are the hash of. RFC 5280 §4.2.1.2 (1). */
export const publicKeyBits = (subjectPublicKeyInfo: Bytes): Bytes => readPublicKey(subjectPublicKeyInfo).bits

/** A SubjectPublicKeyInfo in its two parts. */
export const readPublicKey = (subjectPublicKeyInfo: Bytes) => der.decode(subjectPublicKeyInfo, (r) => r.whole(readKey))

const readKey = (reader: der.DerReader, raw: Bytes) => ({
  raw,
  algorithm: readAlgorithm(reader),
  bits: reader.bitStringOctets(),
})

/** A certificate must not have two extensions of one kind. RFC 5280 §4.2. */
export function readExtensions(reader: der.DerReader, tag: number = der.TAG.SEQUENCE): Extension[] {
  const extensions = reader.sequenceOf(readExtension, tag)
  if (extensions.length === 0) throw new CodecError('extensions-empty', 'an empty list of extensions')
  if (new Set(extensions.map(({ oid }) => oid)).size !== extensions.length)
    throw new CodecError('extension-twice', 'an extension occurs twice')
  return extensions
}

const readExtension = (reader: der.DerReader): Extension =>
  reader.sequence((inside) => new ReadExtension(inside.oid(), inside.flag(), inside.octetString()))

/** Many rules ask what one extension says: it is decoded for the first of them. */
class ReadExtension implements Extension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Bytes
  #decode: ((value: Bytes) => unknown) | undefined
  #decoded: unknown

  constructor(oid: string, critical: boolean, value: Bytes) {
    this.oid = oid
    this.critical = critical
    this.value = value
  }

  decodedBy<T>(decode: (value: Bytes) => T): T {
    if (this.#decode !== decode) {
      this.#decoded = decode(this.value)
      this.#decode = decode
    }
    return this.#decoded as T
  }
}

export const encodeExtension = ({ oid, critical, value }: Extension): Bytes =>
  der.sequence(der.oid(oid), der.flag(critical), der.octetString(value))

export const encodeExtensions = (extensions: readonly Extension[]): Bytes =>
  der.sequence(...extensions.map(encodeExtension))

export interface TbsCertificate {
  readonly serialNumber: bigint
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly issuer: Name
  readonly validity: Validity
  readonly subject: Name
  /** DER SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Bytes
  /** Those that are the same in many certificates may be given as `encodeExtension` gives them. */
  readonly extensions: readonly (Extension | Bytes)[]
}

/** Issuers are few and their names long. */
export const encodeIssuer: (name: Name) => Bytes = readOnce(encodeName)
const VERSION_3 = der.explicit(0, der.integer(2))

/** The octets that the issuer signs; always version 3. */
export const encodeTbsCertificate = (fields: TbsCertificate): Bytes =>
  der.sequence(
    VERSION_3,
    der.integer(fields.serialNumber),
    encodeAlgorithm(signatureAlgorithmIdentifier(fields.signatureAlgorithm)),
    encodeIssuer(fields.issuer),
    der.sequence(der.time(fields.validity.notBefore), der.time(fields.validity.notAfter)),
    encodeName(fields.subject),
    fields.subjectPublicKeyInfo,
    der.explicit(
      3,
      der.sequence(...fields.extensions.map((one) => (one instanceof Uint8Array ? one : encodeExtension(one)))),
    ),
  )

/** `SIGNED{ToBeSigned}` of RFC 5280 §4.1: certificates, CRLs and OCSP responses have this shape. */
export const assembleSigned = (tbs: Bytes, algorithm: SignatureAlgorithm, signature: Bytes): Bytes =>
  der.sequence(tbs, encodeAlgorithm(signatureAlgorithmIdentifier(algorithm)), der.bitString(signature))

export const assembleCertificate = assembleSigned

/** Opposite of `assembleSigned`; what is signed is not looked into. */
export const signedParts = (whole: Bytes): { tbs: Bytes; algorithm: AlgorithmIdentifier; signature: Bytes } =>
  der.decode(whole, (outer) =>
    outer.sequence((inside) => ({
      tbs: inside.raw(der.TAG.SEQUENCE),
      algorithm: readAlgorithm(inside),
      signature: inside.bitStringOctets(),
    })),
  )

interface Extended {
  readonly extensions: readonly Extension[]
}

export const extensionOf = (of: Extended, oid: string): Extension | undefined =>
  of.extensions.find((extension) => extension.oid === oid)

/** What `decode` makes of an extension, if it is there: for one function the same object each time, which nobody changes. */
export function extensionValue<T>(of: Extended, oid: string, decode: (value: Bytes) => T): T | undefined {
  const found = extensionOf(of, oid)
  return found && decodedExtension(found, decode)
}

export const decodedExtension = <T>(extension: Extension, decode: (value: Bytes) => T): T =>
  extension instanceof ReadExtension ? extension.decodedBy(decode) : decode(extension.value)
