// Issuing: from a profile and the facts of one case to the octets that the authority signs.
// What stands in which order is in profiles.ts; here is only how each extension gets its value.

import type { Bytes } from '../../base/bytes.ts'
import type { FourInfo } from '../../base/contract.ts'
import { sha1 } from '../../base/crypto.ts'
import type { SignatureAlgorithm } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import type { Name } from '../../codec/name.ts'
import { directoryName, uri } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import {
  type Certificate,
  type Extension,
  encodeTbsCertificate,
  extensionOf,
  publicKeyBits,
  type Validity,
} from '../../codec/x509.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { fourInfoNames, type Substitutes } from './four-info.ts'
import {
  authSubject,
  caAltName,
  caName,
  crlDistributionPoint,
  type Municipality,
  responderName,
  signSubject,
} from './names.ts'
import {
  type CaProfile,
  CPS_URI,
  type ExtensionName,
  type Hierarchy,
  OCSP_URI,
  type Profile,
  type ProfileName,
  profileOf,
  type ResponderProfile,
} from './profiles.ts'

interface CommonFacts {
  readonly hierarchy?: Hierarchy
  readonly serialNumber: bigint
  readonly validity: Validity
  /** DER SubjectPublicKeyInfo of the new certificate. */
  readonly subjectPublicKeyInfo: Bytes
  /** The algorithm of the issuer's key. */
  readonly signatureAlgorithm: SignatureAlgorithm
}

/** A CA certificate is self-signed. */
export interface CaFacts extends CommonFacts {}

interface IssuedFacts extends CommonFacts {
  /** The certificate of the CA generation that signs. */
  readonly issuer: Certificate
}

export interface ResponderFacts extends IssuedFacts {}

export interface AuthFacts extends IssuedFacts {
  readonly municipality: Municipality
  /** Fourteen of 0-9 and A-Z: `authIdentifier`. */
  readonly identifier: string
  /** Where the responder really is; the address of J-LIS unless said. */
  readonly ocspUri?: string
}

export interface SignFacts extends IssuedFacts {
  readonly municipality: Municipality
  /** 28 digits: `signIdentifier`. */
  readonly identifier: string
  readonly fourInfo: FourInfo
  readonly substitutes?: Substitutes
}

export type FactsOf<P extends ProfileName> = P extends CaProfile
  ? CaFacts
  : P extends ResponderProfile
    ? ResponderFacts
    : P extends 'sign'
      ? SignFacts
      : AuthFacts

/** All that any profile may ask for. */
type AnyFacts = CommonFacts & Partial<Omit<SignFacts & AuthFacts, keyof CommonFacts>>

/** The octets to sign. Throws `RangeError` when a fact has not the form that the profile wants. */
export function tbsCertificate<P extends ProfileName>(profile: P, facts: FactsOf<P>): Bytes {
  const context: Context = {
    name: profile,
    profile: profileOf(profile),
    facts,
    hierarchy: facts.hierarchy ?? 'production',
  }
  return encodeTbsCertificate({
    serialNumber: facts.serialNumber,
    signatureAlgorithm: facts.signatureAlgorithm,
    issuer: context.facts.issuer?.subject ?? caName(context.profile.ca, context.hierarchy),
    validity: facts.validity,
    subject: subjectOf(context),
    subjectPublicKeyInfo: facts.subjectPublicKeyInfo,
    extensions: context.profile.extensions.map(([name, critical]): Extension => {
      return { oid: OID[name], critical, value: EXTENSION[name](context) }
    }),
  })
}

interface Context {
  readonly name: ProfileName
  readonly profile: Profile
  readonly hierarchy: Hierarchy
  readonly facts: AnyFacts
}

function subjectOf({ name, profile, hierarchy, facts }: Context): Name {
  if (name === 'signCa' || name === 'authCa') return caName(profile.ca, hierarchy)
  if (name === 'signResponder' || name === 'authResponder') return responderName(profile.ca, hierarchy)
  const subject = name === 'sign' ? signSubject : authSubject
  return subject(needed(facts.identifier), needed(facts.municipality))
}

/** The types of `tbsCertificate` see to it that what a profile needs is there. */
function needed<T>(fact: T | undefined): T {
  if (fact === undefined) throw new RangeError('the profile needs a fact that is not given')
  return fact
}

const EXTENSION: Record<ExtensionName, (context: Context) => Bytes> = {
  keyUsage: ({ profile }) => ext.encodeKeyUsage(...profile.keyUsage),
  extendedKeyUsage: ({ profile }) => ext.encodeExtendedKeyUsage(...profile.extendedKeyUsage),
  subjectAltName: ({ name, profile, facts }) =>
    name === 'sign'
      ? ext.encodeAltName(...fourInfoNames(needed(facts.fourInfo), facts.substitutes))
      : ext.encodeAltName(directoryName(caAltName(profile.ca))),
  certificatePolicies: ({ profile, hierarchy }) =>
    ext.encodeCertificatePolicies({ policy: needed(profile.policy)[hierarchy], qualifiers: [{ cps: CPS_URI }] }),
  issuerAltName: ({ profile }) => ext.encodeAltName(directoryName(caAltName(profile.ca))),
  basicConstraints: () => ext.encodeBasicConstraints({ ca: true }),
  cRLDistributionPoints: ({ profile, hierarchy, facts }) =>
    ext.encodeDistributionPoints({
      fullName: [
        directoryName(
          facts.municipality
            ? crlDistributionPoint(profile.ca, facts.municipality, hierarchy)
            : caName(profile.ca, hierarchy),
        ),
      ],
    }),
  authorityInfoAccess: ({ facts }) =>
    ext.encodeAuthorityInfoAccess({ method: OID.ocsp, location: uri(facts.ocspUri ?? OCSP_URI) }),
  authorityKeyIdentifier: ({ facts }) => ext.encodeAuthorityKeyIdentifier(authorityKeyIdentifier(needed(facts.issuer))),
  subjectKeyIdentifier: ({ facts }) => ext.encodeSubjectKeyIdentifier(keyIdentifier(facts.subjectPublicKeyInfo)),
  ocspNoCheck: () => der.nullValue(),
}

/** RFC 5280 §4.2.1.2 (1): SHA-1 of the key bits. */
export const keyIdentifier = (subjectPublicKeyInfo: Bytes): Bytes => sha1(publicKeyBits(subjectPublicKeyInfo))

/** All three fields, for the certificates and the CRLs that this CA signs. */
export function authorityKeyIdentifier(ca: Certificate): ext.AuthorityKeyIdentifier {
  const extension = extensionOf(ca, OID.subjectKeyIdentifier)
  if (!extension) throw new CodecError('key-identifier', 'the CA certificate has no subjectKeyIdentifier')
  return {
    keyIdentifier: ext.decodeSubjectKeyIdentifier(extension.value),
    authorityCertIssuer: [directoryName(ca.issuer)],
    authorityCertSerialNumber: ca.serialNumber,
  }
}
