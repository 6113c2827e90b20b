// 最新の利用者情報: a service whose customer's 署名用 certificate has ended asks for the facts in the new one. Only with
// consent, only what was consented to, and nothing while there is no new certificate.

import { decodeCertificate } from '../../../codec/x509.ts'
import { readFourInfo } from '../../../protocol/jpki-profile/index.ts'
import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { no } from '../refusals.ts'
import { demand } from './accreditation.ts'
import { type ConsentRow, itemsOf } from './store.ts'

export const latestFacts =
  (deps: Deps): Authority['latestFacts'] =>
  async ({ party, onBehalfOf = null, serial }) => {
    const { store, clock, log } = deps
    await demand(deps, party, 'facts')
    const known = await store.find('sign', serial)
    const now = clock()
    const consent = known?.resident_id ? await inForce(deps, { party, onBehalfOf }, known.resident_id, now) : undefined
    // Whether there is such a person is not told without consent.
    if (!known || !consent) throw no.noConsent()
    const current = await store.current('sign', 'card', known.resident_id!, now)
    if (!current?.certificate) throw no.noNewCertificate()
    if (current.serial === serial) return { serial, changed: false, facts: {} }
    const all = readFourInfo(decodeCertificate(current.certificate))
    const facts = Object.fromEntries(itemsOf(consent).map((item) => [item, all[item]]))
    await store.parties.note({ at: now, party, service: 'facts', detail: consent.consent_id })
    log('authority.facts', { party, consentId: consent.consent_id })
    return { serial: current.serial, changed: true, facts }
  }

async function inForce(
  { store }: Deps,
  to: { readonly party: string; readonly onBehalfOf: string | null },
  residentId: string,
  now: Date,
): Promise<ConsentRow | undefined> {
  const all = await store.parties.consentsOf(residentId, now)
  return all.find(
    ({ party, on_behalf_of, begins_at }) => party === to.party && on_behalf_of === to.onBehalfOf && begins_at <= now,
  )
}
