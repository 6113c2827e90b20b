// May this person do that for that one here, now? A service asks about two of its own customers, by its own names for them; whatever is
// not known is no, and no says no more than that. Allowed by a mandate it is a use that both see. AuthZEN §6, AuthZEN §7.

import type { Client } from '../contract.ts'
import { pairwiseMandate } from '../pairwise.ts'
import type { Decision, Evaluation, Evaluations } from './contract.ts'
import { actsAt, type Chain, type StandingDeps, standing } from './standing.ts'

const NO: Decision = { decision: false, context: { reason: 'not_known' } }

export async function decide(deps: StandingDeps, client: Client, evaluation: Evaluation): Promise<Decision> {
  const { subject, action, resource } = evaluation
  const known = client.delegation?.acts.some(({ act }) => act === action.name)
  if (!known || subject.type !== 'person' || resource.type !== 'person') return NO
  const { store, clock } = deps
  const delegate = await store.consents.personOfSubject(client.clientId, subject.id)
  const principal = await store.consents.personOfSubject(client.clientId, resource.id)
  if (delegate === undefined || principal === undefined) return NO
  if (delegate === principal) return { decision: true, context: { reason: 'own_affairs' } }
  for (const mandateId of await store.mandates.between(principal, delegate)) {
    const chain = await standing(deps, client, mandateId)
    if (!chain || !allows(chain, client, action.name)) continue
    const mandate = await pairwiseMandate(deps.keys, client, mandateId)
    await store.mandates.noteUse({ mandateId, mandate, clientId: client.clientId, act: action.name }, clock())
    return { decision: true, context: { reason: 'mandate' } }
  }
  return NO
}

const allows = (chain: Chain, client: Client, act: string): boolean => actsAt(chain, client).includes(act)

/** In their order; the defaults of the request stand where one of them says nothing. AuthZEN §7. */
export async function decideAll(deps: StandingDeps, client: Client, asked: Evaluations): Promise<Decision[]> {
  const { evaluations, options, ...defaults } = asked
  const stopAt = { execute_all: null, deny_on_first_deny: false, permit_on_first_permit: true }[
    options?.evaluations_semantic ?? 'execute_all'
  ]
  const decisions: Decision[] = []
  for (const one of evaluations) {
    const { subject, action, resource } = { ...defaults, ...one }
    const decision = subject && action && resource ? await decide(deps, client, { subject, action, resource }) : NO
    decisions.push(decision)
    if (decision.decision === stopAt) break
  }
  return decisions
}
