// The certificate extensions by which a CA narrows what the CAs below it may do, both ways. RFC 5280 §§4.2.1.5, 4.2.1.10,
// 4.2.1.11, 4.2.1.14. What they mean for a path is the business of protocol/path-validation.

import type { Bytes } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { type GeneralName, generalName, readGeneralName } from './name-general.ts'

export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

/** RFC 5280 §4.2.1.10. */
export const encodeNameConstraints = ({ permitted, excluded }: NameConstraints): Bytes =>
  der.sequence(...subtrees(0, permitted), ...subtrees(1, excluded))

const subtrees = (n: number, bases: readonly GeneralName[]): Bytes[] =>
  bases.length > 0 ? [der.implicit(n, der.sequence(...bases.map((base) => der.sequence(generalName(base)))))] : []

/** Refuses an empty extension and subtrees with a minimum or a maximum: this profile has none. */
export const decodeNameConstraints = (value: Bytes): NameConstraints =>
  der.decode(value, (r) =>
    r.sequence((inside) => {
      if (inside.done) throw new CodecError('name-constraints', 'name constraints that constrain nothing')
      return { permitted: readSubtrees(inside, 0), excluded: readSubtrees(inside, 1) }
    }),
  )

function readSubtrees(reader: der.DerReader, n: number): GeneralName[] {
  const tag = der.contextConstructed(n)
  if (!reader.has(tag)) return []
  // Octets left behind the base are minimum or maximum, which `sequence` refuses.
  const bases = reader.sequenceOf((r) => r.sequence(readGeneralName), tag)
  if (bases.length === 0) throw new CodecError('name-constraints', 'an empty list of subtrees')
  return bases
}

export interface PolicyMapping {
  readonly issuerDomainPolicy: string
  readonly subjectDomainPolicy: string
}

/** RFC 5280 §4.2.1.5. */
export const encodePolicyMappings = (...mappings: readonly PolicyMapping[]): Bytes =>
  der.sequence(
    ...mappings.map((mapping) =>
      der.sequence(der.oid(mapping.issuerDomainPolicy), der.oid(mapping.subjectDomainPolicy)),
    ),
  )

export const decodePolicyMappings = (value: Bytes): PolicyMapping[] => {
  const mappings = der.decode(value, (r) =>
    r.sequenceOf((s) => s.sequence((m) => ({ issuerDomainPolicy: m.oid(), subjectDomainPolicy: m.oid() }))),
  )
  if (mappings.length === 0) throw new CodecError('policy-mappings', 'an empty list of policy mappings')
  return mappings
}

/** How many more certificates may follow before the demand holds. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy?: number
  readonly inhibitPolicyMapping?: number
}

/** RFC 5280 §4.2.1.11. */
export const encodePolicyConstraints = (value: PolicyConstraints): Bytes =>
  der.sequence(...skipCerts(0, value.requireExplicitPolicy), ...skipCerts(1, value.inhibitPolicyMapping))

const skipCerts = (n: number, count: number | undefined): Bytes[] =>
  count === undefined ? [] : [der.implicit(n, der.integer(count))]

export const decodePolicyConstraints = (value: Bytes): PolicyConstraints =>
  der.decode(value, (r) =>
    r.sequence((inside) => {
      if (inside.done) throw new CodecError('policy-constraints', 'policy constraints that constrain nothing')
      const requireExplicitPolicy = readSkipCerts(inside, 0)
      const inhibitPolicyMapping = readSkipCerts(inside, 1)
      return {
        ...(requireExplicitPolicy !== undefined && { requireExplicitPolicy }),
        ...(inhibitPolicyMapping !== undefined && { inhibitPolicyMapping }),
      }
    }),
  )

const readSkipCerts = (reader: der.DerReader, n: number): number | undefined => {
  const tag = der.contextPrimitive(n)
  return reader.optional(tag, (r) => r.smallInteger(0x7fffffff, tag))
}

/** RFC 5280 §4.2.1.14. */
export const encodeInhibitAnyPolicy = (count: number): Bytes => der.integer(count)

export const decodeInhibitAnyPolicy = (value: Bytes): number => der.decode(value, (r) => r.smallInteger())
