// What an OCSP response says of a certificate. RFC 6960 §3.2, §4.2.2; nonce of RFC 9654.
// The responder is the CA itself or one whose certificate the CA signed for this; locally trusted responders are not known.

import { type Bytes, equal } from '../../base/bytes.ts'
import { sha1 } from '../../base/crypto.ts'
import { grouped } from '../../base/grouped.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { nameEqual } from '../../codec/name.ts'
import {
  type BasicOcspResponse,
  decodeOcspResponse,
  isIssuedBy,
  type OcspResponse,
  type SingleResponse,
} from '../../codec/ocsp.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { type Certificate, extensionOf, extensionValue, publicKeyBits } from '../../codec/x509.ts'
import { decodeExtendedKeyUsage } from '../../codec/x509-extensions.ts'
import { mayHaveIssued } from './build-path.ts'
import { crlStatus } from './crl-status.ts'
import type { Session } from './session.ts'
import { allowsUsage } from './signature.ts'
import { good, isFuture, none, revoked, type Source, type Status } from './status.ts'

/** Without nextUpdate: the period in which J-LIS renews its responder's data. ours: docs/profile.md#revocation. */
const MAX_AGE = 15 * 60_000

type Path = readonly Certificate[]

/** Of the first certificate of the path. Never throws: a response that cannot be read says nothing. */
export function ocspStatus(bytes: Bytes, path: Path, session: Session): Status {
  try {
    const response = decoded(bytes, session)
    if (response instanceof CodecError) return none(`OCSP: not readable (${response.code})`)
    if (response.status !== 'successful') return none(`OCSP: the responder says ${response.status}`)
    return judge(bytes, response, path, session)
  } catch (error) {
    if (error instanceof CodecError) return none(`OCSP: not readable (${error.code})`)
    throw error
  }
}

/** A response whose answers are found by serial number. */
type Indexed = Extract<OcspResponse, { status: 'successful' }> & {
  readonly bySerialNumber: ReadonlyMap<bigint, readonly SingleResponse[]>
}
type Decoded = Indexed | Exclude<OcspResponse, { status: 'successful' }> | CodecError

/** Decoded once in a session, however many certificates and paths ask. */
const responses = new WeakMap<Session, Map<Bytes, Decoded>>()

function decoded(bytes: Bytes, session: Session): Decoded {
  const known = responses.get(session) ?? new Map<Bytes, Decoded>()
  responses.set(session, known)
  const response = known.get(bytes) ?? tryDecode(bytes)
  known.set(bytes, response)
  return response
}

function tryDecode(bytes: Bytes): Decoded {
  try {
    const response = decodeOcspResponse(bytes)
    if (response.status !== 'successful') return response
    return { ...response, bySerialNumber: grouped(response.basic.responses, ({ certId }) => certId.serialNumber) }
  } catch (error) {
    if (error instanceof CodecError) return error
    throw error
  }
}

function judge(raw: Bytes, { basic: response, bySerialNumber }: Indexed, path: Path, session: Session): Status {
  const [certificate, issuer] = [path[0]!, path[1]!]
  const { nonce } = session.input.revocation
  const unknown = response.extensions.find(({ oid, critical }) => critical && oid !== OID.ocspNonce)
  if (unknown) return none(`OCSP: critical and not understood: ${oidName(unknown.oid)}`)
  const ofSerial = bySerialNumber.get(certificate.serialNumber) ?? []
  const answers = ofSerial.filter(({ certId }) => isIssuedBy(certId, issuer))
  // A revocation decides, also between two answers of one response.
  const single = answers.find(({ status }) => status.kind === 'revoked') ?? answers[0]
  if (!single) return none('OCSP: it speaks of another certificate')
  const reason = distrustOf(response, path, session)
  if (reason) return none(`OCSP: ${reason}`)
  if (nonce && !(response.nonce && equal(response.nonce, nonce)))
    return none('OCSP: the nonce is not that of the request')
  return statusOf({ kind: 'ocsp', raw, response, single }, session.input.time)
}

function statusOf(source: Extract<Source, { kind: 'ocsp' }>, time: Date): Status {
  const { status, thisUpdate, nextUpdate } = source.single
  if (status.kind === 'revoked') return revoked(source, status.revokedAt, status.reason)
  if (status.kind === 'unknown') return none('OCSP: the responder does not know the certificate')
  if (isFuture(thisUpdate, time)) return none('OCSP: of the future')
  const end = nextUpdate?.getTime() ?? thisUpdate.getTime() + MAX_AGE
  if (end <= time.getTime()) return none(`OCSP: stale since ${new Date(end).toISOString()}`)
  return good(`OCSP of ${thisUpdate.toISOString()}: good`, source)
}

/** Each is verified: more than an honest response brings. */
const MAX_RESPONDERS = 8

/** Why none of those who may have signed is trusted, if so. */
function distrustOf(response: BasicOcspResponse, path: Path, session: Session): string | undefined {
  let reason: string | undefined
  for (const responder of respondersOf(response, path[1]!).slice(0, MAX_RESPONDERS)) {
    const found = notAuthorised(responder, path, session) ?? session.distrust(responder, response)
    if (!found) return undefined
    reason ??= found
  }
  return reason ?? 'the responder is not known'
}

/** By name or by key hash, among the issuer and the certificates that came along. */
const respondersOf = ({ responderId, certificates }: BasicOcspResponse, issuer: Certificate): Certificate[] =>
  [issuer, ...certificates].filter((candidate) =>
    'name' in responderId
      ? nameEqual(candidate.subject, responderId.name)
      : equal(sha1(publicKeyBits(candidate.subjectPublicKeyInfo)), responderId.keyHash),
  )

/** RFC 6960 §4.2.2.2 and §4.2.2.2.1. */
function notAuthorised(responder: Certificate, path: Path, session: Session): string | undefined {
  const issuer = path[1]!
  const { time } = session.input
  if (responder === issuer) return undefined
  if (!mayHaveIssued(issuer, responder) || session.distrust(issuer, responder))
    return 'the responder was not appointed by the issuer'
  const purposes = extensionValue(responder, OID.extendedKeyUsage, decodeExtendedKeyUsage)
  if (!purposes?.includes(OID.ocspSigning)) return 'the responder may not sign responses'
  if (!allowsUsage(responder, 'digitalSignature')) return 'the responder may not sign'
  if (time < responder.validity.notBefore || time > responder.validity.notAfter) return 'the responder has expired'
  return responderRevoked(session, [responder, ...path.slice(1)])
}

/** The CA says by id-pkix-ocsp-nocheck that nobody needs to ask; else a CRL must say it. */
function responderRevoked(session: Session, path: Path): string | undefined {
  const { kind } = crlStatus(session, path)
  if (kind === 'revoked') return 'the responder is revoked'
  if (extensionOf(path[0]!, OID.ocspNoCheck) || kind === 'good') return undefined
  return 'whether the responder is revoked is not known'
}
