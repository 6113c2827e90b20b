// Which kind of holder's certificate this claims to be: signature or authentication, card or phone, production or test.
// By issuer name and policy alone: a claim, which the path and the profile's checks must bear out.

import { CodecError } from '../../codec/codec-error.ts'
import { nameEqual } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import { decodeCertificatePolicies } from '../../codec/x509-extensions.ts'
import type { Hierarchy } from './facts.ts'
import { caName } from './names.ts'
import { type HolderProfile, profileOf } from './profiles.ts'

const HOLDERS: readonly HolderProfile[] = ['sign', 'auth', 'phoneAuth']
const HIERARCHIES: readonly Hierarchy[] = ['production', 'test']

export interface HolderKind {
  readonly profile: HolderProfile
  readonly hierarchy: Hierarchy
}

/** `undefined` when issuer and policy belong to no kind. Never throws. */
export function classify(certificate: Certificate): HolderKind | undefined {
  const policies = policiesOf(certificate)
  const kinds = HOLDERS.flatMap((profile) => HIERARCHIES.map((hierarchy) => ({ profile, hierarchy })))
  return kinds.find(({ profile, hierarchy }) => {
    const { ca, policy } = profileOf(profile)
    return policy && policies.includes(policy[hierarchy]) && nameEqual(certificate.issuer, caName(ca, hierarchy))
  })
}

function policiesOf(certificate: Certificate): string[] {
  const extension = extensionOf(certificate, OID.certificatePolicies)
  try {
    return extension ? decodeCertificatePolicies(extension.value).map(({ policy }) => policy) : []
  } catch (error) {
    if (error instanceof CodecError) return []
    throw error
  }
}
