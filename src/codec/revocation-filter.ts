// The signed revocation filter of an authority for terminals without network, and its delta, both ways.
// ours: docs/profile.md#revocation-filter. What it says of a certificate: protocol/revocation-filter.

import { type Bytes, concat, equal, fromUint, u32, utf8 } from '../base/bytes.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { decodeRibbon, encodeRibbon, type Ribbon, type Salt } from './ribbon.ts'
import { assembleSigned, readSigned } from './x509.ts'
import {
  type AlgorithmIdentifier,
  encodeAlgorithm,
  readAlgorithm,
  signatureAlgorithmIdentifier,
} from './x509-algorithm.ts'

/** First in what is signed, so that no certificate or CRL can be a filter. */
const TITLE = utf8('kazasu revocation filter 1')

export interface FilterTables {
  readonly salt: Salt
  /** Certificates that the tables speak of, and how many of them are revoked. */
  readonly issued: number
  readonly revoked: number
  /** The fingerprint of each revoked certificate, and by chance of few others. */
  readonly coarse: Ribbon
  /** One for a revoked certificate, zero for another that the coarse table lets through. */
  readonly exact: Ribbon
}

/** What a delta is laid upon. */
export interface FilterBase {
  readonly number: number
  readonly coveredUntil: Date
  /** Revoked according to the base, valid again. */
  readonly released: readonly bigint[]
}

export interface FilterHead {
  /** Of the key that signs. RFC 5280 §4.2.1.2 (1). */
  readonly keyIdentifier: Bytes
  /** Grows with each filter, deltas counted. */
  readonly number: number
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Every certificate whose notBefore is not later is in the tables: of the others nothing is said. */
  readonly coveredUntil: Date
  readonly base?: FilterBase
}

export interface TbsFilter extends FilterHead, FilterTables {
  readonly signatureAlgorithm: SignatureAlgorithm
}

/** The octets that the authority signs. */
export const encodeTbsFilter = (filter: TbsFilter): Bytes =>
  der.sequence(
    der.octetString(TITLE),
    encodeAlgorithm(signatureAlgorithmIdentifier(filter.signatureAlgorithm)),
    der.octetString(filter.keyIdentifier),
    der.integer(filter.number),
    der.generalizedTime(filter.thisUpdate),
    der.generalizedTime(filter.nextUpdate),
    der.generalizedTime(filter.coveredUntil),
    der.integer(filter.issued),
    der.integer(filter.revoked),
    der.octetString(concat(...filter.salt.map(u32))),
    der.octetString(encodeRibbon(filter.coarse)),
    der.octetString(encodeRibbon(filter.exact)),
    ...(filter.base ? [encodeBase(filter.base)] : []),
  )

const encodeBase = ({ number, coveredUntil, released }: FilterBase): Bytes =>
  der.explicit(
    0,
    der.sequence(
      der.integer(number),
      der.generalizedTime(coveredUntil),
      der.element(der.TAG.SEQUENCE, concat(...released.map(der.integer))),
    ),
  )

export const assembleFilter = assembleSigned

export interface RevocationFilter extends FilterHead, FilterTables {
  readonly raw: Bytes
  /** The signed part as it stands. */
  readonly tbs: Bytes
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Bytes
}

/** Checks every octet; the tables are not copied. */
export const decodeFilter = (bytes: Bytes): RevocationFilter =>
  der.decode(bytes, (reader) => readSigned(reader, readTbs))

function readTbs(reader: der.DerReader, tbs: Bytes) {
  if (!equal(reader.octetString(), TITLE)) throw new CodecError('filter-title', 'this is no revocation filter')
  const signatureAlgorithm = readAlgorithm(reader)
  const keyIdentifier = reader.octetString()
  const number = reader.smallInteger()
  const times = { thisUpdate: reader.generalizedTime(), nextUpdate: reader.generalizedTime() }
  const coveredUntil = reader.generalizedTime()
  const counts = { issued: reader.smallInteger(), revoked: reader.smallInteger() }
  const salt = saltOf(reader.octetString())
  const tables = { coarse: decodeRibbon(reader.octetString()), exact: decodeRibbon(reader.octetString()) }
  if (tables.exact.columns !== (counts.revoked > 0 ? 1 : 0))
    throw new CodecError('filter-tables', 'the exact table has one column where something is revoked')
  const base = reader.optional(der.contextConstructed(0), (r) => r.explicit(0, (inside) => inside.sequence(readBase)))
  return {
    tbs,
    signatureAlgorithm,
    keyIdentifier,
    number,
    ...times,
    coveredUntil,
    ...counts,
    salt,
    ...tables,
    ...(base && { base }),
  }
}

/** From 16 random octets. Throws `CodecError` for another length. */
export function saltOf(octets: Bytes): Salt {
  if (octets.length !== 16) throw new CodecError('filter-salt', 'the salt has 16 octets')
  return [0, 4, 8, 12].map((at) => fromUint(octets.subarray(at, at + 4))) as unknown as Salt
}

const readBase = (reader: der.DerReader): FilterBase => ({
  number: reader.smallInteger(),
  coveredUntil: reader.generalizedTime(),
  released: reader.sequenceOf((list) => list.integer()),
})
