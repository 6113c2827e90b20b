// Certificate revocation lists, version 2, both ways. RFC 5280 §5. Entries are never held as objects:
// a list of half a million is checked once and then searched in place.

import { type Bytes, NO_BYTES } from '../base/bytes.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import { CodecError } from './codec-error.ts'
import { encodeEntries, inspectEntries, type RevokedCertificate } from './crl-entries.ts'
import * as der from './der.ts'
import { encodeName, type Name, readName } from './name.ts'
import { OID } from './oid.ts'
import { assembleSigned, type Extension, encodeExtensions, extensionOf, readExtensions, readSigned } from './x509.ts'
import {
  type AlgorithmIdentifier,
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

export {
  CRL_REASON,
  type CrlReason,
  crlReasonOf,
  entryWriter,
  findRevoked,
  type RevokedCertificate,
} from './crl-entries.ts'

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
  /** The entries, or what an `entryWriter` made of them. */
  readonly revoked: Iterable<RevokedCertificate> | Bytes
  readonly crlNumber: bigint
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier
  readonly issuingDistributionPoint?: IssuingDistributionPoint
  /** RFC 5280 §5.2.4: makes the list a delta of this complete one. */
  readonly baseCrlNumber?: bigint
}

/** The octets that the issuer signs; always version 2. */
export function encodeTbsCertList(fields: TbsCertList): Bytes {
  const entries = fields.revoked instanceof Uint8Array ? fields.revoked : encodeEntries(fields.revoked)
  const { issuingDistributionPoint: idp } = fields
  return der.sequence(
    der.integer(1),
    encodeAlgorithm(signatureAlgorithmIdentifier(fields.signatureAlgorithm)),
    encodeName(fields.issuer),
    der.time(fields.thisUpdate),
    der.time(fields.nextUpdate),
    // RFC 5280 §5.1.2.6: absent when nothing is revoked.
    ...(entries.length > 0 ? [der.element(der.TAG.SEQUENCE, entries)] : []),
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
        ...(fields.baseCrlNumber === undefined
          ? []
          : [{ oid: OID.deltaCRLIndicator, critical: true, value: der.integer(fields.baseCrlNumber) }]),
      ]),
    ),
  )
}

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

const decodeIssuingDistributionPoint = (value: Bytes): IssuingDistributionPoint =>
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
  /** Some entry names the CA that issued the certificate: the list is an indirect one. RFC 5280 §5.3.3. */
  readonly namesCertificateIssuers: boolean
  /** Some serial number stands twice: which entry counts is not said. Never told of an indirect list. */
  readonly repeatsSerialNumber: boolean
  readonly extensions: readonly Extension[]
  readonly crlNumber?: bigint
  /** The BaseCRLNumber: there only when this is a delta CRL. RFC 5280 §5.2.4. */
  readonly baseCrlNumber?: bigint
  readonly authorityKeyIdentifier?: AuthorityKeyIdentifier
  readonly issuingDistributionPoint?: IssuingDistributionPoint
  readonly signature: Bytes
}

/** Checks every octet, every entry too, in one linear pass. */
export const decodeCrl = (bytes: Bytes): CertificateList =>
  der.decode(bytes, (reader) => {
    const list = readSigned(reader, readTbs)
    return { ...list, ...typedExtensions(list) }
  })

/** When it was made and when the next is due, without a look at its entries: of a list that we made ourselves. */
export const readCrlTimes = (bytes: Bytes): { readonly thisUpdate: Date; readonly nextUpdate: Date } =>
  der.decode(bytes, (outer) =>
    outer.sequence((inside) => {
      const times = inside.sequence((reader) => {
        reader.optional(der.TAG.INTEGER, (r) => r.smallInteger())
        readAlgorithm(reader)
        readName(reader)
        const found = { thisUpdate: reader.time(), nextUpdate: reader.time() }
        while (!reader.done) reader.raw()
        return found
      })
      readAlgorithm(inside)
      inside.bitStringOctets()
      return times
    }),
  )

function readTbs(reader: der.DerReader, tbs: Bytes) {
  const version = reader.optional(der.TAG.INTEGER, (r) => r.smallInteger())
  if (version !== undefined && version !== 1) throw new CodecError('version', 'a CRL of an unknown version')
  const fields = {
    tbs,
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
  const base = extensionOf(list, OID.deltaCRLIndicator)
  return {
    ...(number && { crlNumber: der.decode(number.value, (r) => r.integer()) }),
    ...(base && { baseCrlNumber: der.decode(base.value, (r) => r.integer()) }),
    ...(aki && { authorityKeyIdentifier: decodeAuthorityKeyIdentifier(aki.value) }),
    ...(idp && { issuingDistributionPoint: decodeIssuingDistributionPoint(idp.value) }),
  }
}
