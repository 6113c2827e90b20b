// A revocation filter and the delta upon it, as J-LIS signed them. Nothing of their tables is asked before the signatures
// are right. ours: docs/profile.md#revocation-filter.

import { type Bytes, equal } from '../../base/bytes.ts'
import { keyFacts, publicKey, verify } from '../../base/crypto.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeFilter, type RevocationFilter } from '../../codec/revocation-filter.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { keyIdentifier } from '../../protocol/jpki-profile/index.ts'
import { fits } from '../../protocol/revocation-filter/index.ts'
import { no } from './refusals.ts'

export interface SignedFilter {
  readonly filter: Bytes
  readonly delta: Bytes | null
}

export interface LoadedFilter {
  readonly filter: RevocationFilter
  readonly delta: RevocationFilter | undefined
}

/** The filter, or a refusal; `authority` is the DER certificate of the CA that signs filters. */
export function openFilter({ filter, delta }: SignedFilter, authority: Bytes): LoadedFilter {
  const opened = { filter: checked(filter, authority), delta: delta ? checked(delta, authority) : undefined }
  if (opened.filter.base || (opened.delta && !fits(opened.filter, opened.delta))) throw no.filterParts()
  return opened
}

function checked(bytes: Bytes, authority: Bytes): RevocationFilter {
  const filter = decoded(bytes)
  const { subjectPublicKeyInfo } = decodeCertificate(authority)
  const key = publicKey(subjectPublicKeyInfo)
  const algorithm = keyFacts(key).type === 'rsa' ? 'RSA-SHA256' : 'ECDSA-P384-SHA384'
  const known = equal(filter.keyIdentifier, keyIdentifier(subjectPublicKeyInfo))
  if (!known || !verify(algorithm, key, filter.tbs, filter.signature)) throw no.filterForeign()
  return filter
}

function decoded(bytes: Bytes): RevocationFilter {
  try {
    return decodeFilter(bytes)
  } catch (error) {
    if (error instanceof CodecError) throw no.filterMalformed({}, error)
    throw error
  }
}

/** What speaks last: the delta where there is one. */
export const latest = ({ filter, delta }: LoadedFilter): RevocationFilter => delta ?? filter
