// Somebody logs in for another: chosen on the phone and signed there with the login. To the service the subject is the one whose affairs
// they are, `act` says who acts (RFC 8693 §4.1), each by the name that only this service knows. Ours: docs/profile.md#acting.

import type { Client } from '../contract.ts'
import { pairwiseMandate, pairwiseSubject } from '../pairwise.ts'
import { no } from '../refusals.ts'
import type { Account } from './model.ts'
import { actsAt, type Chain, type StandingDeps, standing } from './standing.ts'

/** What a login, a session and a token of somebody who acts belong to, in the place of a person. */
export interface Acting {
  readonly mandateId: string
  /** Of the certificate that approved the login. */
  readonly serial: bigint
  readonly loginId: string
  readonly principal: Account
}

const FORM = /^acting ([0-9a-f]+) ([0-9]+) ([0-9a-f]+) (.+)$/

export const actingAccount = ({ mandateId, serial, loginId, principal }: Acting): string =>
  `acting ${mandateId} ${serial} ${loginId} ${principal}`

export function actingIn(account: string): Acting | undefined {
  const [, mandateId, serial, loginId, principal] = FORM.exec(account) ?? []
  return mandateId && serial && loginId && principal
    ? { mandateId, serial: BigInt(serial), loginId, principal }
    : undefined
}

/** Whose name the service hears. */
export const principalOf = (account: string): Account => actingIn(account)?.principal ?? account

/** What is recorded when somebody logs in for another. */
export interface Assumed {
  readonly account: string
  readonly mandateId: string
  /** As the service reads it. */
  readonly mandate: string
  readonly names: readonly { readonly account: Account; readonly subject: string }[]
}

type Needs = StandingDeps

/** Refuses unless this person may act at this service by this mandate. */
export async function assume(
  deps: Needs,
  client: Client,
  { delegate, ...of }: Omit<Acting, 'principal'> & { readonly delegate: Account },
): Promise<Assumed> {
  const chain = await standing(deps, client, of.mandateId)
  if (chain?.[0].delegate !== delegate) throw no.mandateNotHere()
  const { principal } = chain[0]
  const names = []
  for (const account of [principal, delegate])
    names.push({ account, subject: await pairwiseSubject(deps.keys, client, account) })
  const mandate = await pairwiseMandate(deps.keys, client, of.mandateId)
  return { account: actingAccount({ ...of, principal }), mandateId: of.mandateId, mandate, names }
}

/** The claims of its tokens; undefined when it does not count any more, and then there are none. */
export async function actingClaims(deps: Needs, client: Client, { mandateId, serial }: Acting) {
  const chain = await standing(deps, client, mandateId)
  if (!chain || (await deps.authority.status({ kind: 'auth', serial })).status !== 'valid') return undefined
  const [{ kind, principal, until }] = chain
  const mandate = {
    id: await pairwiseMandate(deps.keys, client, mandateId),
    ...{ kind, acts: actsAt(chain, client), until: Math.floor(until.getTime() / 1000) },
  }
  return { sub: principal, act: await actors(deps, client, chain), mandate }
}

interface Actor {
  readonly sub: string
  readonly act?: Actor
}

/** RFC 8693 §4.1: outside who acts now, inside those through whom it came. */
async function actors({ keys }: Needs, client: Client, chain: Chain): Promise<Actor> {
  const [first, ...then] = await Promise.all(
    chain.map(({ delegate }) => pairwiseSubject(keys, client, delegate!)).reverse(),
  )
  return then.reduce<Actor>((act, sub) => ({ sub, act }), { sub: first! })
}
