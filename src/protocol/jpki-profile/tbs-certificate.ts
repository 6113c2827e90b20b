// Issuing: from a profile and the facts of one case to the octets that the authority signs. All is in the table of
// profiles; here is only what each profile must be given.

import type { Bytes } from '../../base/bytes.ts'
import type { FourInfo } from '../../base/contract.ts'
import type { SignatureAlgorithm } from '../../base/ports.ts'
import { readOnce } from '../../base/read-once.ts'
import { OID } from '../../codec/oid.ts'
import {
  type Certificate,
  type Extension,
  encodeExtension,
  encodeTbsCertificate,
  type Validity,
} from '../../codec/x509.ts'
import { EXTENSIONS, type ExtensionField } from './extension-fields.ts'
import type { ExtensionFacts, Hierarchy, Municipality } from './facts.ts'
import type { Substitutes } from './four-info.ts'
import { caName, subjectName } from './names.ts'
import { type CaProfile, type ProfileName, profileOf, type ResponderProfile } from './profiles.ts'

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

/** The octets to sign. Throws `RangeError` when a fact has not the form that the profile wants. */
export function tbsCertificate<P extends ProfileName>(name: P, facts: FactsOf<P>): Bytes {
  const profile = profileOf(name)
  const all: CommonFacts & ExtensionFacts = { ...facts, hierarchy: facts.hierarchy ?? 'production' }
  const { serialNumber, signatureAlgorithm, validity, subjectPublicKeyInfo, hierarchy } = all
  return encodeTbsCertificate({
    serialNumber,
    signatureAlgorithm,
    issuer: all.issuer?.subject ?? caName(profile.ca, hierarchy),
    validity,
    subject: subjectName(profile.subject, all),
    subjectPublicKeyInfo,
    extensions: extensions(name, all),
  })
}

/** Those that are not its own, encoded, in their places. */
type Frame = readonly (Bytes | undefined)[]

const framesOf = readOnce((_: Certificate) => new Map<string, Frame>())
/** There are 1,900 municipalities. */
const MOST_FRAMES = 8192

function extensions(name: ProfileName, facts: ExtensionFacts): readonly (Extension | Bytes)[] {
  const profile = profileOf(name)
  const made = (field: ExtensionField): Extension => {
    return { oid: OID[field.name], critical: EXTENSIONS[field.name].critical, value: field.make(profile, facts) }
  }
  if (!facts.issuer) return profile.extensions.map(made)
  const frames = framesOf(facts.issuer)
  const key = frameKey(name, facts)
  const frame =
    frames.get(key) ?? profile.extensions.map((field) => (field.own ? undefined : encodeExtension(made(field))))
  if (frames.size >= MOST_FRAMES) frames.clear()
  frames.set(key, frame)
  return profile.extensions.map((field, i) => frame[i] ?? made(field))
}

/** All that a frame is made of, besides the issuer. */
const frameKey = (name: ProfileName, { hierarchy, ocspUri, municipality }: ExtensionFacts): string =>
  [name, hierarchy, ocspUri, municipality?.prefectureRomaji, municipality?.municipalityRomaji].join('\n')
