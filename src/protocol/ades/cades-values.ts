// Validation data in attributes, as signatures have it that were made before the baselines. ETSI EN 319 122-1 Annex A.1.

import type { Bytes } from '../../base/bytes.ts'
import type { CmsAttribute } from '../../codec/cms.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import { NO_DATA, type ValidationData } from './model.ts'

/** certificate-values and revocation-values; what cannot be read is no evidence. */
export function oldValues(attributes: readonly CmsAttribute[]): ValidationData {
  const values = (type: string) => attributes.filter((one) => one.type === type).flatMap(({ values: all }) => all)
  try {
    const certificates = values(OID.certificateValues).flatMap((value) => der.decode(value, readRaws))
    const revocation = values(OID.revocationValues).map((value) => der.decode(value, (r) => r.sequence(readRevocation)))
    return {
      certificates,
      crls: revocation.flatMap(({ crls }) => crls),
      ocspResponses: revocation.flatMap(({ ocspResponses }) => ocspResponses),
    }
  } catch (error) {
    if (error instanceof CodecError) return NO_DATA
    throw error
  }
}

const readRaws = (reader: der.DerReader): Bytes[] => reader.sequenceOf((one) => one.raw())

function readRevocation(reader: der.DerReader): Pick<ValidationData, 'crls' | 'ocspResponses'> {
  const list = (n: number) => reader.optional(der.contextConstructed(n), (r) => r.explicit(n, readRaws)) ?? []
  const [crls, basic] = [list(0), list(1)]
  reader.list((rest) => rest.raw())
  return { crls, ocspResponses: basic.map(ocspResponseOf) }
}

/** A BasicOCSPResponse in the response that it came in. RFC 6960 §4.2.1. */
const ocspResponseOf = (basic: Bytes): Bytes =>
  der.sequence(der.enumerated(0), der.explicit(0, der.sequence(der.oid(OID.ocspBasic), der.octetString(basic))))
