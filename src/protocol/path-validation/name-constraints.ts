// Name constraints along a path. RFC 5280 §6.1.3 (b), (c), §6.1.4 (g). Instead of intersecting subtrees every set of them is
// kept, and a name must satisfy each: the same, and exact for every form. Those of a trust anchor count too: RFC 5937 §3.2.

import { grouped } from '../../base/grouped.ts'
import type { Finding } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import * as der from '../../codec/der.ts'
import { attributeText, nameEqual } from '../../codec/name.ts'
import { directoryName, type GeneralName } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionValue } from '../../codec/x509.ts'
import { decodeNameConstraints, type NameConstraints } from '../../codec/x509-constraints.ts'
import { decodeAltName } from '../../codec/x509-extensions.ts'
import type { Evidence } from './input.ts'
import { isComparable, isWithin } from './name-forms.ts'

/** Names against subtrees: far above what honest certificates need. */
const MAX_COMPARISONS = 1 << 15

type ByForm = ReadonlyMap<GeneralName['kind'], readonly GeneralName[]>
type Sets = { readonly permitted: ByForm; readonly excluded: ByForm }

const byForm = (bases: readonly GeneralName[]): ByForm => grouped(bases, ({ kind }) => kind)
const sorted = ({ permitted, excluded }: NameConstraints): Sets => ({
  permitted: byForm(permitted),
  excluded: byForm(excluded),
})

export function nameConstraints({ path, initial }: Evidence): Finding {
  const sets: Sets[] = initial.nameConstraints ? [sorted(initial.nameConstraints)] : []
  const budget = { left: MAX_COMPARISONS }
  for (let i = path.length - 1; i >= 0; i--) {
    const certificate = path[i]!
    // RFC 5280 §6.1.3 (b), (c): not a self-issued certificate, unless it is the last; the anchor's name is given.
    const exempt = i === path.length - 1 || (i > 0 && nameEqual(certificate.subject, certificate.issuer))
    const wrong = exempt || sets.length === 0 ? undefined : firstWrong(namesOf(certificate), sets, budget)
    if (wrong) return ['failed', `serial ${certificate.serialNumber}: a name (${wrong.kind}) that is not allowed`]
    const constraints = extensionValue(certificate, OID.nameConstraints, decodeNameConstraints)
    if (constraints) sets.push(sorted(constraints))
  }
  return ['passed', sets.length === 0 ? 'none is constrained' : `${sets.length} set(s) of constraints kept`]
}

/** RFC 5280 §4.2.1.10: the subject, every alternative name, and addresses in the subject, which old certificates have. */
function namesOf(certificate: Certificate): GeneralName[] {
  const alternative = extensionValue(certificate, OID.subjectAltName, decodeAltName) ?? []
  const addresses = certificate.subject.flat().filter(({ type }) => type === OID.emailAddress)
  return [
    ...(certificate.subject.length > 0 ? [directoryName(certificate.subject)] : []),
    ...addresses.map((address): GeneralName => {
      const text = attributeText(address)
      if (text === undefined) throw new CodecError('email-address', 'an address that cannot be read')
      return { kind: 'email', text }
    }),
    ...alternative.flatMap(withMailbox),
  ]
}

/** RFC 9598 §6: a mailbox outside of ASCII is under the constraints of rfc822Name too. */
function withMailbox(name: GeneralName): GeneralName[] {
  if (name.kind !== 'otherName' || name.type !== OID.smtpUtf8Mailbox) return [name]
  return [name, { kind: 'email', text: der.decode(name.value, (r) => r.utf8String()) }]
}

interface Budget {
  left: number
}

const firstWrong = (names: readonly GeneralName[], sets: readonly Sets[], budget: Budget) =>
  names.find((name) => sets.some((set) => !allows(set, name, budget)))

function allows({ permitted, excluded }: Sets, name: GeneralName, budget: Budget): boolean {
  const allowed = permitted.get(name.kind) ?? []
  const forbidden = excluded.get(name.kind) ?? []
  if (allowed.length === 0 && forbidden.length === 0) return true
  budget.left -= allowed.length + forbidden.length
  if (budget.left < 0) throw new CodecError('name-constraints', 'more names and constraints than are compared')
  const inside = (base: GeneralName, cautious: boolean): boolean =>
    isComparable(name) && isComparable(base) && isWithin(name, base, cautious)
  // RFC 5280 §4.2.1.10: a form that is constrained and cannot be compared is refused.
  if (!isComparable(name) || forbidden.some((base) => inside(base, true))) return false
  return allowed.length === 0 || allowed.some((base) => inside(base, false))
}
