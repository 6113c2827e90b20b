// The entries of certificate revocation lists: written, inspected in one pass, and searched in place. RFC 5280 §5.3.
// The certificate issuer of an indirect list holds for the entries that follow, so that a search starts at the first.

import { type Bytes, equal, fromUint, hex, NO_BYTES } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { checkInteger, decodeInteger, encodeInteger } from './der-value.ts'
import { type Name, nameEqual } from './name.ts'
import { directoryName } from './name-general.ts'
import { OID } from './oid.ts'
import { type Extension, encodeExtensions, extensionOf, readExtensions } from './x509.ts'
import { decodeAltName, encodeAltName } from './x509-extensions.ts'

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
  /** RFC 5280 §5.3.3: for this entry and those after it; in indirect lists only. */
  readonly certificateIssuer?: Name
}

/** Entry after entry into one growing piece of memory: a list of a million is never held as objects. */
export interface EntryWriter {
  add(entry: RevokedCertificate): void
  /** What was added so far; not a copy. */
  bytes(): Bytes
}

export function entryWriter(): EntryWriter {
  const encodeTime = timeEncoder()
  let memory: Bytes = new Uint8Array(4096)
  let length = 0
  const append = (part: Bytes) => {
    memory.set(part, length)
    length += part.length
  }
  const add = ({ serialNumber, revokedAt, reason, certificateIssuer }: RevokedCertificate) => {
    const time = encodeTime(revokedAt)
    const serial = encodeInteger(serialNumber)
    const extensions = certificateIssuer
      ? indirectExtensions(certificateIssuer, reason)
      : (ENTRY_EXTENSIONS.get(reason ?? 'unspecified') ?? NO_BYTES)
    const size = 2 + serial.length + time.length + extensions.length
    if (length + size + 8 > memory.length) memory = enlarged(memory, length + size + 8)
    // One octet of length is enough for nearly all; what is longer is made in the ordinary way.
    if (size > 0x7f) return append(der.sequence(der.element(der.TAG.INTEGER, serial), time, extensions))
    memory[length++] = der.TAG.SEQUENCE
    memory[length++] = size
    memory[length++] = der.TAG.INTEGER
    memory[length++] = serial.length
    append(serial)
    append(time)
    append(extensions)
  }
  return { add, bytes: () => memory.subarray(0, length) }
}

function enlarged(memory: Bytes, least: number): Bytes {
  const larger = new Uint8Array(Math.max(2 * memory.length, least))
  larger.set(memory)
  return larger
}

export function encodeEntries(revoked: Iterable<RevokedCertificate>): Bytes {
  const writer = entryWriter()
  for (const entry of revoked) writer.add(entry)
  return writer.bytes()
}

const DAY_MS = 86_400_000

/** As `der.time`, but the calendar is asked once a day of the list. What it gives is good until the next call. */
function timeEncoder(): (at: Date) => Bytes {
  const days = new Map<number, Bytes>()
  return (at) => {
    const seconds = Math.floor(at.getTime() / 1000)
    const day = Math.floor(seconds / 86_400)
    const encoded = days.get(day) ?? der.time(new Date(day * DAY_MS))
    days.set(day, encoded)
    const second = seconds - day * 86_400
    const end = encoded.length
    twoDigits(encoded, end - 7, Math.floor(second / 3600))
    twoDigits(encoded, end - 5, Math.floor(second / 60) % 60)
    twoDigits(encoded, end - 3, second % 60)
    return encoded
  }
}

function twoDigits(into: Bytes, at: number, value: number): void {
  into[at] = 0x30 + Math.floor(value / 10)
  into[at + 1] = 0x30 + (value % 10)
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

const indirectExtensions = (issuer: Name, reason: CrlReason = 'unspecified'): Bytes =>
  encodeExtensions([
    ...(reason === 'unspecified'
      ? []
      : [{ oid: OID.reasonCode, critical: false, value: der.enumerated(CRL_REASON[reason]) }]),
    { oid: OID.certificateIssuer, critical: true, value: encodeAltName(directoryName(issuer)) },
  ])

const KNOWN_ENTRY_EXTENSIONS: readonly string[] = [OID.reasonCode, OID.invalidityDate, OID.certificateIssuer]

export function inspectEntries(entries: Bytes) {
  let unknownCriticalEntryExtension = false
  let namesCertificateIssuers = false
  const serialNumbers: Bytes[] = []
  der.decode(entries, (reader) => {
    while (!reader.done) {
      const { serialNumber, extensions } = reader.sequence(readEntry)
      serialNumbers.push(serialNumber)
      unknownCriticalEntryExtension ||= extensions.some((e) => e.critical && !KNOWN_ENTRY_EXTENSIONS.includes(e.oid))
      namesCertificateIssuers ||= extensions.some(({ oid }) => oid === OID.certificateIssuer)
    }
  })
  return {
    entryCount: serialNumbers.length,
    unknownCriticalEntryExtension,
    namesCertificateIssuers,
    repeatsSerialNumber: !namesCertificateIssuers && hasRepeats(serialNumbers),
  }
}

/** Sorted by a digest; octets are compared only where two digests agree, so that chosen numbers gain nothing. */
function hasRepeats(serialNumbers: readonly Bytes[]): boolean {
  const digests = Float64Array.from(serialNumbers, digestOf)
  const sorted = digests.toSorted()
  const twice = new Set(sorted.filter((digest, i) => i > 0 && digest === sorted[i - 1]))
  if (twice.size === 0) return false
  const doubtful = serialNumbers.filter((_, i) => twice.has(digests[i]!))
  return new Set(doubtful.map(hex)).size < doubtful.length
}

/** Exact up to six octets. */
function digestOf(serialNumber: Bytes): number {
  if (serialNumber.length <= 6) return fromUint(serialNumber)
  let [high, low] = [0, 0]
  for (const octet of serialNumber) {
    high = Math.imul(high ^ octet, 0x01000193)
    low = Math.imul(low + octet, 0x85ebca6b) ^ (low >>> 13)
  }
  return (high >>> 0) * 2 ** 20 + (low >>> 12)
}

function readEntry(reader: der.DerReader) {
  const serialNumber = reader.contents(der.TAG.INTEGER)
  checkInteger(serialNumber)
  const revokedAt = reader.time()
  return { serialNumber, revokedAt, extensions: reader.done ? [] : readExtensions(reader) }
}

/** What a search looks at; a `CertificateList` is one. */
export interface Searchable {
  readonly issuer: Name
  readonly entries: Bytes
  readonly namesCertificateIssuers: boolean
}

/**
 * The entry of this serial number, found by comparing octets; nothing else is decoded. Of an indirect list the entry
 * for the certificates of `certificateIssuer`, which is the issuer of the list when none is said.
 */
export function findRevoked(
  list: Searchable,
  serialNumber: bigint,
  certificateIssuer: Name = list.issuer,
): RevokedCertificate | undefined {
  if (list.namesCertificateIssuers) return findIndirect(list, serialNumber, certificateIssuer)
  if (!nameEqual(list.issuer, certificateIssuer)) return undefined
  const wanted = encodeInteger(serialNumber)
  return der.decode(list.entries, (reader) => {
    let found: RevokedCertificate | undefined
    while (!reader.done) {
      const entry = reader.contents(der.TAG.SEQUENCE)
      if (!found && entry[1] === wanted.length && equal(entry.subarray(2, 2 + wanted.length), wanted))
        found = revokedCertificate(der.decode(der.element(der.TAG.SEQUENCE, entry), (r) => r.sequence(readEntry)))
    }
    return found
  })
}

/** RFC 5280 §5.3.3: the issuer is that of the entry before, at first that of the list. */
function findIndirect(list: Searchable, serialNumber: bigint, wanted: Name): RevokedCertificate | undefined {
  return der.decode(list.entries, (reader) => {
    let found: RevokedCertificate | undefined
    let ours = nameEqual(list.issuer, wanted)
    while (!reader.done) {
      const entry = reader.sequence(readEntry)
      const named = extensionOf(entry, OID.certificateIssuer)
      if (named) ours = certificateIssuers(named).some((name) => nameEqual(name, wanted))
      if (!found && ours && decodeInteger(entry.serialNumber) === serialNumber) found = revokedCertificate(entry)
    }
    return found
  })
}

const certificateIssuers = ({ value }: Extension): Name[] =>
  decodeAltName(value).flatMap((one) => (one.kind === 'directoryName' ? [one.name] : []))

function revokedCertificate(entry: ReturnType<typeof readEntry>): RevokedCertificate {
  const reason = extensionOf(entry, OID.reasonCode)
  return {
    serialNumber: decodeInteger(entry.serialNumber),
    revokedAt: entry.revokedAt,
    ...(reason && { reason: crlReasonOf(der.decode(reason.value, (r) => r.enumerated())) }),
  }
}
