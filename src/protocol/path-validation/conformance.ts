// What RFC 5280 §4 forbids in any certificate and no certificate in use needs. Not here, because NIST PKITS has valid
// certificates without: policyConstraints marked critical, and basicConstraints of a CA between marked critical.

import type { Bytes } from '../../base/bytes.ts'
import type { Finding } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { isUtf8WhereItSaysSo } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, decodedExtension, type Extension, extensionOf } from '../../codec/x509.ts'
import {
  decodeAltName,
  decodeBasicConstraints,
  decodeCertificatePolicies,
  decodeExtendedKeyUsage,
  decodeKeyUsage,
} from '../../codec/x509-extensions.ts'
import { authorityKeyIdentifierOf } from './build-path.ts'
import type { Evidence } from './input.ts'
import { allowsUsage, basicConstraints } from './signature.ts'

/** `of` is what a rule looks at: a certificate or one of its extensions. */
interface Rule<T> {
  readonly rule: string
  readonly keeps: (of: T, certificate: Certificate, isAnchor: boolean) => boolean
}

const isCritical = (certificate: Certificate, oid: string): boolean => extensionOf(certificate, oid)?.critical === true

const unique = (values: readonly string[]): boolean => new Set(values).size === values.length

/** RFC 5280 §4.1.2. */
const RULES: readonly Rule<Certificate>[] = [
  { rule: 'the serial number is positive', keeps: ({ serialNumber }) => serialNumber > 0n },
  { rule: 'the serial number has at most 20 octets', keeps: ({ serialNumber: n }) => BigInt.asIntN(160, n) === n },
  {
    rule: 'a UTF8String of a name is UTF-8',
    keeps: ({ issuer, subject }) => isUtf8WhereItSaysSo(issuer) && isUtf8WhereItSaysSo(subject),
  },
  { rule: 'the issuer has a name', keeps: ({ issuer }) => issuer.length > 0 },
  {
    rule: 'the subject has a name, or a critical alternative name and is no CA',
    keeps: (certificate) =>
      certificate.subject.length > 0 ||
      (isCritical(certificate, OID.subjectAltName) && !basicConstraints(certificate).ca),
  },
  {
    rule: 'who is certified by another has authorityKeyIdentifier with a key identifier',
    keeps: (certificate, _, isAnchor) => isAnchor || authorityKeyIdentifierOf(certificate)?.keyIdentifier !== undefined,
  },
  {
    rule: 'a CA has subjectKeyIdentifier',
    keeps: (certificate) =>
      !basicConstraints(certificate).ca || extensionOf(certificate, OID.subjectKeyIdentifier) !== undefined,
  },
]

const never = (name: string): Rule<Extension> => ({
  rule: `${name} is not critical`,
  keeps: ({ critical }) => !critical,
})
const always = (name: string): Rule<Extension> => ({ rule: `${name} is critical`, keeps: ({ critical }) => critical })
const value = <T>(rule: string, decode: (value: Bytes) => T, keeps: (value: T) => boolean): Rule<Extension> => ({
  rule,
  keeps: (extension) => keeps(decodedExtension(extension, decode)),
})

/** RFC 5280 §4.2. */
const EXTENSION_RULES: Readonly<Record<string, readonly Rule<Extension>[]>> = {
  [OID.authorityKeyIdentifier]: [never('authorityKeyIdentifier')],
  [OID.subjectKeyIdentifier]: [never('subjectKeyIdentifier')],
  [OID.keyUsage]: [
    value('keyUsage has a bit', decodeKeyUsage, (usages) => usages.length > 0),
    {
      rule: 'keyCertSign stands in a CA only',
      keeps: (_, certificate) => basicConstraints(certificate).ca || !allowsUsage(certificate, 'keyCertSign'),
    },
  ],
  [OID.certificatePolicies]: [
    value('no policy stands twice', decodeCertificatePolicies, (all) => unique(all.map(({ policy }) => policy))),
    value('policies are not empty', decodeCertificatePolicies, (all) => all.length > 0),
  ],
  [OID.subjectAltName]: [value('alternative names are not empty', decodeAltName, (names) => names.length > 0)],
  [OID.basicConstraints]: [
    value(
      'a path length stands in a CA only',
      decodeBasicConstraints,
      ({ ca, pathLength }) => ca || pathLength === undefined,
    ),
    {
      rule: 'basicConstraints of a trust anchor is critical',
      keeps: ({ critical }, _, isAnchor) => !isAnchor || critical,
    },
  ],
  [OID.nameConstraints]: [
    always('nameConstraints'),
    { rule: 'name constraints stand in a CA only', keeps: (_, certificate) => basicConstraints(certificate).ca },
  ],
  [OID.inhibitAnyPolicy]: [always('inhibitAnyPolicy')],
  [OID.extendedKeyUsage]: [
    value('extendedKeyUsage is not empty', decodeExtendedKeyUsage, (purposes) => purposes.length > 0),
  ],
  [OID.freshestCRL]: [never('freshestCRL')],
  [OID.authorityInfoAccess]: [never('authorityInfoAccess')],
  [OID.subjectInfoAccess]: [never('subjectInfoAccess')],
  [OID.subjectDirectoryAttributes]: [never('subjectDirectoryAttributes')],
}

/** CAs come again and again; an anchor is asked for less. */
const conforming = { anchor: new WeakSet<Certificate>(), below: new WeakSet<Certificate>() }

/** The first rule that a certificate of the path breaks. */
export function conformance({ path, session }: Evidence): Finding {
  for (const certificate of path) {
    const isAnchor = session.isAnchor(certificate)
    const known = conforming[isAnchor ? 'anchor' : 'below']
    if (known.has(certificate)) continue
    const broken = firstBroken(certificate, isAnchor)
    if (broken) return ['failed', `serial ${certificate.serialNumber}: broken: ${broken}`]
    if (certificate !== path[0]) known.add(certificate)
  }
  return ['passed', 'DER of X.509']
}

function firstBroken(certificate: Certificate, isAnchor: boolean): string | undefined {
  for (const rule of RULES) if (!isKept(rule, certificate, certificate, isAnchor)) return rule.rule
  for (const extension of certificate.extensions)
    for (const rule of EXTENSION_RULES[extension.oid] ?? [])
      if (!isKept(rule, extension, certificate, isAnchor)) return rule.rule
  return undefined
}

/** What cannot be read is another check's finding. */
function isKept<T>({ keeps }: Rule<T>, of: T, certificate: Certificate, isAnchor: boolean): boolean {
  try {
    return keeps(of, certificate, isAnchor)
  } catch (error) {
    if (error instanceof CodecError) return true
    throw error
  }
}
