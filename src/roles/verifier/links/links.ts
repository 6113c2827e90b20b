// Two services are tied together for one person, by consent. Neither learns the other's subject, nor whether the person has ever been
// there, and a tie that was taken back and given again is another id. Ours: docs/profile.md#service-ids.

import { fromUtf8, hex, utf8 } from '../../../base/bytes.ts'
import type { RequestRecord, WantedLink } from '../consents/model.ts'
import { ownPerson } from '../consents/own-page.ts'
import { begin, known, shown, stateOf, waiting } from '../consents/requests.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { signingKeys } from '../openid/client-metadata.ts'
import { pairwiseSubject } from '../pairwise.ts'
import { no } from '../refusals.ts'
import { opener, openSealed, type Place, sealFor } from '../tenant-keys/sealing.ts'

type Operations = Pick<Verifier, 'askLink' | 'linkRequest' | 'answerLink' | 'serviceId' | 'customerOfId' | 'unlinkOwn'>

const DAY_MS = 86_400_000

/** Why, in the words of the service that asked. */
const PURPOSE = (serviceId: string): Place => ({ table: 'service_link', row: serviceId })

const view = (deps: Deps, record: RequestRecord) => {
  const { requestId, code, expiresAt } = shown(deps, record)
  const wanted = record.asks as WantedLink
  return {
    ...{ requestId, code, expiresAt, purpose: wanted.purpose, until: new Date(wanted.until) },
    asker: { clientId: record.clientId, name: record.clientName },
    with: { clientId: wanted.with, name: wanted.withName },
    state: stateOf<'waiting' | 'given' | 'declined' | 'expired'>(deps, record),
  }
}

const askLink =
  (deps: Deps): Verifier['askLink'] =>
  async ({ clientId, subject, with: other, purpose, days }) => {
    const personId = await deps.store.consents.personOfSubject(clientId, subject)
    if (!personId) throw no.unknownSubject()
    const client = other === clientId ? undefined : await deps.store.client(other)
    if (!client) throw no.unknownClient()
    const until = new Date(deps.clock().getTime() + days * DAY_MS).toISOString()
    const asks = { with: other, withName: client.name, purpose, until }
    return view(deps, await begin(deps, { kind: 'link', clientId, asks, personId, subject }))
  }

/** By the person who was asked and nobody else. */
const answerLink =
  (deps: Deps): Verifier['answerLink'] =>
  async ({ requestId, ...own }) => {
    const { store, keys, clock, entropy, log } = deps
    const personId = await ownPerson(deps, own, `link ${requestId}`)
    const record = await waiting(deps, 'link', requestId)
    if (record.personId !== personId) throw no.otherPerson()
    const { with: other, purpose, until } = record.asks as WantedLink
    const client = await store.client(other)
    if (!client) throw no.unknownClient()
    const theirs = { clientId: other, subject: await pairwiseSubject(keys, client, personId) }
    const ours = { clientId: record.clientId, subject: record.subject! }
    const serviceId = hex(entropy(16))
    const sealed = await sealFor(deps, record.clientId, PURPOSE(serviceId), utf8(purpose))
    const link = { serviceId, personId, purpose: sealed, since: clock(), until: new Date(until) }
    if (!(await store.links.tie(requestId, link, [ours, theirs]))) throw no.questionOver()
    log('verifier.link', { clientId: record.clientId, with: other })
    return view(deps, { ...record, state: 'given' })
  }

/** Seen by the person afterwards. Of a service that is closed or suspended nobody is told. */
const customerOfId =
  (deps: Deps): Verifier['customerOfId'] =>
  async ({ clientId, serviceId }) => {
    const { store, clock } = deps
    const member = await store.links.memberOf(serviceId, clientId, clock())
    const other = member && (await store.client(member.with))
    if (!other) return { customer: null }
    const { personId, purpose: sealed, ...meant } = member
    const purpose = fromUtf8(await openSealed(deps, PURPOSE(serviceId), sealed))
    await store.links.used(serviceId, { clientId, personId }, clock())
    return { customer: { ...meant, purpose, ...signingKeys(other, clock()) } }
  }

export const links = (deps: Deps): Operations => ({
  askLink: askLink(deps),
  linkRequest: async ({ requestId }) => view(deps, await known(deps, 'link', requestId)),
  answerLink: answerLink(deps),
  serviceId: async ({ clientId, subject, with: other }) => {
    const { store, clock } = deps
    const found = (await store.client(other)) && (await store.links.between({ clientId, subject }, other, clock()))
    return found ?? { serviceId: null, until: null }
  },
  customerOfId: customerOfId(deps),
  unlinkOwn: async ({ serviceId, ...own }) => {
    const personId = await ownPerson(deps, own, `unlink ${serviceId}`)
    if (!(await deps.store.links.untie(serviceId, personId))) throw no.unknownLink()
    deps.log('verifier.unlink')
    return {}
  },
})

/** Which services this person has tied together. */
export async function linksOf(deps: Deps, personId: string) {
  const found = await deps.store.links.ofPerson(personId, deps.clock())
  const open = opener(deps)
  const words = async ({ serviceId, purpose: sealed }: (typeof found)[number]) => {
    const purpose = await open(PURPOSE(serviceId), sealed)
    return purpose ? fromUtf8(purpose) : ''
  }
  return Promise.all(found.map(async (link) => ({ ...link, purpose: await words(link) })))
}
