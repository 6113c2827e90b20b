// Certificate policies along a path: RFC 5280 §6.1.3 (d) to (f), §6.1.4 (a), (b), (h) to (j), §6.1.5 (a), (b), (g), with the
// policy graph of RFC 9618 §5 in place of the tree: one node for each policy of a certificate, so that nothing grows
// exponentially.

import type { Finding } from '../../base/verdict.ts'
import { nameEqual } from '../../codec/name.ts'
import { OID, oidName } from '../../codec/oid.ts'
import { type Certificate, extensionValue } from '../../codec/x509.ts'
import {
  decodeInhibitAnyPolicy,
  decodePolicyConstraints,
  decodePolicyMappings,
  type PolicyConstraints,
  type PolicyMapping,
} from '../../codec/x509-constraints.ts'
import { decodeCertificatePolicies } from '../../codec/x509-extensions.ts'
import type { Evidence } from './input.ts'

const ANY = OID.anyPolicy

/** A policy as one certificate of the path has it. */
interface Node {
  readonly policy: string
  expected: ReadonlySet<string>
  readonly parents: Node[]
}

interface State {
  /** The nodes of the certificate before; `undefined` is the null graph: no policy is valid any more. */
  level: ReadonlyMap<string, Node> | undefined
  /** How many certificates may follow before the demand holds. RFC 5280 §6.1.2 (d) to (f). */
  explicit: number
  mapping: number
  any: number
}

const selfIssued = (certificate: Certificate): boolean => nameEqual(certificate.subject, certificate.issuer)

/** The whole of policy processing for the certificates below the trust anchor. */
export function policies({ path, purpose, initial }: Evidence): Finding {
  const certificates = path.slice(0, -1).toReversed()
  if (certificates.length === 0) return ['failed', 'there is no path']
  const wanted = new Set(purpose.policies ?? [ANY])
  const start = (now: boolean | undefined): number => (now ? 0 : certificates.length + 1)
  const state: State = {
    level: new Map([[ANY, { policy: ANY, expected: new Set([ANY]), parents: [] }]]),
    explicit: start(initial.requireExplicitPolicy ?? purpose.policies !== undefined),
    mapping: start(initial.inhibitPolicyMapping),
    any: start(initial.inhibitAnyPolicy),
  }
  for (const [i, certificate] of certificates.entries()) {
    const last = i === certificates.length - 1
    assertPolicies(state, certificate, last)
    if (state.explicit === 0 && !state.level) return ['failed', `serial ${certificate.serialNumber}: no valid policy`]
    const wrong = last ? wrapUp(state, certificate) : prepareNext(state, certificate)
    if (wrong) return ['failed', `serial ${certificate.serialNumber}: ${wrong}`]
  }
  return conclude(state, wanted)
}

/** RFC 5280 §6.1.3 (d), (e). */
function assertPolicies(state: State, certificate: Certificate, last: boolean): void {
  const all = extensionValue(certificate, OID.certificatePolicies, decodeCertificatePolicies)
  if (!all || !state.level) {
    state.level = undefined
    return
  }
  const asserted = new Set(all.map(({ policy }) => policy))
  const expecting = byExpectation(state.level)
  const before = state.level.get(ANY)
  const next = new Map<string, Node>()
  for (const policy of asserted) {
    const parents = expecting.get(policy) ?? (before ? [before] : [])
    if (policy !== ANY && parents.length > 0) next.set(policy, { policy, expected: new Set([policy]), parents })
  }
  if (asserted.has(ANY) && (state.any > 0 || (!last && selfIssued(certificate))))
    for (const [policy, parents] of expecting)
      if (!next.has(policy)) next.set(policy, { policy, expected: new Set([policy]), parents })
  state.level = next.size > 0 ? next : undefined
}

/** Which nodes expect a policy. */
function byExpectation(level: ReadonlyMap<string, Node>): Map<string, Node[]> {
  const expecting = new Map<string, Node[]>()
  for (const node of level.values())
    for (const policy of node.expected) {
      const nodes = expecting.get(policy)
      if (nodes) nodes.push(node)
      else expecting.set(policy, [node])
    }
  return expecting
}

/** RFC 5280 §6.1.4 (a), (b), (h) to (j); what is wrong, if anything. */
function prepareNext(state: State, certificate: Certificate): string | undefined {
  const mappings = extensionValue(certificate, OID.policyMappings, decodePolicyMappings)
  const wrong = mappings && mapPolicies(state, mappings)
  if (wrong) return wrong
  if (!selfIssued(certificate)) for (const counter of ['explicit', 'mapping', 'any'] as const) countDown(state, counter)
  const { requireExplicitPolicy, inhibitPolicyMapping } = constraintsOf(certificate)
  const inhibitAny = extensionValue(certificate, OID.inhibitAnyPolicy, decodeInhibitAnyPolicy)
  state.explicit = Math.min(state.explicit, requireExplicitPolicy ?? state.explicit)
  state.mapping = Math.min(state.mapping, inhibitPolicyMapping ?? state.mapping)
  state.any = Math.min(state.any, inhibitAny ?? state.any)
  return undefined
}

function countDown(state: State, counter: 'explicit' | 'mapping' | 'any'): void {
  if (state[counter] > 0) state[counter]--
}

const constraintsOf = (certificate: Certificate): PolicyConstraints =>
  extensionValue(certificate, OID.policyConstraints, decodePolicyConstraints) ?? {}

/** RFC 5280 §6.1.4 (a), (b). */
function mapPolicies(state: State, mappings: readonly PolicyMapping[]): string | undefined {
  const targets = new Map<string, Set<string>>()
  for (const { issuerDomainPolicy: from, subjectDomainPolicy: to } of mappings) {
    if (from === ANY || to === ANY) return 'a policy mapping with anyPolicy'
    targets.set(from, (targets.get(from) ?? new Set()).add(to))
  }
  if (!state.level) return undefined
  const level = new Map(state.level)
  for (const [policy, expected] of targets) {
    const [node, any] = [level.get(policy), level.get(ANY)]
    if (state.mapping === 0) level.delete(policy)
    else if (node) node.expected = expected
    else if (any) level.set(policy, { policy, expected, parents: any.parents })
  }
  state.level = level.size > 0 ? level : undefined
  return undefined
}

/** RFC 5280 §6.1.5 (a), (b). */
function wrapUp(state: State, certificate: Certificate): undefined {
  countDown(state, 'explicit')
  if (constraintsOf(certificate).requireExplicitPolicy === 0) state.explicit = 0
}

/** RFC 5280 §6.1.5 (g): the policies of the last certificate for which the user asked. */
function conclude({ level, explicit }: State, wanted: ReadonlySet<string>): Finding {
  const known = new Map<Node, boolean>()
  const found = [...(level?.values() ?? [])].filter((node) => isWanted(node, wanted, known))
  if (found.length > 0) return ['passed', found.map(({ policy }) => oidName(policy)).join(', ')]
  return explicit > 0 ? ['passed', 'none is demanded'] : ['failed', 'no valid policy is one that is asked for']
}

/** A policy counts by the name that it has directly under anyPolicy: that is the domain of the trust anchor. */
function isWanted(node: Node, wanted: ReadonlySet<string>, known: Map<Node, boolean>): boolean {
  const before = known.get(node)
  if (before !== undefined) return before
  const result = node.parents.some((parent) =>
    parent.policy === ANY
      ? wanted.has(ANY) || wanted.has(node.policy) || (node.policy === ANY && wanted.size > 0)
      : isWanted(parent, wanted, known),
  )
  known.set(node, result)
  return result
}
