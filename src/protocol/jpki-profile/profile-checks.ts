// Whether a certificate is what its profile says: the checks that a verifier adds to path validation, one for each field
// of the table. They look at the certificate alone; signature, time and revocation belong to protocol/path-validation.

import type { Bytes } from '../../base/bytes.ts'
import type { Finding } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { nameEqual } from '../../codec/name.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { type Certificate, extensionOf } from '../../codec/x509.ts'
import { EXTENSIONS, type ExtensionField, type ExtensionName, isOfField, isOfFrame } from './extension-fields.ts'
import type { Hierarchy } from './facts.ts'
import { type Frame, OWN_EXTENSIONS, overFrames, type Rule } from './frame.ts'
import { caName, isOfAttributes } from './names.ts'
import { type Profile, type ProfileName, profileOf, SERIAL_NUMBER } from './profiles.ts'

interface Evidence<C> {
  readonly certificate: C
  readonly profile: ProfileName
  readonly hierarchy: Hierarchy
}

export interface ProfileEvidence extends Evidence<Certificate> {}
export interface ProfileFrameEvidence extends Evidence<Frame> {}

type ProfileCheck = Rule<ProfileEvidence, ProfileFrameEvidence>

const ofFrame = (name: string, cite: string, test: (evidence: ProfileFrameEvidence) => Finding): ProfileCheck =>
  overFrames({ name, cite, test })

const holds = (right: boolean, found: string): Finding => [right ? 'passed' : 'failed', found]

/** The observed signature certificates have none, but other sources speak of a responder for them. */
const MAY_BE_THERE: readonly ExtensionName[] = ['authorityInfoAccess']

/** Use with `judge(profileChecks, { certificate, profile, hierarchy })`. */
export const profileChecks: readonly ProfileCheck[] = [
  ofFrame('issuer has the name of the authority', 'RFC 5280 §4.1.2.4', issuer),
  { name: 'serial number has the published form', cite: 'RFC 5280 §4.1.2.2', test: serialNumber },
  { name: 'validity is that of the profile', cite: 'RFC 5280 §4.1.2.5', test: validity },
  { name: 'subject has the form of the profile', cite: 'RFC 5280 §4.1.2.6', test: subject },
  ofFrame('extensions are those of the profile', 'RFC 5280 §4.2', extensions),
  ...(Object.keys(EXTENSIONS) as ExtensionName[]).map(extensionCheck),
]

function extensionCheck(name: ExtensionName): ProfileCheck {
  const { check, cite } = EXTENSIONS[name]
  const isOwn = OWN_EXTENSIONS.some((own) => own === name)
  if (isOwn) return { name: check, cite, test: (evidence) => extension(name, evidence, isOfField) }
  return ofFrame(check, cite, (evidence) => extension(name, evidence, isOfFrame))
}

function issuer({ certificate, profile, hierarchy }: ProfileFrameEvidence): Finding {
  const right = nameEqual(certificate.issuer, caName(profileOf(profile).ca, hierarchy))
  return holds(right, right ? 'the issuer is the authority of this kind' : 'the issuer has another name')
}

function serialNumber({ certificate: { serialNumber: number } }: ProfileEvidence): Finding {
  return holds(number > 0n && number < SERIAL_NUMBER.below, `${number}`)
}

function validity({ certificate, profile }: ProfileEvidence): Finding {
  const { notBefore, notAfter } = certificate.validity
  return holds(
    profileOf(profile).validity.holds(certificate.validity),
    [notBefore, notAfter].map((at) => at.toISOString()).join(' to '),
  )
}

function subject({ certificate, profile, hierarchy }: ProfileEvidence): Finding {
  const { subject: attributes } = profileOf(profile)
  const right = isOfAttributes(certificate.subject, attributes, hierarchy)
  return holds(right, `${right ? '' : 'not '}${attributes.map(({ type }) => type).join(', ')} in their forms`)
}

/** All of them, in their order, with their criticality; of others, none that a verifier must understand. */
function extensions({ certificate, profile }: ProfileFrameEvidence): Finding {
  const wanted = profileOf(profile).extensions.map(({ name }) => ({ oid: OID[name], ...EXTENSIONS[name] }))
  const listed = certificate.extensions.filter(({ oid }) => wanted.some((one) => one.oid === oid))
  const wrong = [
    ...wanted.filter(({ oid, critical }, i) => listed[i]?.oid !== oid || listed[i].critical !== critical),
    ...certificate.extensions.filter((one) => one.critical && !listed.includes(one)),
  ]
  const names = wrong.map(({ oid }) => oidName(oid)).join(', ')
  return holds(
    wrong.length === 0 && listed.length === wanted.length,
    names ? `missing, in another place or of other criticality: ${names}` : 'all are there',
  )
}

function extension<C extends Frame>(
  name: ExtensionName,
  { certificate, profile: profileName, hierarchy }: Evidence<C>,
  isRight: (field: ExtensionField, profile: Profile, value: Bytes, certificate: C, hierarchy: Hierarchy) => boolean,
): Finding {
  const profile = profileOf(profileName)
  const field = profile.extensions.find((one) => one.name === name)
  const found = extensionOf(certificate, OID[name])
  if (!field) return found && !MAY_BE_THERE.includes(name) ? ['failed', 'the profile has none'] : ['passed', 'none']
  if (!found) return ['failed', 'none']
  try {
    const right = isRight(field, profile, found.value, certificate, hierarchy)
    return holds(right, `${right ? '' : 'not '}${field.says(profile)}`)
  } catch (error) {
    if (error instanceof CodecError) return ['failed', error.message]
    throw error
  }
}
