// Which reader speaks: one that the operator has entered for this service, with a certificate of the terminal CA that issues
// now, not revoked, whose key signed what is said. J-LIS is asked each time. Ours: docs/profile.md#login-at-a-reader.

import { type Bytes, equal, hex } from '../../../base/bytes.ts'
import { publicKey, verify } from '../../../base/crypto.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { type Cvc, decodeCvc, spkiOfModulus } from '../../../codec/cvc.ts'
import { ACR, allows, type Deps, type LoginRecord } from '../model.ts'
import type { Client } from '../openid/contract.ts'
import { no } from '../refusals.ts'
import type { ReaderProof } from './contract.ts'

export type Reader = NonNullable<Client['readers']>[number]

type Needs = Pick<Deps, 'store' | 'authority'>

/** By its key identifier, in hexadecimal; refuses what is no reader of this service now. */
export async function provenReader(
  { store, authority }: Needs,
  clientId: string,
  { certificate, signature }: ReaderProof,
  said: (readerId: string) => Bytes,
): Promise<Reader> {
  const cvc = decoded(certificate)
  const client = await store.client(clientId)
  const reader = client?.readers?.find(({ keyId }) => keyId === hex(cvc.subjectKeyId))
  if (!reader) throw no.unknownReader()
  const { caKeyId, caPublicKey, revoked } = await authority.terminalsInForce({})
  if (revoked.some((keyId) => equal(keyId, cvc.subjectKeyId))) throw no.readerRevoked()
  const certified =
    equal(cvc.issuerKeyId, caKeyId) && verify('RSA-SHA256', publicKey(caPublicKey), cvc.body, cvc.signature)
  const key = publicKey(spkiOfModulus(cvc.modulus))
  if (!certified || !verify('RSA-SHA256', key, said(reader.keyId), signature)) throw no.readerNotProven()
  return reader
}

function decoded(certificate: Bytes): Cvc {
  try {
    return decodeCvc(certificate)
  } catch (error) {
    if (error instanceof CodecError) throw no.readerNotProven({}, error)
    throw error
  }
}

export interface Counts {
  /** A touch without a PIN. */
  readonly touch: boolean
  readonly pin: boolean
}

/** What counts at a reader for this login; a reader tells nothing of a person, so neither where the service cannot do without. */
export function countsAtReader(login: Pick<LoginRecord, 'acrValues' | 'asked'>): Counts {
  if (login.asked.some(({ essential }) => essential)) return { touch: false, pin: false }
  return { touch: allows(login, ACR.pinless), pin: allows(login, ACR.card) || allows(login, ACR.phone) }
}
