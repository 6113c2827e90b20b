// Whether a certificate is what its profile says: the checks that a verifier adds to path validation.
// They look at the certificate alone; signature, time and revocation belong to protocol/path-validation.

import { equal } from '../../base/bytes.ts'
import type { Check, Finding } from '../../base/verdict.ts'
import { nameEqual, valuesOf } from '../../codec/name.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { extensionOf } from '../../codec/x509.ts'
import { decodeCertificatePolicies, decodeExtendedKeyUsage, encodeKeyUsage } from '../../codec/x509-extensions.ts'
import * as holder from './holder-checks.ts'
import { caName, readAuthSubject } from './names.ts'
import { type HolderProfile, profileOf } from './profiles.ts'

export type { ProfileEvidence } from './holder-checks.ts'

type ProfileEvidence = holder.ProfileEvidence

const holds = (right: boolean, found: string): Finding => [right ? 'passed' : 'failed', found]

/** Use with `judge(profileChecks, { certificate, profile, hierarchy })`. */
export const profileChecks: readonly Check<ProfileEvidence>[] = [
  { name: 'issuer has the name of the authority', cite: 'observed: certificates of J-LIS', test: issuerName },
  { name: 'extensions are those of the profile', cite: 'observed: certificates of J-LIS', test: extensions },
  { name: 'key usage is that of the profile', cite: 'RFC 5280 §4.2.1.3', test: keyUsage },
  { name: 'extended key usage is that of the profile', cite: 'RFC 5280 §4.2.1.12', test: extendedKeyUsage },
  { name: 'policy is that of the profile', cite: 'RFC 5280 §4.2.1.4', test: policy },
  { name: 'subject has the form of the profile', cite: 'observed: certificates of J-LIS', test: subject },
  { name: 'subjectAltName is as the profile wants', cite: 'observed: certificates of J-LIS', test: holder.fourInfo },
  { name: 'serial number has the published form', cite: 'observed: certificates of J-LIS', test: holder.serialNumber },
  { name: 'validity ends with a day in Japan', cite: 'observed: certificates of J-LIS', test: holder.endOfValidity },
  {
    name: 'issuerAltName is that of the authority',
    cite: 'observed: certificates of J-LIS',
    test: holder.issuerAltName,
  },
  {
    name: 'distribution point is of a municipality',
    cite: 'observed: certificates of J-LIS',
    test: holder.distributionPoint,
  },
]

function issuerName({ certificate, profile, hierarchy }: ProfileEvidence): Finding {
  const right = nameEqual(certificate.issuer, caName(profileOf(profile).ca, hierarchy))
  return holds(right, right ? 'the issuer is the authority of this kind' : 'the issuer has another name')
}

function extensions({ certificate, profile }: ProfileEvidence): Finding {
  const wrong = profileOf(profile).extensions.filter(
    ([name, critical]) => extensionOf(certificate, OID[name])?.critical !== critical,
  )
  const names = wrong.map(([name]) => name).join(', ')
  return holds(wrong.length === 0, wrong.length === 0 ? 'all are there' : `missing or of other criticality: ${names}`)
}

function keyUsage({ certificate, profile }: ProfileEvidence): Finding {
  const found = extensionOf(certificate, OID.keyUsage)
  const wanted = profileOf(profile).keyUsage
  const right = found !== undefined && equal(found.value, encodeKeyUsage(...wanted))
  return holds(right, `${right ? 'exactly' : 'not'} ${wanted.join(', ')}`)
}

function extendedKeyUsage({ certificate, profile }: ProfileEvidence): Finding {
  const found = extensionOf(certificate, OID.extendedKeyUsage)
  const purposes = found ? decodeExtendedKeyUsage(found.value) : []
  const wanted = profileOf(profile).extendedKeyUsage
  const right = purposes.length === wanted.length && wanted.every((purpose) => purposes.includes(purpose))
  return holds(right, purposes.length > 0 ? purposes.map(oidName).join(', ') : 'no extended key usage')
}

function policy({ certificate, profile, hierarchy }: ProfileEvidence): Finding {
  const found = extensionOf(certificate, OID.certificatePolicies)
  const policies = found ? decodeCertificatePolicies(found.value).map((information) => information.policy) : []
  const right = policies.length === 1 && policies[0] === profileOf(profile).policy?.[hierarchy]
  return holds(right, policies.length > 0 ? policies.map(oidName).join(', ') : 'no policy')
}

/** Attribute keys of the subject, in order. */
const SUBJECT_TYPES = {
  sign: [OID.countryName, OID.localityName, OID.localityName, OID.commonName],
  auth: [OID.countryName, OID.commonName],
  phoneAuth: [OID.countryName, OID.commonName],
} as const satisfies Record<HolderProfile, readonly string[]>

function subject({ certificate, profile }: ProfileEvidence): Finding {
  const types = certificate.subject.map((rdn) => rdn.map(({ type }) => type).join('+'))
  if (types.join() !== SUBJECT_TYPES[profile].join()) return ['failed', types.map(oidName).join(', ')]
  if (valuesOf(certificate.subject, 'C')[0] !== 'JP') return ['failed', 'the country is not JP']
  if (profile === 'sign') return ['passed', 'country, prefecture, municipality, identifier']
  return holds(readAuthSubject(certificate.subject) !== undefined, '14 characters, municipality code, 003A')
}
