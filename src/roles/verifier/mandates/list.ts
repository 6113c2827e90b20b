// What a person sees of the mandates that concern them, and of every use. Nobody is named but by the words that were agreed on.

import { partyOf } from '../consents/model.ts'
import { ownPerson } from '../consents/own-page.ts'
import type { Client, Verifier } from '../contract.ts'
import { firmsOf } from '../firms/firms.ts'
import type { Deps } from '../model.ts'
import { NOTES_KEPT_MS } from '../own/model.ts'
import type { Delegation, Mandate, MandateUse } from './contract.ts'
import { type Account, chainState, type MandateRecord } from './model.ts'
import type { KeptUse } from './store.ts'
import { opened, wordsOpener } from './words.ts'

export const ownMandates =
  (deps: Deps): Verifier['ownMandates'] =>
  async (own) => {
    partyOf(deps)
    return mandatesOf(deps, await ownPerson(deps, own, 'show'))
  }

/** Mandates and uses of somebody who has shown who they are. */
export async function mandatesOf(deps: Deps, account: Account): ReturnType<Verifier['ownMandates']> {
  const { store, clock } = deps
  const accounts = await accountsOf(deps, account)
  const records = await opened(deps, await store.mandates.of(accounts))
  const shown = await shownMandates(deps, records)
  const uses = await store.mandates.uses(accounts, new Date(clock().getTime() - NOTES_KEPT_MS))
  const titles = titlesOf(await clientsOf(deps, [...new Set(uses.map(({ clientId }) => clientId))]))
  return {
    mandates: records.map((record, at) => ({ ...shown[at]!, as: partIn(record, accounts) })),
    uses: await usesOf(deps, uses, titles),
    firms: await firmsOf(deps, account),
  }
}

type Titles = ReturnType<typeof titlesOf>

function usesOf(deps: Deps, uses: readonly KeptUse[], titles: Titles): Promise<MandateUse[]> {
  const open = wordsOpener(deps)
  return Promise.all(
    uses.map(async (use) => {
      const { words: _, ...rest } = use
      const { principalCalled, delegateCalled } = await open(use)
      return { ...rest, principalCalled, delegateCalled, title: titles(use.clientId, use.act) ?? null }
    }),
  )
}

type Accounts = readonly [person: Account, ...firms: Account[]]

/** Whose affairs this person sees and ends: their own, and those of the firms that they represent now. */
export const accountsOf = async ({ store, clock }: Deps, person: Account): Promise<Accounts> => [
  person,
  ...(await store.firms.firmsOf(person, clock())),
]

function partIn({ principal, delegate }: MandateRecord, accounts: Accounts) {
  // A representative acts for the firm whose affairs they see.
  if (delegate === accounts[0]) return 'delegate'
  return accounts.includes(principal) ? 'principal' : 'grantor'
}

export async function shownMandates(deps: Deps, records: readonly MandateRecord[]): Promise<Mandate[]> {
  const { store, clock } = deps
  const clients = await clientsOf(deps, [
    ...new Set(records.flatMap(({ scope }) => scope.map(({ clientId }) => clientId))),
  ])
  const titles = titlesOf(clients)
  const shown: Mandate[] = []
  for (const record of records) {
    const { mandateId, kind, principalCalled, delegateCalled, purpose, from, until, subDelegation, within } = record
    const { offeredAt, acceptedAt, endedAt } = record
    const before = record.within === null ? [] : await store.mandates.chain(record.within)
    const scope = record.scope.map(({ clientId, acts }) => ({
      clientId,
      clientName: clients.get(clientId)?.name ?? clientId,
      acts: acts.map((act) => ({ act, title: titles(clientId, act) ?? act })),
    }))
    const whole = record.within !== null && before.length === 0 ? [] : [record, ...before]
    shown.push({
      ...{ mandateId, kind, principalCalled, delegateCalled, purpose, from, until, subDelegation, within },
      ...{ scope, offeredAt, acceptedAt, endedAt, state: chainState(whole, clock()) },
    })
  }
  return shown
}

async function clientsOf({ store }: Deps, ids: readonly string[]): Promise<Map<string, Client>> {
  const found = new Map<string, Client>()
  for (const id of ids) {
    const client = await store.client(id)
    if (client) found.set(id, client)
  }
  return found
}

const titlesOf = (clients: ReadonlyMap<string, Client>) => (clientId: string, act: string) =>
  clients.get(clientId)?.delegation?.acts.find((one) => one.act === act)?.title

export const delegableServices =
  (deps: Deps): Verifier['delegableServices'] =>
  async () => {
    const clients = await clientsOf(deps, await deps.store.mandates.delegable())
    const services = [...clients.values()].flatMap(({ clientId, name: clientName, delegation }) =>
      delegation ? [{ clientId, clientName, kinds: ownKinds(delegation.kinds), acts: takenActs(delegation) }] : [],
    )
    return { services }
  }

const takenActs = ({ acts, kinds: all }: Delegation) =>
  acts.map(({ kinds = all, ...act }) => ({ ...act, kinds: ownKinds(kinds.filter((kind) => all.includes(kind))) }))

/** Who takes parents takes guardians. */
const ownKinds = (kinds: Delegation['kinds']): Mandate['kind'][] =>
  kinds.flatMap((kind) => (kind === 'parent' ? [kind, 'guardian' as const] : [kind]))
