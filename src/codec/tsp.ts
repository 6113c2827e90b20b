// Time-Stamp Protocol: request, response and TSTInfo, both ways. RFC 3161 §2.4, with ESSCertIDv2 of RFC 5816.
// The token is CMS SignedData; whether it may be believed is judged in protocol/path-validation.

import type { Bytes } from '../base/bytes.ts'
import { definite } from './ber.ts'
import { decodeSignedData, type SignedData } from './cms.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { type GeneralName, generalName, readGeneralName } from './name-general.ts'
import { OID } from './oid.ts'
import { type Extension, encodeExtensions, readExtensions } from './x509.ts'
import { type AlgorithmIdentifier, encodeAlgorithm, readAlgorithm } from './x509-algorithm.ts'

/** What is stamped: the hash of something. RFC 3161 §2.4.1. */
export interface MessageImprint {
  readonly hashAlgorithm: AlgorithmIdentifier
  readonly hashedMessage: Bytes
}

export interface TimeStampRequest {
  readonly messageImprint: MessageImprint
  readonly policy?: string
  readonly nonce?: bigint
  /** The token shall bring the certificate of its signer. */
  readonly certReq?: boolean
}

const encodeImprint = ({ hashAlgorithm, hashedMessage }: MessageImprint): Bytes =>
  der.sequence(encodeAlgorithm(hashAlgorithm), der.octetString(hashedMessage))

const readImprint = (reader: der.DerReader): MessageImprint =>
  reader.sequence((inside) => ({ hashAlgorithm: readAlgorithm(inside), hashedMessage: inside.octetString() }))

export const encodeTimeStampRequest = ({ messageImprint, policy, nonce, certReq }: TimeStampRequest): Bytes =>
  der.sequence(
    der.integer(1),
    encodeImprint(messageImprint),
    ...(policy === undefined ? [] : [der.oid(policy)]),
    ...(nonce === undefined ? [] : [der.integer(nonce)]),
    der.flag(certReq === true),
  )

/** Refuses critical extensions: none is known here. */
export const decodeTimeStampRequest = (bytes: Bytes): TimeStampRequest =>
  der.decode(bytes, (r) =>
    r.sequence((inside) => {
      readVersion(inside)
      const messageImprint = readImprint(inside)
      const policy = inside.optional(der.TAG.OID, (f) => f.oid())
      const nonce = inside.optional(der.TAG.INTEGER, (f) => f.integer())
      const certReq = inside.flag()
      readNonCritical(inside, 0)
      return { messageImprint, ...(policy && { policy }), ...(nonce !== undefined && { nonce }), certReq }
    }),
  )

function readVersion(reader: der.DerReader): void {
  if (reader.smallInteger() !== 1) throw new CodecError('version', 'a time stamp of an unknown version')
}

function readNonCritical(reader: der.DerReader, tag: number): Extension[] {
  const context = der.contextConstructed(tag)
  const extensions = reader.optional(context, (r) => readExtensions(r, context)) ?? []
  if (extensions.some(({ critical }) => critical))
    throw new CodecError('critical-extension', 'a critical extension of a time stamp that is not known')
  return extensions
}

/** RFC 3161 §2.4.2. */
export interface TstInfo {
  readonly policy: string
  readonly messageImprint: MessageImprint
  readonly serialNumber: bigint
  readonly genTime: Date
  /** How far the time may be off, in milliseconds; what is finer is rounded up. */
  readonly accuracy?: number
  readonly ordering?: boolean
  readonly nonce?: bigint
  readonly tsa?: GeneralName
  readonly extensions?: readonly Extension[]
}

export const encodeTstInfo = (info: TstInfo): Bytes =>
  der.sequence(
    der.integer(1),
    der.oid(info.policy),
    encodeImprint(info.messageImprint),
    der.integer(info.serialNumber),
    der.generalizedTime(info.genTime),
    ...(info.accuracy === undefined ? [] : [encodeAccuracy(info.accuracy)]),
    der.flag(info.ordering === true),
    ...(info.nonce === undefined ? [] : [der.integer(info.nonce)]),
    ...(info.tsa ? [der.explicit(0, generalName(info.tsa))] : []),
    ...(info.extensions?.length ? [der.implicit(1, encodeExtensions(info.extensions))] : []),
  )

function encodeAccuracy(milliseconds: number): Bytes {
  const [seconds, millis] = [Math.floor(milliseconds / 1000), milliseconds % 1000]
  return der.sequence(
    ...(seconds > 0 ? [der.integer(seconds)] : []),
    ...(millis > 0 ? [der.implicit(0, der.integer(millis))] : []),
  )
}

export const decodeTstInfo = (bytes: Bytes): TstInfo =>
  der.decode(bytes, (r) =>
    r.sequence((inside) => {
      readVersion(inside)
      const fields = {
        policy: inside.oid(),
        messageImprint: readImprint(inside),
        serialNumber: inside.integer(),
        genTime: inside.preciseTime(),
      }
      const accuracy = inside.optional(der.TAG.SEQUENCE, (f) => f.sequence(readAccuracy))
      const ordering = inside.flag()
      const nonce = inside.optional(der.TAG.INTEGER, (f) => f.integer())
      const tsa = inside.optional(der.contextConstructed(0), (f) => f.explicit(0, readGeneralName))
      const extensions = readNonCritical(inside, 1)
      return {
        ...fields,
        ...(accuracy !== undefined && { accuracy }),
        ordering,
        ...(nonce !== undefined && { nonce }),
        ...(tsa && { tsa }),
        extensions,
      }
    }),
  )

/** Seconds, then milliseconds and microseconds between 1 and 999. */
function readAccuracy(reader: der.DerReader): number {
  const part = (n: number): number => {
    const tag = der.contextPrimitive(n)
    return reader.optional(tag, (r) => r.smallInteger(999, tag)) ?? 0
  }
  const seconds = reader.optional(der.TAG.INTEGER, (r) => r.smallInteger()) ?? 0
  const [millis, micros] = [part(0), part(1)]
  return seconds * 1000 + millis + (micros > 0 ? 1 : 0)
}

export interface TimeStampToken {
  readonly signedData: SignedData
  readonly info: TstInfo
}

/** A ContentInfo of SignedData whose content is a TSTInfo, by one signer. RFC 3161 §2.4.2. */
export function decodeTimeStampToken(bytes: Bytes): TimeStampToken {
  const signedData = decodeSignedData(definite(bytes))
  if (signedData.contentType !== OID.tstInfo || !signedData.content)
    throw new CodecError('content-type', 'SignedData that is no time stamp')
  if (signedData.signers.length !== 1) throw new CodecError('signers', 'a time stamp has one signer')
  return { signedData, info: decodeTstInfo(signedData.content) }
}

/** PKIStatus granted (0) or grantedWithMods (1): RFC 3161 §2.4.2. */
const GRANTED = 1

/** The token of a response, or of the bytes when they are a token already. Throws `CodecError` for a refusal. */
export function timeStampTokenOf(written: Bytes): Bytes {
  const bytes = definite(written)
  return der.decode(bytes, (r) =>
    r.sequence((outer) => {
      if (outer.has(der.TAG.OID)) {
        outer.list((rest) => rest.raw())
        return bytes
      }
      const status = outer.sequence((info) => {
        const code = info.smallInteger(0xff)
        info.list((rest) => rest.raw())
        return code
      })
      if (status > GRANTED || outer.done) throw new CodecError('time-stamp-refused', `a refusal, status ${status}`)
      return outer.raw(der.TAG.SEQUENCE)
    }),
  )
}

export const assembleTimeStampResponse = (token: Bytes): Bytes => der.sequence(der.sequence(der.integer(0)), token)
