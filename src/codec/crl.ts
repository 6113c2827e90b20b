// Certificate revocation lists, version 2, both ways. RFC 5280 §5. Entries are never held as objects:
// a list of half a million is checked once and then searched in place.

import { type Bytes, equal, NO_BYTES } from '../base/bytes.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { checkInteger, decodeInteger, encodeInteger } from './der-value.ts'
import { encodeName, type Name, readName } from './name.ts'
import { OID } from './oid.ts'
import { assembleSigned, type Extension, encodeExtensions, extensionOf, readExtensions } from './x509.ts'
import {
  type AlgorithmIdentifier,
  algorithmEqual,
  encodeAlgorithm,
  readAlgorithm,
  signatureAlgorithmIdentifier,
} from './x509-algorithm.ts'
import {
  type AuthorityKeyIdentifier,
  type DistributionPoint,
  decodeAuthorityKeyIdentifier,
  encodeAuthorityKeyIdentifier,
  encodeDistributionPointName,
  readDistributionPointName,
} from './x509-extensions.ts'

/** RFC 5280 §5.3.1. */
export const CRL_REASON = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const satisfies Record<string, number>
export type CrlReason = keyof typeof CRL_REASON

export const crlReasonOf = (code: number): CrlReason => {
  const found = Object.entries(CRL_REASON).find(([, number]) => number === code)
  if (!found) throw new CodecError('crl-reason', 'a revocation reason that does not exist')
  return found[0] as CrlReason
}

export interface RevokedCertificate {
  readonly serialNumber: bigint
  readonly revokedAt: Date
  /** Absent means unspecified: RFC 5280 §5.3.1 forbids to write that one. */
  readonly reason?: CrlReason
}

/** RFC 5280 §5.2.5. */
export interface IssuingDistributionPoint extends Pick<DistributionPoint, 'fullName' | 'relativeName'> {
  readonly onlyContainsUserCerts?: boolean
  readonly onlyContainsCACerts?: boolean
  readonly onlySomeReasons?: readonly number[]
  readonly indirectCRL?: boolean
  readonly onlyContainsAttributeCerts?: boolean
}

export interface TbsCertList {
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: Iterable<RevokedCertificate>
  readonly crlNumber: bigint
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier
  readonly issuingDistributionPoint?: IssuingDistributionPoint
}

/** The octets that the issuer signs; always version 2. */
export function encodeTbsCertList(fields: TbsCertList): Bytes {
  const entries = Array.from(fields.revoked, encodeEntry)
  const { issuingDistributionPoint: idp } = fields
  return der.sequence(
    der.integer(1),
    encodeAlgorithm(signatureAlgorithmIdentifier(fields.signatureAlgorithm)),
    encodeName(fields.issuer),
    der.time(fields.thisUpdate),
    der.time(fields.nextUpdate),
    // RFC 5280 §5.1.2.6: absent when nothing is revoked.
    ...(entries.length > 0 ? [der.element(der.TAG.SEQUENCE, joined(entries))] : []),
    der.explicit(
      0,
      encodeExtensions([
        {
          oid: OID.authorityKeyIdentifier,
          critical: false,
          value: encodeAuthorityKeyIdentifier(fields.authorityKeyIdentifier),
        },
        { oid: OID.cRLNumber, critical: false, value: der.integer(fields.crlNumber) },
        ...(idp
          ? [{ oid: OID.issuingDistributionPoint, critical: true, value: encodeIssuingDistributionPoint(idp) }]
          : []),
      ]),
    ),
  )
}

/** Not `concat`: half a million arguments are more than a call can take. */
function joined(entries: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(entries.reduce((length, entry) => length + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    whole.set(entry, at)
    at += entry.length
  }
  return whole
}

/** The extensions of an entry, made once for each reason: a list repeats them a million times. */
const ENTRY_EXTENSIONS = new Map(
  Object.entries(CRL_REASON)
    .filter(([reason]) => reason !== 'unspecified')
    .map(([reason, code]) => [
      reason,
      encodeExtensions([{ oid: OID.reasonCode, critical: false, value: der.enumerated(code) }]),
    ]),
)

const encodeEntry = ({ serialNumber, revokedAt, reason }: RevokedCertificate): Bytes =>
  der.sequence(
    der.integer(serialNumber),
    der.time(revokedAt),
    ENTRY_EXTENSIONS.get(reason ?? 'unspecified') ?? NO_BYTES,
  )

export const encodeIssuingDistributionPoint = (idp: IssuingDistributionPoint): Bytes => {
  const flag = (n: number, set: boolean | undefined) => (set ? [der.implicit(n, der.boolean(true))] : [])
  return der.sequence(
    ...encodeDistributionPointName(idp),
    ...flag(1, idp.onlyContainsUserCerts),
    ...flag(2, idp.onlyContainsCACerts),
    ...(idp.onlySomeReasons ? [der.implicit(3, der.namedBits(...idp.onlySomeReasons))] : []),
    ...flag(4, idp.indirectCRL),
    ...flag(5, idp.onlyContainsAttributeCerts),
  )
}

export const decodeIssuingDistributionPoint = (value: Bytes): IssuingDistributionPoint =>
  der.decode(value, (r) =>
    r.sequence((inside) => {
      const reasons = der.contextPrimitive(3)
      const name = readDistributionPointName(inside)
      const onlyContainsUserCerts = inside.flag(der.contextPrimitive(1))
      const onlyContainsCACerts = inside.flag(der.contextPrimitive(2))
      const onlySomeReasons = inside.optional(reasons, (f) => f.namedBits(reasons))
      const indirectCRL = inside.flag(der.contextPrimitive(4))
      const onlyContainsAttributeCerts = inside.flag(der.contextPrimitive(5))
      return {
        ...name,
        ...(onlySomeReasons && { onlySomeReasons }),
        ...(onlyContainsUserCerts && { onlyContainsUserCerts }),
        ...(onlyContainsCACerts && { onlyContainsCACerts }),
        ...(indirectCRL && { indirectCRL }),
        ...(onlyContainsAttributeCerts && { onlyContainsAttributeCerts }),
      }
    }),
  )

export const assembleCrl = assembleSigned

export interface CertificateList {
  readonly raw: Bytes
  /** The signed part as it stands. */
  readonly tbs: Bytes
  readonly version: 1 | 2
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate?: Date
  /** The contents of `revokedCertificates`: entry after entry. Search it with `findRevoked`. */
  readonly entries: Bytes
  readonly entryCount: number
  /** Some entry has a critical extension that is not understood here: the list says nothing. RFC 5280 §5.3. */
  readonly unknownCriticalEntryExtension: boolean
  readonly extensions: readonly Extension[]
  readonly crlNumber?: bigint
  readonly authorityKeyIdentifier?: AuthorityKeyIdentifier
  readonly issuingDistributionPoint?: IssuingDistributionPoint
  readonly signature: Bytes
}

/** Checks every octet, every entry too, in one linear pass. */
export const decodeCrl = (bytes: Bytes): CertificateList =>
  der.decode(bytes, (outer) =>
    outer.sequence((inside) => {
      const tbs = inside.raw(der.TAG.SEQUENCE)
      const signatureAlgorithm = readAlgorithm(inside)
      const fields = der.decode(tbs, (r) => r.sequence(readTbs))
      if (!algorithmEqual(fields.signatureAlgorithm, signatureAlgorithm))
        throw new CodecError('algorithm-mismatch', 'the signed algorithm is not the one outside')
      return { raw: bytes, tbs, ...fields, ...typedExtensions(fields), signature: inside.bitStringOctets() }
    }),
  )

function readTbs(reader: der.DerReader) {
  const version = reader.optional(der.TAG.INTEGER, (r) => r.smallInteger())
  if (version !== undefined && version !== 1) throw new CodecError('version', 'a CRL of an unknown version')
  const fields = {
    version: version === 1 ? (2 as const) : (1 as const),
    signatureAlgorithm: readAlgorithm(reader),
    issuer: readName(reader),
    thisUpdate: reader.time(),
  }
  const isTime = reader.has(der.TAG.UTC_TIME) || reader.has(der.TAG.GENERALIZED_TIME)
  const nextUpdate = isTime ? reader.time() : undefined
  const entries = reader.optional(der.TAG.SEQUENCE, (r) => r.contents(der.TAG.SEQUENCE)) ?? NO_BYTES
  const extensions = reader.optional(der.contextConstructed(0), (r) => r.explicit(0, readExtensions)) ?? []
  return { ...fields, ...(nextUpdate && { nextUpdate }), entries, ...inspectEntries(entries), extensions }
}

function typedExtensions(list: { readonly extensions: readonly Extension[] }) {
  const number = extensionOf(list, OID.cRLNumber)
  const aki = extensionOf(list, OID.authorityKeyIdentifier)
  const idp = extensionOf(list, OID.issuingDistributionPoint)
  return {
    ...(number && { crlNumber: der.decode(number.value, (r) => r.integer()) }),
    ...(aki && { authorityKeyIdentifier: decodeAuthorityKeyIdentifier(aki.value) }),
    ...(idp && { issuingDistributionPoint: decodeIssuingDistributionPoint(idp.value) }),
  }
}

const KNOWN_ENTRY_EXTENSIONS: readonly string[] = [OID.reasonCode, OID.invalidityDate]

function inspectEntries(entries: Bytes) {
  let entryCount = 0
  let unknownCriticalEntryExtension = false
  der.decode(entries, (reader) => {
    for (; !reader.done; entryCount++) {
      const { extensions } = reader.sequence(readEntry)
      unknownCriticalEntryExtension ||= extensions.some((e) => e.critical && !KNOWN_ENTRY_EXTENSIONS.includes(e.oid))
    }
  })
  return { entryCount, unknownCriticalEntryExtension }
}

function readEntry(reader: der.DerReader) {
  const serialNumber = reader.contents(der.TAG.INTEGER)
  checkInteger(serialNumber)
  const revokedAt = reader.time()
  return { serialNumber, revokedAt, extensions: reader.done ? [] : readExtensions(reader) }
}

/** The entry of this serial number, found by comparing octets; nothing else is decoded. */
export function findRevoked(list: CertificateList, serialNumber: bigint): RevokedCertificate | undefined {
  const wanted = encodeInteger(serialNumber)
  return der.decode(list.entries, (reader) => {
    let found: RevokedCertificate | undefined
    while (!reader.done) {
      const entry = reader.contents(der.TAG.SEQUENCE)
      if (!found && entry[1] === wanted.length && equal(entry.subarray(2, 2 + wanted.length), wanted))
        found = revokedCertificate(der.element(der.TAG.SEQUENCE, entry))
    }
    return found
  })
}

function revokedCertificate(entry: Bytes): RevokedCertificate {
  const fields = der.decode(entry, (r) => r.sequence(readEntry))
  const reason = extensionOf(fields, OID.reasonCode)
  return {
    serialNumber: decodeInteger(fields.serialNumber),
    revokedAt: fields.revokedAt,
    ...(reason && { reason: crlReasonOf(der.decode(reason.value, (r) => r.enumerated())) }),
  }
}
