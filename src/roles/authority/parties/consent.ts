// 本人同意: a holder lets one service have the latest facts, by a signature, for ten years, and takes it back by another.
// Observed: the guideline for platform operators and the note on consent (2026).

import { hex } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { jsonIn } from '../../../base/json.ts'
import { inquiryStatement } from '../../../protocol/consent/inquiry.ts'
import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { no } from '../refusals.ts'
import { demand } from './accreditation.ts'
import { type Statement, zConsentStatement, zWithdrawalStatement } from './contract.ts'
import { authenticatedHolder, type SignedByHolder, signedByHolder } from './holder.ts'
import { CONSENT_YEARS } from './model.ts'
import { itemsOf } from './store.ts'

/** A statement is taken within ten minutes of being signed, and once. */
const STATEMENT_LIFE_MS = 10 * 60_000
const JAPAN_MS = 9 * 3600_000

/** From the day after in Japan, 00:00:00, to the same day ten years on, 23:59:59 of the day before. */
export function term(acceptedAt: Date): { from: Date; until: Date } {
  const day = new Date(acceptedAt.getTime() + JAPAN_MS)
  const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()]
  return {
    from: new Date(Date.UTC(year, month, date + 1) - JAPAN_MS),
    until: new Date(Date.UTC(year + CONSENT_YEARS, month, date + 1) - JAPAN_MS - 1000),
  }
}

export const giveConsent =
  (deps: Deps): Authority['giveConsent'] =>
  async ({ party: name, consent }) => {
    await demand(deps, name, 'facts')
    const { store, clock, log } = deps
    const signed = await signedByHolder(deps, consent)
    const { party, onBehalfOf, items } = await fresh(deps, signed, zConsentStatement)
    if (party !== name) throw no.consentForAnother()
    const consentId = hex(sha256(consent).slice(0, 16))
    const { from, until } = term(clock())
    await store.parties.addConsent({
      consent_id: consentId,
      party,
      on_behalf_of: onBehalfOf ?? null,
      resident_id: signed.row.resident_id!,
      items: JSON.stringify(items),
      begins_at: from,
      ends_at: until,
      evidence: consent,
      withdrawn_at: null,
      withdrawal: null,
    })
    log('authority.consent', { party, consentId })
    return { consentId, from, until }
  }

/** Through any party or by the holder's own app: what counts is the signature. */
export const withdrawConsent =
  (deps: Deps): Authority['withdrawConsent'] =>
  async ({ withdrawal }) => {
    const { store, clock, log } = deps
    const signed = await signedByHolder(deps, withdrawal)
    const { consentId } = await fresh(deps, signed, zWithdrawalStatement)
    const row = await store.parties.consent(consentId)
    if (row?.resident_id !== signed.row.resident_id) throw no.unknownConsent()
    const withdrawn = await store.parties.withdraw(consentId, clock(), withdrawal)
    log('authority.consent.withdrawn', { party: row.party, consentId, again: !withdrawn })
    return {}
  }

/** Only to the holder, who signs the inquiry; a consent that is not yet in force is shown too. */
export const consents =
  (deps: Deps): Authority['consents'] =>
  async ({ certificate, signature, nonce, at }) => {
    const { store, clock } = deps
    const message = inquiryStatement({ nonce, at })
    const row = await authenticatedHolder(deps, { certificate, signature }, message)
    if (!row) throw no.signatureWrong()
    await onceInTime(deps, at, message)
    const found = await store.parties.consentsOf(row.resident_id!, clock())
    const names = new Map((await store.parties.parties()).map(({ name, displayName }) => [name, displayName]))
    return {
      consents: found.map((one) => ({
        consentId: one.consent_id,
        party: one.party,
        displayName: names.get(one.party) ?? one.party,
        onBehalfOf: one.on_behalf_of,
        items: itemsOf(one),
        from: one.begins_at,
        until: one.ends_at,
      })),
    }
  }

/** No signature: a party may always do with less. */
export const relinquishConsent =
  (deps: Deps): Authority['relinquishConsent'] =>
  async ({ party, consentId }) => {
    const { store, clock, log } = deps
    await demand(deps, party, 'facts')
    const row = await store.parties.consent(consentId)
    if (row?.party !== party) throw no.unknownConsent()
    const withdrawn = await store.parties.withdraw(consentId, clock(), null)
    log('authority.consent.relinquished', { party, consentId, again: !withdrawn })
    return {}
  }

/** For a platform before it tells of a change: what was taken back here counts there. */
export const standingConsents =
  (deps: Deps): Authority['standingConsents'] =>
  async ({ party, consentIds }) => {
    await demand(deps, party, 'facts')
    return { consentIds: await deps.store.parties.standing(party, consentIds, deps.clock()) }
  }

async function fresh<T extends { at: string }>(deps: Deps, signed: SignedByHolder, form: Statement<T>): Promise<T> {
  const parsed = form.safeParse(jsonIn(signed.content))
  if (!parsed.success) throw no.statementWrong()
  await onceInTime(deps, new Date(parsed.data.at), signed.content)
  return parsed.data
}

/** Nothing that was signed counts late or twice. */
export async function onceInTime({ store, clock }: Deps, at: Date, statement: Uint8Array): Promise<void> {
  const now = clock()
  if (Math.abs(now.getTime() - at.getTime()) > STATEMENT_LIFE_MS) throw no.statementOld()
  const forget = new Date(now.getTime() - 2 * STATEMENT_LIFE_MS)
  if (!(await store.parties.useOnce(sha256(statement), now, forget))) throw no.statementUsed()
}
