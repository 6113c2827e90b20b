// A time-stamping authority's answer. RFC 3161 §2.4; the signer signs elsewhere, the clock and the serial number are given.

import type { Bytes } from '../../base/bytes.ts'
import { hash } from '../../base/crypto.ts'
import type { Signer } from '../../base/ports.ts'
import { assembleSignedData, hashNameOf, signedAttributes } from '../../codec/cms.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { OID } from '../../codec/oid.ts'
import { assembleTimeStampResponse, decodeTimeStampRequest, encodeTstInfo } from '../../codec/tsp.ts'
import type { Certificate } from '../../codec/x509.ts'
import { digestOf } from '../../codec/x509-algorithm.ts'

export interface TimeStampAuthority {
  readonly signer: Signer
  readonly certificate: Certificate
  /** Under which it stamps. */
  readonly policy: string
}

const LENGTH = { sha256: 32, sha384: 48, sha512: 64, 'sha3-256': 32, 'sha3-384': 48, 'sha3-512': 64 } as const

/**
 * The TimeStampResp that grants the request. Throws `CodecError` for one that is refused: not readable, of SHA-1, of a
 * digest of the wrong length, or of another policy.
 */
export async function makeTimeStamp(
  { signer, certificate, policy }: TimeStampAuthority,
  request: Bytes,
  serialNumber: bigint,
  time: Date,
): Promise<Bytes> {
  const { messageImprint, nonce, policy: wanted, certReq } = decodeTimeStampRequest(request)
  const name = hashNameOf(messageImprint.hashAlgorithm)
  if (name === 'sha1') throw new CodecError('hash', 'SHA-1 is not stamped')
  if (messageImprint.hashedMessage.length !== LENGTH[name])
    throw new CodecError('imprint', 'a digest of a wrong length')
  if (wanted !== undefined && wanted !== policy) throw new CodecError('policy', 'another policy is wanted')
  const content = encodeTstInfo({
    policy,
    messageImprint,
    serialNumber,
    genTime: time,
    accuracy: 1000,
    ...(nonce !== undefined && { nonce }),
  })
  const attributes = signedAttributes({
    messageDigest: hash(hashNameOf({ algorithm: digestOf(signer.algorithm) }), content),
    signingTime: time,
    signingCertificate: certificate.raw,
    contentType: OID.tstInfo,
  })
  const token = assembleSignedData({
    content,
    contentType: OID.tstInfo,
    signedAttributes: attributes,
    algorithm: signer.algorithm,
    signature: await signer.sign(attributes),
    signer: certificate,
    isCertificateLeftOut: !certReq,
  })
  return assembleTimeStampResponse(token)
}
