// Whether a mandate counts at this service in this moment: it and all it was handed on from stand, the service takes it, and everybody in
// it still has a valid certificate. Asked at each use, also between the answer and the token. Whatever cannot be found out is no.

import type { Client } from '../contract.ts'
import { isFirm } from '../firms/model.ts'
import type { Deps } from '../model.ts'
import { type Account, actsBy, chainState, type MandateRecord, ofChild } from './model.ts'
import { chainOf } from './words.ts'

export type StandingDeps = Pick<Deps, 'store' | 'clock' | 'party' | 'keys'> & {
  readonly authority: Pick<Deps['authority'], 'status' | 'chain'>
}

/** The mandate of the one who acts, then those it was handed on from. */
export type Chain = readonly [MandateRecord & { readonly delegate: Account }, ...MandateRecord[]]

/** Undefined where it does not count. Throws where that cannot be found out. */
export async function standing(deps: StandingDeps, client: Client, mandateId: string): Promise<Chain | undefined> {
  const chain = await chainOf(deps, mandateId)
  if (!counts(chain, client, deps.clock())) return undefined
  if (!(await grounded(deps, chain))) return undefined
  const all = new Set(chain.flatMap(({ principal, grantor, delegate }) => [principal, grantor, delegate!]))
  for (const account of all) if (!isFirm(account) && !(await stands(deps, account))) return undefined
  return chain
}

/** What stands on a register is asked anew at each use; once it is said to be over, it is over for good. */
async function grounded(deps: StandingDeps, chain: Chain): Promise<boolean> {
  // An employee has it from a representative, or from nobody.
  if (chain.some(({ principal }) => isFirm(principal)) && chain.at(-1)!.kind !== 'representative') return false
  for (const mandate of chain) {
    const stands = await groundStands(deps, mandate)
    if (stands) continue
    if (stands === false) await deps.store.mandates.end(mandate.mandateId, null, 'fallen', deps.clock())
    return false
  }
  return true
}

/** A parent's or guardian's is the municipality's word, a representative's that of the platform's clerks. Undefined where nobody can be asked. */
async function groundStands({ store, clock, party }: StandingDeps, mandate: MandateRecord) {
  const { kind, attestationId, principal, delegate } = mandate
  if (kind === 'representative') return delegate !== null && store.firms.represents(principal, delegate, clock())
  if (!ofChild(kind)) return true
  if (!party || attestationId === null) return undefined
  // Who was a parent and is a guardian now says so anew.
  return (await party.authority.custodyStands({ party: party.name, attestationId })).kind === kind
}

function counts(chain: readonly MandateRecord[], client: Client, now: Date): chain is Chain {
  if (chain.length === 0 || chainState(chain, now) !== 'standing') return false
  if (chain.some(({ from, delegate }) => now < from || delegate === null)) return false
  return actsAt(chain, client).length > 0
}

/** What may be done there: what every mandate of the chain has, and the service still knows. */
export function actsAt(chain: readonly MandateRecord[], { clientId, delegation }: Client): string[] {
  const known = chain[0] ? actsBy(delegation, chain[0].kind) : []
  const scopes = chain.map(({ scope }) => scope.find((one) => one.clientId === clientId)?.acts ?? [])
  return known.filter((act) => scopes.every((acts) => acts.includes(act)))
}

/** A person stands by any valid certificate: one that is known here, or what came after it at J-LIS. */
async function stands({ store, authority }: StandingDeps, account: Account): Promise<boolean> {
  const known = await store.certificatesOf(account)
  const valid = async (serial: bigint) => (await authority.status({ kind: 'auth', serial })).status === 'valid'
  for (const serial of known) if (await valid(serial)) return true
  for (const serial of known) {
    const { serials } = await authority.chain({ kind: 'auth', serial, asker: 'verifier' })
    const last = serials.at(-1)
    if (last !== undefined && !known.includes(last) && (await valid(last))) return true
  }
  return false
}
